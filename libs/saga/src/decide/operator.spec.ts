import { begin, authorize, look, reserve, ship } from '../spec/steps.js';
import { order, orderPlan, plainRetry } from '../spec/order.js';
import { Order } from '../spec/contracts.js';
import { cancelled, edited, given, later, replied, retried, signalled, skipped, started, terminated, undoReplied } from '../testing/index.js';

/** Parked past the pivot: capture was refused. */
const parked = () => given(orderPlan(), started(order), replied.done('reserve'), replied.done('authorize'), replied.rejected('capture'));
/** Parked on its way back: the undo of reserve got no reply in time. */
const parkedBack = () => given(orderPlan({ release: { ...plainRetry, attempts: 1 } }), started(order), replied.done('reserve'), replied.rejected('authorize'), later('30s'));

describe("an operator's retry", () => {
  it('sends a parked step again: under a new key when it was refused', () => {
    const saga = parked().when(retried('capture', 'card is fine now'));
    saga.then('OperatorActed', { kind: 'StepRetried', by: 'operator', detail: 'card is fine now', edit: 1 }, 'CommandSent');
    expect(saga.effects).toMatchObject([{ id: 'orders/order-1/capture/do/1#2' }]);
    expect(saga.when(replied.done('capture')).sent).toEqual(['do ship #1']);
  });

  it('sends a parked undo again under its key', () => {
    const saga = parkedBack().when(retried());
    expect(saga.effects).toMatchObject([{ id: 'orders/order-1/reserve/undo/0#2' }]);
    expect(saga.when(undoReplied.done('reserve')).status).toBe('compensated');
  });

  it('of what is not parked is refused', () => {
    expect(given(orderPlan(), started(order), retried('reserve')).answered).toEqual(['c2 NOTHING_PARKED']);
    expect(given(orderPlan(), started(order), retried()).answered).toEqual(['c2 NOTHING_PARKED']);
    expect(parked().when(retried('ship')).answered).toEqual(['c2 NOTHING_PARKED']);
  });

  it('tries the result of a saga again', () => {
    const plan = begin()
      .step('look', { ...look })
      .build({ result: Order, from: (s) => (s.input.skus.length > 1 ? ('none' as never) : s.input) });
    const saga = given(plan, started(order), replied.done('look'));
    expect(saga.kinds).toEqual(['StepDone', 'SagaStuck']);
    expect(saga.when(retried()).kinds).toEqual(['OperatorActed', 'StepRetried', 'SagaStuck']);
  });

  it('is taken once', () => {
    const saga = parked().when(retried(null, null, { commandId: 'o1' }), retried(null, null, { commandId: 'o1' }));
    expect(saga.events).toMatchObject([{ reason: 'COMMAND_SEEN' }]);
  });
});

describe("an operator's skip", () => {
  it('leaves out a parked step', () => {
    const plan = begin().step('a', { ...reserve }).pivot().step('b', { ...ship }).step('c', { ...ship }).build();
    const saga = given(plan, started(order), replied.done('a'), replied.rejected('b'), skipped('b', 'done by hand'));
    saga.then('OperatorActed', { kind: 'StepSkipped', by: 'operator', detail: 'done by hand' }, { kind: 'CommandSent', step: 'c' });
    expect(saga.when(replied.done('b', undefined, { attempt: 1 })).events).toMatchObject([{ reason: 'STEP_NOT_SENT' }]);
  });

  it('of the pivot, which was never sent, leads past the pivot all the same', () => {
    const plan = begin()
      .step('a', { ...reserve })
      .pivot()
      .step('b', { ...ship, send: (s) => (s.input.skus.length > 1 ? ('no' as never) : { reservationId: '' }) })
      .step('c', { ...ship })
      .build();
    const saga = given(plan, started(order), replied.done('a'));
    expect(saga.state).toMatchObject({ pastPivot: false });
    saga.when(skipped('b', 'done by hand'));
    expect(saga.sent).toEqual(['do c #1']);
    expect(saga.when(cancelled()).answered).toEqual(['c3 PAST_PIVOT']);
  });

  it('leaves out an undo, and the saga ends', () => {
    const saga = parkedBack().when(skipped('reserve', 'released by hand', { action: 'undo' }));
    expect(saga.kinds).toEqual(['OperatorActed', 'StepSkipped', 'SagaCompensated']);
  });

  it('of what is not parked is refused', () => {
    expect(parkedBack().when(skipped('reserve', 'x')).answered).toEqual(['c2 NOTHING_PARKED']);
    expect(parked().when(skipped('reserve', 'x', { action: 'undo' })).answered).toEqual(['c2 NOTHING_PARKED']);
    expect(parked().when(skipped('__proto__', 'x')).answered).toEqual(['c2 NOTHING_PARKED']);
  });
});

