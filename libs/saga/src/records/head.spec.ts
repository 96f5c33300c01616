import avro from 'avsc';
import { codecOf, AvroRecord } from '../../../../test/support/saga/avro-codec.js';
import { readSchema } from '../../../../test/support/saga/schemas.js';
import { evolve } from '../evolve/index.js';
import { everyConstruct } from '../spec/every-construct.js';
import { Leaf, randomFailure, randomState } from '../spec/random-state.js';
import { Random } from '../spec/random.js';
import type { OpenSaga } from '../state.js';
import { fromSnapshot } from './from-snapshot.js';
import { deferInput, snapshotHead } from './head.js';
import type { SnapshotHeadRecord, SnapshotRecord } from './snapshot-record.js';
import { snapshotRecord } from './snapshot-schema.js';
import { toSnapshot } from './to-snapshot.js';
import { toTransitionRecord } from './transition-record.js';

const plan = everyConstruct;
const codec = codecOf(plan);
const { name, schema } = snapshotRecord(plan);
// What an owner that lacks the plan has: the writer's schema, from the registry.
const writer = avro.Type.forSchema(JSON.parse(JSON.stringify(schema)) as avro.Schema);
const origin = { id: 'reply-1', topic: 'payment.replies.orders', partition: 3, offset: 42 };
const order = { orderId: 'order-1', skus: [], total: { amountMinor: 1, currency: 'EUR' } };

function stateOf(change: Partial<OpenSaga> = {}): OpenSaga {
  // avsc takes nothing but Buffers.
  return { ...randomState(plan, { input: new Leaf(order) }, new Random(5)), startHash: Buffer.alloc(32, 7), deferred: [], compensating: null, stuck: null, ...change };
}

function decoded(state: OpenSaga): SnapshotHeadRecord {
  return writer.fromBuffer(writer.toBuffer(toSnapshot(plan, state, codec))) as SnapshotHeadRecord;
}

describe('an owner that lacks the plan of a running saga', () => {
  it('knows whose snapshot it has', () => {
    const state = stateOf();
    expect(snapshotHead(name, decoded(state))).toEqual({
      sagaId: 'order-1',
      domain: 'orders',
      sagaType: 'every-construct-2',
      planVersion: 3,
      sequence: state.sequence,
      startedAtMs: state.startedAtMs,
      lastAtMs: state.lastAtMs,
      startHash: state.startHash,
      commandIds: state.commandIds,
      status: 'running',
      deferred: 0,
    });
  });

  it.each([
    ['compensating', { compensating: randomFailure(new Random(1)) }],
    ['stuck', { compensating: randomFailure(new Random(1)), stuck: randomFailure(new Random(2)) }],
  ])('knows that a saga is %s', (status, change) => {
    expect(snapshotHead(name, decoded(stateOf(change))).status).toBe(status);
  });

  it('takes no other record for a snapshot', () => {
    expect(() => snapshotHead('onward.orders.ClosedSaga', decoded(stateOf()))).toThrow(expect.objectContaining({ code: 'SAGA_SNAPSHOT_INVALID' }) as Error);
  });

  it('puts an input aside, and an owner that has the plan finds what it would have written itself', () => {
    const state = stateOf();
    const nowMs = state.lastAtMs + 1_000;
    const { snapshot, transition } = deferInput(name, decoded(state), Buffer.from('first'), nowMs, origin);
    const back = fromSnapshot(plan, writer.fromBuffer(writer.toBuffer(snapshot)) as SnapshotRecord, codec);
    const [event] = transition.events;
    const folded = { ...evolve(plan, state, event ?? { kind: 'DeferredTaken' }), sequence: transition.sequence, lastAtMs: transition.atMs };
    const bytes = (open: unknown): Buffer => writer.toBuffer(toSnapshot(plan, open as OpenSaga, codec));
    expect(bytes(back)).toEqual(bytes(folded));
    expect(transition).toMatchObject({ sagaId: 'order-1', sagaType: plan.name, planVersion: 3, sequence: state.sequence + 1, atMs: nowMs, cause: { kind: 'deferral', origin } });
    expect(back.deferred.map(String)).toEqual(['first']);
  });

  it('puts inputs aside in their order, and never goes back in time', () => {
    const state = stateOf({ deferred: [Buffer.from('first')] });
    const { snapshot, transition } = deferInput(name, decoded(state), Buffer.from('second'), state.lastAtMs - 1, origin);
    expect(snapshot.deferred.map(String)).toEqual(['first', 'second']);
    expect(transition.atMs).toBe(state.lastAtMs);
  });

  it('writes the transition without the plan', () => {
    const transitions = new AvroRecord(readSchema('onward.orders.SagaTransition'));
    const { transition } = deferInput(name, decoded(stateOf()), Buffer.from('first'), 0, origin);
    const none = { encode: () => { throw new Error('There is no value to encode.'); } };
    expect(() => transitions.encode(toTransitionRecord(null, transition, { before: null, after: null }, none))).not.toThrow();
  });
});
