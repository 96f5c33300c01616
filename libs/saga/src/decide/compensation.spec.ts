import { saga } from '../define/builder.js';
import { fulfillment, Order, OrderResult, payment } from '../spec/contracts.js';
import { cancelled, given, later, replied, started, undoReplied, type SagaUnderTest } from '../testing/index.js';
import { order, orderPlan, plainRetry } from '../spec/order.js';

const cancel = (commandId = 'x1') => cancelled('changed my mind', { commandId });

describe('an undo', () => {
  const declined = (plan = orderPlan()): SagaUnderTest =>
    given(plan).when(started(order), replied.done('reserve'), replied.rejected('authorize', 'CARD_DECLINED'));

  it('is tried again until it is done', () => {
    const compensating = declined().when(undoReplied.failed('reserve'));
    expect(compensating.kinds).toEqual(['AttemptFailed']);
    expect(compensating.when(later('1s')).sent).toEqual(['undo reserve #2']);
    expect(compensating.when(undoReplied.done('reserve', undefined, { attempt: 2 })).status).toBe('compensated');
  });

  it('that fails for good parks the saga after the other undos have run', () => {
    const stuck = given(orderPlan({ void: plainRetry })).when(started(order), replied.done('reserve'));
    stuck.when(later('30s')).when(later('1s')).when(later('30s')).when(later('2s')).when(later('30s'));
    expect(stuck.sent).toEqual(['undo authorize #1']);
    stuck.when(undoReplied.rejected('authorize', 'ALREADY_CAPTURED'));
    expect(stuck.sent).toEqual(['undo reserve #1']);
    expect(stuck.status).toBe('compensating');
    stuck.when(undoReplied.done('reserve'));
    expect(stuck.status).toBe('stuck');
    expect(stuck.effects).toMatchObject([
      { kind: 'stuck', failure: { code: 'COMPENSATION_FAILED', causes: [{ code: 'ALREADY_CAPTURED', step: 'authorize' }] } },
    ]);
  });

  it('that had failed for good and is done after all ends the saga', () => {
    const stuck = declined(orderPlan({ release: { ...plainRetry, attempts: 1 } })).when(later('30s'));
    expect(stuck.status).toBe('stuck');
    stuck.when(undoReplied.done('reserve'));
    expect(stuck.kinds).toEqual(['UndoDone', 'SagaCompensated']);
    expect(stuck.answered).toEqual(['c1 CARD_DECLINED']);
  });

  it('that is done after all leaves the saga parked for the others', () => {
    const never = { ...plainRetry, attempts: 1 };
    const stuck = given(orderPlan({ release: never, void: never })).when(started(order), replied.done('reserve'), cancel(), replied.done('authorize'));
    stuck.when(later('30s')).when(later('30s'));
    expect(stuck.effects).toMatchObject([{ failure: { causes: [{ step: 'reserve' }, { step: 'authorize' }] } }]);
    expect(stuck.when(undoReplied.done('reserve')).effects).toMatchObject([{ kind: 'stuck', failure: { causes: [{ step: 'authorize' }] } }]);
    expect(stuck.when(undoReplied.done('authorize')).status).toBe('compensated');
  });

  it('is owed by a step that turns out to be done after it was given up', () => {
    const compensating = given(orderPlan()).when(started(order), replied.done('reserve')).when(replied.failed('authorize')).when(later('1s'));
    compensating.when(replied.failed('authorize', undefined, { attempt: 2 })).when(later('2s')).when(replied.failed('authorize', undefined, { attempt: 3 }));
    expect(compensating.sent).toEqual(['undo reserve #1']);
    expect(compensating.when(replied.done('authorize', undefined, { attempt: 2 })).kinds).toEqual(['LateReply']);
    compensating.when(undoReplied.done('reserve'));
    expect(compensating.sent).toEqual(['undo authorize #1']);
    expect(compensating.when(undoReplied.done('authorize')).status).toBe('compensated');
  });

  it('that was sent stays as it was sent when its step turns out to be done', () => {
    const compensating = given(orderPlan({ reserve: { ...plainRetry, attempts: 1 } })).when(started(order)).when(later('30s'));
    expect(compensating.sent).toEqual(['undo reserve #1']);
    const [first] = compensating.events.filter(({ kind }) => kind === 'CommandSent');
    expect(compensating.when(replied.done('reserve')).kinds).toEqual(['LateReply']);
    expect(compensating.when(undoReplied.failed('reserve')).when(later('1s')).events).toMatchObject([
      { kind: 'CommandSent', attempt: 2, value: (first as { value: object }).value },
    ]);
    expect(compensating.when(undoReplied.done('reserve', undefined, { attempt: 2 })).status).toBe('compensated');
  });
});

