import { done, failed, Given, rejected, start } from '../spec/given.js';

describe('a saga that goes forward', () => {
  it('sends the first command when it starts', () => {
    const saga = new Given().when(start());
    expect(saga.kinds).toEqual(['SagaStarted', 'CommandSent']);
    expect(saga.sent).toEqual(['do reserve #1']);
    expect(saga.status).toBe('running');
  });

  it('runs every step in turn and answers the start with its result', () => {
    const saga = new Given().when(start());
    expect(saga.when(done('reserve')).sent).toEqual(['do authorize #1']);
    expect(saga.when(done('authorize')).sent).toEqual(['do capture #1']);
    expect(saga.when(done('capture')).sent).toEqual(['do ship #1']);
    saga.when(done('ship'));
    expect(saga.status).toBe('completed');
    expect(saga.effects).toMatchObject([
      {
        kind: 'outcome',
        id: 'orders/order-1/outcome/c1',
        commandId: 'c1',
        outcome: 'completed',
        result: { type: 'onward.test.OrderResult', value: { trackingId: 't1' } },
        failure: null,
      },
    ]);
  });

  it('keys every attempt of a step alike', () => {
    const saga = new Given().when(start());
    const [first] = saga.effects;
    saga.when(failed('reserve')).after(1);
    expect(first).toMatchObject({ idempotencyKey: 'orders/order-1/reserve/do/0', id: 'orders/order-1/reserve/do/0#1' });
    expect(saga.effects).toMatchObject([
      { idempotencyKey: 'orders/order-1/reserve/do/0', id: 'orders/order-1/reserve/do/0#2', attempt: 2 },
    ]);
  });

  it('numbers its transitions without a gap and never lets time run backwards', () => {
    const saga = new Given().when(start());
    saga.nowMs -= 60_000;
    saga.when(done('reserve'));
    expect(saga.history.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(saga.history[1]?.atMs).toBe(saga.history[0]?.atMs);
  });
});

describe('a step that fails for good before the pivot', () => {
  it('has nothing to undo when the first step is refused', () => {
    const saga = new Given().when(start(), rejected('reserve', 'do', 1, 'PRODUCT_UNKNOWN'));
    expect(saga.kinds).toEqual(['StepFailed', 'CompensationStarted', 'SagaCompensated']);
    expect(saga.sent).toEqual([]);
    expect(saga.effects).toMatchObject([
      { outcome: 'compensated', failure: { code: 'PRODUCT_UNKNOWN', kind: 'rejected', step: 'reserve', participant: 'fulfillment' } },
    ]);
  });

  it('undoes what is done, and not what was refused', () => {
    const saga = new Given().when(start(), done('reserve'), rejected('authorize', 'do', 1, 'CARD_DECLINED'));
    expect(saga.status).toBe('compensating');
    expect(saga.sent).toEqual(['undo reserve #1']);
    expect(saga.effects).toMatchObject([{ value: { value: { reservationId: 'r1', outcome: 'done' } } }]);
    saga.when(done('reserve', 'undo'));
    expect(saga.status).toBe('compensated');
    expect(saga.answered).toEqual(['c1 CARD_DECLINED']);
  });
});
