import { saga } from '../builder.js';
import { fulfillment, Order, OrderResult, payment } from '../spec/contracts.js';
import { cancel, done, failed, Given, rejected, start } from '../spec/given.js';
import { orderPlan, plainRetry } from '../spec/order.js';

describe('an undo', () => {
  const declined = (plan = orderPlan()): Given =>
    new Given(plan).when(start(), done('reserve'), rejected('authorize', 'do', 1, 'CARD_DECLINED'));

  it('is tried again until it is done', () => {
    const compensating = declined().when(failed('reserve', 'undo'));
    expect(compensating.kinds).toEqual(['AttemptFailed']);
    expect(compensating.after(1).sent).toEqual(['undo reserve #2']);
    expect(compensating.when(done('reserve', 'undo', 2)).status).toBe('compensated');
  });

  it('that fails for good parks the saga after the other undos have run', () => {
    const stuck = new Given(orderPlan({ void: plainRetry })).when(start(), done('reserve'));
    stuck.after(30).after(1).after(30).after(2).after(30);
    expect(stuck.sent).toEqual(['undo authorize #1']);
    stuck.when(rejected('authorize', 'undo', 1, 'ALREADY_CAPTURED'));
    expect(stuck.sent).toEqual(['undo reserve #1']);
    expect(stuck.status).toBe('compensating');
    stuck.when(done('reserve', 'undo'));
    expect(stuck.status).toBe('stuck');
    expect(stuck.effects).toMatchObject([
      { kind: 'stuck', failure: { code: 'COMPENSATION_FAILED', causes: [{ code: 'ALREADY_CAPTURED', step: 'authorize' }] } },
    ]);
  });

  it('that had failed for good and is done after all ends the saga', () => {
    const stuck = declined(orderPlan({ release: { ...plainRetry, attempts: 1 } })).after(30);
    expect(stuck.status).toBe('stuck');
    stuck.when(done('reserve', 'undo'));
    expect(stuck.kinds).toEqual(['UndoDone', 'SagaCompensated']);
    expect(stuck.answered).toEqual(['c1 CARD_DECLINED']);
  });

  it('that is done after all leaves the saga parked for the others', () => {
    const never = { ...plainRetry, attempts: 1 };
    const stuck = new Given(orderPlan({ release: never, void: never })).when(start(), done('reserve'), cancel());
    stuck.after(30).after(30);
    expect(stuck.effects).toMatchObject([{ failure: { causes: [{ step: 'reserve' }, { step: 'authorize' }] } }]);
    expect(stuck.when(done('reserve', 'undo')).effects).toMatchObject([{ kind: 'stuck', failure: { causes: [{ step: 'authorize' }] } }]);
    expect(stuck.when(done('authorize', 'undo')).status).toBe('compensated');
  });

  it('is owed by a step that turns out to be done after it was given up', () => {
    const compensating = new Given().when(start(), done('reserve')).when(failed('authorize')).after(1);
    compensating.when(failed('authorize', 'do', 2)).after(2).when(failed('authorize', 'do', 3));
    expect(compensating.sent).toEqual(['undo reserve #1']);
    expect(compensating.when(done('authorize', 'do', 2)).kinds).toEqual(['LateReply']);
    compensating.when(done('reserve', 'undo'));
    expect(compensating.sent).toEqual(['undo authorize #1']);
    expect(compensating.when(done('authorize', 'undo')).status).toBe('compensated');
  });

  it('that was sent stays as it was sent when its step turns out to be done', () => {
    const compensating = new Given(orderPlan({ reserve: { ...plainRetry, attempts: 1 } })).when(start()).after(30);
    expect(compensating.sent).toEqual(['undo reserve #1']);
    const [first] = compensating.events.filter(({ kind }) => kind === 'CommandSent');
    expect(compensating.when(done('reserve')).kinds).toEqual(['LateReply']);
    expect(compensating.when(failed('reserve', 'undo')).after(1).events).toMatchObject([
      { kind: 'CommandSent', attempt: 2, value: (first as { value: object }).value },
    ]);
    expect(compensating.when(done('reserve', 'undo', 2)).status).toBe('compensated');
  });
});