describe('a cancel', () => {
  it('before the pivot waits for what is under way, undoes it with the rest, and is answered by the end', () => {
    const saga = given(orderPlan()).when(started(order), replied.done('reserve'), cancel());
    expect(saga.kinds).toEqual(['CancelAccepted', 'CompensationStarted']);
    expect(saga.when(replied.done('authorize')).sent).toEqual(['undo authorize #1']);
    saga.when(undoReplied.done('authorize'), undoReplied.done('reserve'));
    expect(saga.answered).toEqual(['c1 CANCELLED', 'x1 CANCELLED']);
    expect(saga.effects[0]).toMatchObject({ outcome: 'compensated', failure: { message: 'Cancelled by the client: changed my mind' } });
  });

  it('does not undo what is under way and turns out to have been refused', () => {
    const saga = given(orderPlan()).when(started(order), replied.done('reserve'), cancel(), replied.rejected('authorize'));
    expect(saga.sent).toEqual(['undo reserve #1']);
    expect(saga.when(undoReplied.done('reserve')).effects[0]).toMatchObject({ failure: { code: 'CANCELLED', causes: [{ code: 'NO' }] } });
  });

  it('tries nothing again: what is under way and fails, or is not heard of, is given up', () => {
    const saga = given(orderPlan(), started(order), cancel(), later('30s'));
    expect(saga.kinds).toEqual(['StepFailed', 'CommandSent']);
    expect(saga.effects).toMatchObject([{ action: 'undo', value: { value: { outcome: 'unknown' } } }]);
  });

  it('does not undo a step that waits for another attempt after one that failed', () => {
    const saga = given(orderPlan()).when(started(order), replied.failed('reserve'), cancel());
    expect(saga.status).toBe('compensated');
    expect(saga.sent).toEqual([]);
  });

  it('past the pivot is refused, and the saga goes on', () => {
    const saga = given(orderPlan()).when(started(order), replied.done('reserve'), replied.done('authorize'), cancel());
    expect(saga.answered).toEqual(['x1 PAST_PIVOT']);
    expect(saga.effects).toMatchObject([{ outcome: 'rejected' }]);
    expect(saga.status).toBe('running');
  });

  it('while the saga is going back is answered by its end', () => {
    const saga = given(orderPlan()).when(started(order), replied.done('reserve'), replied.rejected('authorize'), cancel(), cancel('x2'));
    saga.when(undoReplied.done('reserve'));
    expect(saga.answered).toEqual(['c1 NO', 'x1 NO', 'x2 NO']);
  });

  it('after the end is refused', () => {
    expect(given(orderPlan()).when(started(order), replied.rejected('reserve'), cancel()).answered).toEqual(['x1 SAGA_ENDED']);
  });

  it('of an unknown saga is refused without a history', () => {
    const saga = given(orderPlan()).when(cancel());
    expect(saga.answered).toEqual(['x1 CANCEL_OF_UNKNOWN_SAGA']);
    expect(saga.state).toBeUndefined();
  });
});

describe('a start', () => {
  it('whose input names another saga is refused without a history', () => {
    const saga = given(orderPlan()).when(started(order, { commandId: 'c1', sagaId: 'order-2' }));
    expect(saga.answered).toEqual(['c1 SAGA_ID_MISMATCH']);
    expect(saga.state).toBeUndefined();
  });
});

describe('a repeated start', () => {
  it('of a running saga is answered by its end as well', () => {
    const repeated = given(orderPlan()).when(started(order), started(order, { commandId: 'c2' }));
    expect(repeated.answered).toEqual([]);
    expect(repeated.when(replied.rejected('reserve')).answered).toEqual(['c1 NO', 'c2 NO']);
  });

  it('of an ended saga is answered at once with the same outcome', () => {
    const ended = given(orderPlan()).when(started(order), replied.done('reserve'), replied.done('authorize'), replied.done('capture'), replied.done('ship'));
    const [outcome] = ended.effects;
    expect(ended.when(started(order, { commandId: 'c2' })).effects).toEqual([
      { ...outcome, id: 'orders/order-1/outcome/c2', commandId: 'c2' },
    ]);
    expect(ended.when(started(order, { commandId: 'c2' })).events).toMatchObject([{ kind: 'InputIgnored', reason: 'COMMAND_SEEN' }]);
  });

  it('of an ended saga is answered however often it comes, and its marker stays small', () => {
    const ended = given(orderPlan()).when(started(order), replied.rejected('reserve'));
    for (let n = 2; n <= 40; n += 1) expect(ended.when(started(order, { commandId: `c${n}` })).answered).toEqual([`c${n} NO`]);
    expect(ended.state?.commandIds).toHaveLength(16);
  });

  it('by the very same command is ignored', () => {
    const repeated = given(orderPlan()).when(started(order, { commandId: 'c1' }), started(order, { commandId: 'c1' }));
    expect(repeated.events).toMatchObject([{ kind: 'InputIgnored', reason: 'COMMAND_SEEN' }]);
    expect(repeated.when(replied.rejected('reserve')).answered).toEqual(['c1 NO']);
  });

  it('with other content is refused, and the saga is untouched', () => {
    const other = { startHash: Buffer.alloc(32, 8) };
    const running = given(orderPlan()).when(started(order), started(order, { commandId: 'c2', ...other }));
    expect(running.answered).toEqual(['c2 START_CONFLICT']);
    expect(running.when(replied.rejected('reserve')).answered).toEqual(['c1 NO']);
    expect(running.when(started(order, { commandId: 'c3', ...other })).answered).toEqual(['c3 START_CONFLICT']);
  });

  it('is refused when too many wait already', () => {
    const repeated = given(orderPlan()).when(started(order));
    for (let n = 2; n <= 16; n += 1) repeated.when(started(order, { commandId: `c${n}` }));
    expect(repeated.when(started(order, { commandId: 'c17' })).answered).toEqual(['c17 DUPLICATE_START']);
    expect(repeated.when(cancel()).kinds).toContain('CompensationStarted');
  });
});