describe("an operator's edit", () => {
  const other = { authorizationId: 'another' };

  it('sends a parked step with another request under another key', () => {
    const saga = parked().when(edited('capture', other, 'typo'));
    saga.then('OperatorActed', { kind: 'StepEdited', edit: 1, value: { value: other } }, { kind: 'CommandSent', attempt: 2, value: { value: other }, edit: 1 });
    expect(saga.when(replied.failed('capture'), later('2s')).effects).toMatchObject([{ attempt: 3, value: { value: other }, idempotencyKey: 'orders/order-1/capture/do/1' }]);
  });

  it('is refused while the step may have happened', () => {
    const plan = begin().pivot().step('a', { ...ship, retry: plainRetry, onFailure: () => 'compensate' }).build();
    const saga = given(plan, started(order), later('30s'), later('1s'), replied.failed('a'), later('2s'), replied.failed('a'));
    expect(saga.status).toBe('stuck');
    expect(saga.when(edited('a', { reservationId: 'x' }, 'try')).answered).toEqual(['c2 OUTCOME_UNKNOWN']);
  });

  it('of an undo is refused while it may have happened, and sent otherwise', () => {
    const release = { orderId: 'order-1', reservationId: 'r1', outcome: 'done' };
    expect(parkedBack().when(edited('reserve', release, 'x', { action: 'undo' })).answered).toEqual(['c2 OUTCOME_UNKNOWN']);
    const plan = orderPlan({ release: { ...plainRetry, attempts: 2 } });
    const unheard = given(plan, started(order), replied.done('reserve'), replied.rejected('authorize'), later('30s'), later('1s'), undoReplied.failed('reserve'));
    expect(unheard.status).toBe('stuck');
    expect(unheard.when(edited('reserve', release, 'x', { action: 'undo' })).answered).toEqual(['c2 OUTCOME_UNKNOWN']);
    const refused = given(plan, started(order), replied.done('reserve'), replied.rejected('authorize'), undoReplied.rejected('reserve'));
    refused.when(edited('reserve', release, 'x', { action: 'undo' }));
    expect(refused.effects).toMatchObject([{ id: 'orders/order-1/reserve/undo/1#2', value: { value: release } }]);
    expect(refused.when(undoReplied.done('reserve')).status).toBe('compensated');
  });

  it('to another record, or to no value of it, is refused', () => {
    expect(parked().when(edited('capture', other, 'x', { type: 'onward.test.Ship' })).answered).toEqual(['c2 EDIT_INVALID']);
    expect(parked().when(edited('capture', 5, 'x')).answered).toEqual(['c2 EDIT_INVALID']);
  });
});

describe('a parked undo', () => {
  it('that was never sent expects no reply', () => {
    const plan = begin()
      .step('a', { ...reserve, undo: { ...reserve.undo, send: (s: { input: { skus: readonly string[] } }) => (s.input.skus.length > 1 ? ('no' as never) : { orderId: '', reservationId: null, outcome: '' }) } })
      .step('b', { ...authorize })
      .build();
    const saga = given(plan, started(order), replied.done('a'), replied.rejected('b'));
    expect(saga.status).toBe('stuck');
    expect(saga.when(undoReplied.done('a')).events).toMatchObject([{ reason: 'STEP_NOT_SENT' }]);
    const release = { orderId: 'order-1', reservationId: 'r1', outcome: 'done' };
    expect(saga.when(edited('a', release, 'by hand', { action: 'undo' })).effects).toMatchObject([{ attempt: 1, value: { value: release } }]);
  });
});

describe('a terminate', () => {
  it('stops the saga and writes down what it leaves in place', () => {
    const saga = given(orderPlan(), started(order), replied.done('reserve'), terminated('enough'));
    expect(saga.kinds).toEqual(['OperatorActed', 'SagaTerminated']);
    expect(saga.effects).toMatchObject([
      { outcome: 'terminated', failure: { code: 'TERMINATED', causes: [{ step: 'reserve', participant: 'fulfillment' }, { step: 'authorize', message: expect.stringContaining('under way') }] } },
    ]);
  });

  it('names what was done from the pivot on, and what turned the saga back', () => {
    expect(parked().when(terminated('enough')).effects).toMatchObject([{ failure: { causes: [{ step: 'reserve' }, { step: 'authorize' }] } }]);
    const shipping = given(orderPlan(), started(order), replied.done('reserve'), replied.done('authorize'), replied.done('capture'), terminated('enough'));
    expect(shipping.effects).toMatchObject([{ failure: { causes: [{ step: 'reserve' }, { step: 'authorize' }, { step: 'capture' }, { step: 'ship' }] } }]);
    expect(parkedBack().when(terminated('enough')).effects).toMatchObject([{ failure: { causes: [{ step: 'reserve' }, { code: 'NO', step: 'authorize' }] } }]);
  });

  it('leads out of every situation, and nothing out of its end', () => {
    const saga = parked().when(terminated('enough'));
    expect(saga.status).toBe('terminated');
    for (const request of [retried(), skipped('capture', 'x'), edited('capture', {}, 'x'), terminated('again'), cancelled(), signalled('onward.test.Order')]) {
      expect(saga.when(request).effects).toMatchObject([{ outcome: 'rejected', failure: { code: 'SAGA_ENDED' } }]);
    }
    expect(saga.when(replied.done('capture')).events).toMatchObject([{ reason: 'SAGA_ENDED' }]);
  });
});
