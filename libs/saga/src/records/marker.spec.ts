import { codecOf, StateCodec } from '../../../../test/support/saga/avro-codec.js';
import { orderPlan } from '../spec/order.js';
import { randomFailure } from '../spec/random-state.js';
import { Random } from '../spec/random.js';
import type { ClosedSaga } from '../state.js';
import { fromMarker, type ClosedSagaRecord } from './marker.js';

const plan = orderPlan();
const states = new StateCodec(plan);
const codec = codecOf(plan);
const closed: ClosedSaga = {
  kind: 'closed',
  sagaId: 'order-1',
  sagaType: plan.name,
  planVersion: 1,
  sequence: 12,
  startedAtMs: 1_700_000_000_000,
  closedAtMs: 1_700_000_001_000,
  lastAtMs: 1_700_000_002_000,
  startHash: Buffer.alloc(32, 7),
  commandIds: ['c1', 'x1'],
  outcome: 'completed',
  failure: null,
  result: { type: 'onward.test.OrderResult', value: { trackingId: 't1' } },
};
const failure = randomFailure(new Random(1));

describe("an ended saga's marker", () => {
  it.each<[string, ClosedSaga]>([
    ['completed', closed],
    ['compensated', { ...closed, outcome: 'compensated', result: null, failure }],
    ['terminated', { ...closed, outcome: 'terminated', result: null, failure }],
  ])('brings a saga back that was %s', (_, state) => {
    expect(fromMarker(states.markers.decode(states.encode(state)) as ClosedSagaRecord, codec)).toEqual(state);
  });

  it('with an end of a newer engine is refused', () => {
    const marker = { ...(states.markers.decode(states.encode(closed)) as ClosedSagaRecord), outcome: 'forgotten' };
    expect(() => fromMarker(marker, codec)).toThrow(expect.objectContaining({ code: 'SAGA_SNAPSHOT_INVALID' }) as Error);
  });
});