describe("an author's function that fails", () => {
  type Seen = { readonly input: { readonly skus: readonly string[] } };
  /** Works on samples, and fails on what the saga is started with. */
  const failing = <T>(value: T, broken: boolean, fail: () => unknown = boom) => (s: Seen): T => (broken && s.input.skus.includes('b') ? (fail() as T) : value);
  const boom = (): never => {
    throw new TypeError('boom');
  };
  const plan = (broken: 'send' | 'undo' | 'result') =>
    saga('test-order', { version: 1, domain: 'orders', input: Order })
      .step('reserve', {
        command: fulfillment.Reserve,
        send: (s) => ({ orderId: s.sagaId, skus: s.input.skus }),
        undo: { command: fulfillment.Release, send: failing({ orderId: '', reservationId: null, outcome: '' }, broken === 'undo') },
      })
      .step('authorize', {
        command: payment.Authorize,
        send: failing({ orderId: '', amount: order.total }, broken === 'send'),
        undo: { command: payment.Void, send: (_s, _r, outcome) => ({ orderId: '', outcome }) },
      })
      .build({ result: OrderResult, from: failing({ trackingId: '' }, broken === 'result') });

  it('in send parks the saga with the reason, and a cancel still undoes it', () => {
    const stuck = given(plan('send')).when(started(order), replied.done('reserve'));
    expect(stuck.status).toBe('stuck');
    expect(stuck.effects).toMatchObject([{ kind: 'stuck', failure: { code: 'USER_CODE_THREW', message: 'TypeError: boom', step: 'authorize' } }]);
    expect(stuck.when(replied.done('authorize')).events).toMatchObject([{ reason: 'STEP_NOT_SENT' }]);
    expect(stuck.when(cancel()).sent).toEqual(['undo reserve #1']);
    expect(stuck.when(undoReplied.done('reserve')).effects).toMatchObject([
      { failure: { code: 'CANCELLED', causes: [{ code: 'USER_CODE_THREW' }] } },
      {},
    ]);
  });

  it('in undo lets the other undos run', () => {
    const stuck = given(plan('undo')).when(started(order), replied.done('reserve'), cancel(), replied.done('authorize'));
    expect(stuck.sent).toEqual(['undo authorize #1']);
    stuck.when(undoReplied.done('authorize'));
    expect(stuck.status).toBe('stuck');
    expect(stuck.effects).toMatchObject([{ failure: { causes: [{ code: 'USER_CODE_THREW', step: 'reserve' }] } }]);
  });

  it('in the result parks the saga', () => {
    const stuck = given(plan('result')).when(started(order), replied.done('reserve'), replied.done('authorize'));
    expect(stuck.kinds).toEqual(['StepDone', 'SagaStuck']);
  });

  it('by changing what is recorded parks the saga', () => {
    const sorting = saga('sorting', { version: 1, domain: 'orders', input: Order })
      .step('reserve', {
        command: fulfillment.Reserve,
        send: (s) => ({ orderId: s.sagaId, skus: s.input.skus.length > 1 ? (s.input.skus as string[]).sort() : [] }),
        harmless: true,
      })
      .build();
    expect(given(sorting).when(started(order)).effects).toMatchObject([{ kind: 'stuck', failure: { code: 'USER_CODE_THREW' } }]);
  });

  it('by giving no value of its record parks the saga', () => {
    const wrong = saga('wrong', { version: 1, domain: 'orders', input: Order })
      .step('reserve', { command: fulfillment.Reserve, send: failing({ orderId: '', skus: [] }, true, () => 'text'), harmless: true })
      .build();
    expect(given(wrong).when(started(order)).effects).toMatchObject([{ kind: 'stuck', failure: { code: 'USER_VALUE_INVALID' } }]);
  });
});