describe('a cancel', () => {
  it('before the pivot undoes what is done and what is under way, and is answered by the end', () => {
    const cancelled = new Given().when(start(), done('reserve'), cancel());
    expect(cancelled.kinds).toEqual(['CancelAccepted', 'StepFailed', 'CompensationStarted', 'CommandSent']);
    expect(cancelled.sent).toEqual(['undo authorize #1']);
    cancelled.when(done('authorize', 'undo'), done('reserve', 'undo'));
    expect(cancelled.answered).toEqual(['c1 CANCELLED', 'x1 CANCELLED']);
    expect(cancelled.effects[0]).toMatchObject({ outcome: 'compensated', failure: { message: 'Cancelled by the client: changed my mind' } });
  });

  it('does not undo a step that waits for another attempt after one that failed', () => {
    const cancelled = new Given().when(start(), failed('reserve'), cancel());
    expect(cancelled.status).toBe('compensated');
    expect(cancelled.sent).toEqual([]);
  });

  it('past the pivot is refused, and the saga goes on', () => {
    const saga = new Given().when(start(), done('reserve'), done('authorize'), cancel());
    expect(saga.answered).toEqual(['x1 PAST_PIVOT']);
    expect(saga.effects).toMatchObject([{ outcome: 'rejected' }]);
    expect(saga.status).toBe('running');
  });

  it('while the saga is going back is answered by its end', () => {
    const saga = new Given().when(start(), done('reserve'), rejected('authorize'), cancel(), cancel('x2', null));
    saga.when(done('reserve', 'undo'));
    expect(saga.answered).toEqual(['c1 NO', 'x1 NO', 'x2 NO']);
  });

  it('after the end is refused', () => {
    expect(new Given().when(start(), rejected('reserve'), cancel()).answered).toEqual(['x1 SAGA_ENDED']);
  });

  it('of an unknown saga is refused without a history', () => {
    const saga = new Given().when(cancel());
    expect(saga.answered).toEqual(['x1 CANCEL_OF_UNKNOWN_SAGA']);
    expect(saga.state).toBeUndefined();
  });
});

describe('a start', () => {
  it('whose input names another saga is refused without a history', () => {
    const saga = new Given().when(start('c1', { sagaId: 'order-2' }));
    expect(saga.answered).toEqual(['c1 SAGA_ID_MISMATCH']);
    expect(saga.state).toBeUndefined();
  });
});

describe('a repeated start', () => {
  it('of a running saga is answered by its end as well', () => {
    const repeated = new Given().when(start(), start('c2'));
    expect(repeated.answered).toEqual([]);
    expect(repeated.when(rejected('reserve')).answered).toEqual(['c1 NO', 'c2 NO']);
  });

  it('of an ended saga is answered at once with the same outcome', () => {
    const ended = new Given().when(start(), done('reserve'), done('authorize'), done('capture'), done('ship'));
    const [outcome] = ended.effects;
    expect(ended.when(start('c2')).effects).toEqual([
      { ...outcome, id: 'orders/order-1/outcome/c2', commandId: 'c2' },
    ]);
    expect(ended.when(start('c2')).events).toMatchObject([{ kind: 'InputIgnored', reason: 'COMMAND_SEEN' }]);
  });

  it('of an ended saga is answered however often it comes, and its marker stays small', () => {
    const ended = new Given().when(start(), rejected('reserve'));
    for (let n = 2; n <= 40; n += 1) expect(ended.when(start(`c${n}`)).answered).toEqual([`c${n} NO`]);
    expect(ended.state?.commandIds).toHaveLength(16);
  });

  it('by the very same command is ignored', () => {
    const repeated = new Given().when(start(), start());
    expect(repeated.events).toMatchObject([{ kind: 'InputIgnored', reason: 'COMMAND_SEEN' }]);
    expect(repeated.when(rejected('reserve')).answered).toEqual(['c1 NO']);
  });

  it('with other content is refused, and the saga is untouched', () => {
    const other = { startHash: Buffer.alloc(32, 8) };
    const running = new Given().when(start(), start('c2', other));
    expect(running.answered).toEqual(['c2 START_CONFLICT']);
    expect(running.when(rejected('reserve')).answered).toEqual(['c1 NO']);
    expect(running.when(start('c3', other)).answered).toEqual(['c3 START_CONFLICT']);
  });

  it('is refused when too many wait already', () => {
    const repeated = new Given().when(start());
    for (let n = 2; n <= 16; n += 1) repeated.when(start(`c${n}`));
    expect(repeated.when(start('c17')).answered).toEqual(['c17 DUPLICATE_START']);
    expect(repeated.when(cancel()).kinds).toContain('CompensationStarted');
  });
});

