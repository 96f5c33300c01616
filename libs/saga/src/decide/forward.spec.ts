import { order, orderPlan } from '../spec/order.js';
import { given, later, replied, started, undoReplied } from '../testing/index.js';

describe('a saga that goes forward', () => {
  it('sends the first command when it starts', () => {
    const saga = given(orderPlan()).when(started(order));
    expect(saga.kinds).toEqual(['SagaStarted', 'CommandSent']);
    expect(saga.sent).toEqual(['do reserve #1']);
    expect(saga.status).toBe('running');
  });

  it('runs every step in turn and answers the start with its result', () => {
    const saga = given(orderPlan()).when(started(order));
    expect(saga.when(replied.done('reserve')).sent).toEqual(['do authorize #1']);
    expect(saga.when(replied.done('authorize')).sent).toEqual(['do capture #1']);
    expect(saga.when(replied.done('capture')).sent).toEqual(['do ship #1']);
    saga.when(replied.done('ship'));
    expect(saga.status).toBe('completed');
    expect(saga.effects).toMatchObject([
      {
        kind: 'outcome',
        id: 'orders/order-1/outcome/c1',
        commandId: 'c1',
        outcome: 'completed',
        result: { type: 'onward.test.OrderResult', value: { trackingId: 'trackingId' } },
        failure: null,
      },
    ]);
  });

  it('keys every attempt of a step alike', () => {
    const saga = given(orderPlan()).when(started(order));
    const [first] = saga.effects;
    saga.when(replied.failed('reserve')).when(later('1s'));
    expect(first).toMatchObject({ idempotencyKey: 'orders/order-1/reserve/do/0', id: 'orders/order-1/reserve/do/0#1' });
    expect(saga.effects).toMatchObject([
      { idempotencyKey: 'orders/order-1/reserve/do/0', id: 'orders/order-1/reserve/do/0#2', attempt: 2 },
    ]);
  });

  it('numbers its transitions without a gap and never lets time run backwards', () => {
    const saga = given(orderPlan()).when(started(order));
    saga.nowMs -= 60_000;
    saga.when(replied.done('reserve'));
    expect(saga.history.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(saga.history[1]?.atMs).toBe(saga.history[0]?.atMs);
  });
});

describe('a step that fails for good before the pivot', () => {
  it('has nothing to undo when the first step is refused', () => {
    const saga = given(orderPlan()).when(started(order), replied.rejected('reserve', 'PRODUCT_UNKNOWN'));
    expect(saga.kinds).toEqual(['StepFailed', 'CompensationStarted', 'SagaCompensated']);
    expect(saga.sent).toEqual([]);
    expect(saga.effects).toMatchObject([
      { outcome: 'compensated', failure: { code: 'PRODUCT_UNKNOWN', kind: 'rejected', step: 'reserve', participant: 'fulfillment' } },
    ]);
  });

  it('undoes what is done, and not what was refused', () => {
    const saga = given(orderPlan()).when(started(order), replied.done('reserve'), replied.rejected('authorize', 'CARD_DECLINED'));
    expect(saga.status).toBe('compensating');
    expect(saga.sent).toEqual(['undo reserve #1']);
    expect(saga.effects).toMatchObject([{ value: { value: { reservationId: 'reservationId', outcome: 'done' } } }]);
    saga.when(undoReplied.done('reserve'));
    expect(saga.status).toBe('compensated');
    expect(saga.answered).toEqual(['c1 CARD_DECLINED']);
  });
});