describe("an author's function that fails", () => {
  const plan = (change: { send?: () => never; undo?: () => never; result?: () => never }) =>
    saga('test-order', { version: 1, domain: 'orders', input: Order })
      .step('reserve', {
        command: fulfillment.Reserve,
        send: (s) => ({ orderId: s.sagaId, skus: s.input.skus }),
        undo: { command: fulfillment.Release, send: change.undo ?? (() => ({ orderId: '', reservationId: null, outcome: '' })) },
      })
      .step('authorize', {
        command: payment.Authorize,
        send: change.send ?? ((s) => ({ orderId: s.sagaId, amount: s.input.total })),
        undo: { command: payment.Void, send: (_s, _r, outcome) => ({ orderId: '', outcome }) },
      })
      .build({ result: OrderResult, from: change.result ?? (() => ({ trackingId: '' })) });
  const boom = (): never => {
    throw new TypeError('boom');
  };

  it('in send parks the saga with the reason, and a cancel still undoes it', () => {
    const stuck = new Given(plan({ send: boom })).when(start(), done('reserve'));
    expect(stuck.status).toBe('stuck');
    expect(stuck.effects).toMatchObject([{ kind: 'stuck', failure: { code: 'USER_CODE_THREW', message: 'TypeError: boom', step: 'authorize' } }]);
    expect(stuck.when(done('authorize')).events).toMatchObject([{ reason: 'STEP_NOT_SENT' }]);
    expect(stuck.when(cancel()).sent).toEqual(['undo reserve #1']);
    expect(stuck.when(done('reserve', 'undo')).effects).toMatchObject([
      { failure: { code: 'CANCELLED', causes: [{ code: 'USER_CODE_THREW' }] } },
      {},
    ]);
  });

  it('in undo lets the other undos run', () => {
    const stuck = new Given(plan({ undo: boom })).when(start(), done('reserve'), cancel());
    expect(stuck.sent).toEqual(['undo authorize #1']);
    stuck.when(done('authorize', 'undo'));
    expect(stuck.status).toBe('stuck');
    expect(stuck.effects).toMatchObject([{ failure: { causes: [{ code: 'USER_CODE_THREW', step: 'reserve' }] } }]);
  });

  it('in the result parks the saga', () => {
    const stuck = new Given(plan({ result: boom })).when(start(), done('reserve'), done('authorize'));
    expect(stuck.kinds).toEqual(['StepDone', 'SagaStuck']);
  });

  it('by changing what is recorded parks the saga', () => {
    const sorting = saga('sorting', { version: 1, domain: 'orders', input: Order })
      .step('reserve', {
        command: fulfillment.Reserve,
        send: (s) => ({ orderId: s.sagaId, skus: (s.input.skus as string[]).sort() }),
        harmless: true,
      })
      .build();
    expect(new Given(sorting).when(start()).effects).toMatchObject([{ kind: 'stuck', failure: { code: 'USER_CODE_THREW' } }]);
  });

  it('by giving no value of its record parks the saga', () => {
    const wrong = saga('wrong', { version: 1, domain: 'orders', input: Order })
      .step('reserve', { command: fulfillment.Reserve, send: () => 'text' as never, harmless: true })
      .build();
    expect(new Given(wrong).when(start()).effects).toMatchObject([{ kind: 'stuck', failure: { code: 'USER_VALUE_INVALID' } }]);
  });
});
