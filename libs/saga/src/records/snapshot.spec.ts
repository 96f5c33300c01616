import { AvroRecord, codecOf, StateCodec } from '../../../../test/support/saga/avro-codec.js';
import { plain } from '../../../../test/support/saga/plain.js';
import { saga } from '../define/builder.js';
import { fulfillment, Order, payment } from '../spec/contracts.js';
import { everyConstruct } from '../spec/every-construct.js';
import { orderPlan } from '../spec/order.js';
import { Leaf, randomState } from '../spec/random-state.js';
import { Random } from '../spec/random.js';
import type { OpenSaga } from '../state.js';
import { fromSnapshot } from './from-snapshot.js';
import { dataIssue, dataShape } from './recorded-data.js';
import { parseSnapshotName, snapshotName } from './snapshot-name.js';
import type { SnapshotRecord } from './snapshot-record.js';
import { snapshotSchema } from './snapshot-schema.js';
import { toSnapshot } from './to-snapshot.js';

const order = { orderId: 'order-1', skus: ['a', 'b'], total: { amountMinor: 4200, currency: 'EUR' } };
const reserved = new Leaf({ reservationId: 'r1' });
const shipped = new Leaf({ trackingId: 't1' });
const parcel = { pack: reserved, labels: { inner: shipped, outer: { print: shipped } }, stamps: [{ stick: shipped }, { stick: shipped }] };

/** What a saga of the plan with every construct can have recorded. */
const recorded = {
  input: new Leaf(order),
  reserve: reserved,
  checks: { fraud: new Leaf({ authorizationId: 'a1', amount: order.total }), quote: { carrier: shipped, insurance: reserved } },
  approval: new Leaf(order),
  offers: { one: shipped, two: { ask: reserved } },
  note: shipped,
  parcels: [parcel, parcel, {}, parcel],
  naps: [{}],
  settle: shipped,
  thank: shipped,
  capture: new Leaf({ captureId: 'k1' }),
};

describe("a plan's snapshot", () => {
  const plan = everyConstruct;
  const codec = codecOf(plan);
  const type = new AvroRecord(snapshotSchema(plan));
  const reread = (state: OpenSaga): OpenSaga =>
    fromSnapshot(plan, type.decode(type.encode(toSnapshot(plan, state, codec))) as SnapshotRecord, codec);

  it('brings every state back as it was, whatever the saga has been through', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const state = randomState(plan, recorded, new Random(seed));
      expect({ seed, state: plain(reread(state)) }).toStrictEqual({ seed, state: plain(state) });
    }
  });

  it('freezes what user functions read', () => {
    const { data } = reread(randomState(plan, { ...recorded }, new Random(1)));
    const frozen = (part: unknown): boolean =>
      typeof part !== 'object' || part === null || (Object.isFrozen(part) && Object.values(part).every(frozen));
    expect(frozen(data)).toBe(true);
  });

  const more = { at: [], firstAttempt: 1, edit: 0, edited: null, sentAs: null, unknown: false, causes: [], failure: null };
  it.each([
    ['a node', { node: 99 }, /no node 99/],
    ['an index of a loop', { more: { ...more, at: [1] } }, /with 1 indexes/],
    ['a phase', { phase: 99 }, /no phase has the number 99/],
  ])('that names %s the plan or the engine lacks is refused', (_, change, text) => {
    const { active: _active, ...snapshot } = toSnapshot(plan, randomState(plan, recorded, new Random(1)), codec);
    const activity = { node: 0, undo: false, phase: 1, attempt: 1, dueAt: null, deadlineAt: null, more: null };
    const broken = { ...snapshot, active: [{ ...activity, ...change }] };
    expect(() => fromSnapshot(plan, broken, codec)).toThrow(expect.objectContaining({ code: 'SAGA_SNAPSHOT_INVALID', message: expect.stringMatching(text) as string }) as Error);
  });

  it('that names an outcome the engine lacks is refused', () => {
    const snapshot = { ...toSnapshot(plan, randomState(plan, recorded, new Random(1)), codec), undo: [{ node: 0, more: { ...more, outcome: 9, doEdit: 0, attempt: 0 } }] };
    expect(() => fromSnapshot(plan, snapshot, codec)).toThrow(expect.objectContaining({ code: 'SAGA_SNAPSHOT_INVALID' }) as Error);
  });

  it('is not made of a saga that stands outside of its plan', () => {
    const state: OpenSaga = { ...randomState(plan, recorded, new Random(1)), loops: [{ path: 'elsewhere', count: 1 }] };
    expect(() => toSnapshot(plan, state, codec)).toThrow(expect.objectContaining({ code: 'SAGA_SNAPSHOT_INVALID', message: expect.stringContaining('"elsewhere"') as string }) as Error);
  });
});

describe('recorded data', () => {
  const shape = dataShape(everyConstruct);
  const labels = { inner: shipped.value, outer: { print: shipped.value } };

  it('fits its plan when every part of it does, in blocks and loops too', () => {
    expect(dataIssue(shape, { input: order, checks: { quote: { carrier: shipped.value } }, parcels: [{ labels }, {}], naps: [] })).toBeUndefined();
  });

  it.each([
    ['what the plan does not record', { input: order, elsewhere: 1 }, '"elsewhere" is nothing that the plan records.'],
    ['what its block does not record', { parcels: [{}, { labels: { left: 1 } }] }, '"parcels[1].labels.left" is nothing that the plan records.'],
    ['a value of another record', { parcels: [{ labels: { inner: 7 } }] }, '"parcels[0].labels.inner" is no onward.test.Shipped: it should be a record'],
    ['a value in the place of a list', { parcels: {} }, '"parcels" is no list.'],
    ['a value in the place of a block', { checks: null }, '"checks" is no object.'],
  ])('does not fit with %s', (_, data, issue) => {
    expect(dataIssue(shape, data)).toBe(issue);
  });
});

describe("the name of a plan's snapshots", () => {
  it.each([
    ['place-order', 1, 'onward.orders.snapshot.PlaceOrderV1'],
    ['every-construct-2', 13, 'onward.orders.snapshot.EveryConstruct_2V13'],
    ['every-construct2', 13, 'onward.orders.snapshot.EveryConstruct2V13'],
    ['move-v2', 1, 'onward.orders.snapshot.MoveV2V1'],
    ['a-3d-scan', 1, 'onward.orders.snapshot.A_3dScanV1'],
  ])('of %s version %i is %s, and can be read back', (name, version, expected) => {
    expect(snapshotName({ domain: 'orders', name, version })).toBe(expected);
    expect(parseSnapshotName(expected)).toEqual({ domain: 'orders', sagaType: name, planVersion: version });
  });

  it('is told from other names', () => {
    expect(parseSnapshotName('onward.orders.ClosedSaga')).toBeUndefined();
  });
});

describe("the schema of a plan's snapshots", () => {
  it('begins alike for every plan, so that an owner without the plan can read it', () => {
    const heads = [everyConstruct, orderPlan()].map((plan) => {
      const { fields } = snapshotSchema(plan) as { fields: { name: string }[] };
      return fields.slice(0, 9);
    });
    expect(heads[0]?.map(({ name }) => name)).toEqual([
      'sagaId', 'sequence', 'startedAt', 'lastAt', 'startHash', 'commandIds', 'deferred', 'compensating', 'stuck',
    ]);
    expect(heads[1]).toEqual(heads[0]);
  });

  it('defines a record that several steps use only once', () => {
    const twice = saga('twice', { version: 1, domain: 'orders', input: Order, idField: 'orderId' })
      .step('first', { command: payment.Authorize, send: (s) => ({ orderId: '', amount: s.input.total }), harmless: true })
      .step('second', { command: payment.Authorize, send: (s) => ({ orderId: '', amount: s.first.amount }), harmless: true })
      .build();
    const text = JSON.stringify(snapshotSchema(twice));
    expect(text.match(/"name":"onward\.test\.Authorized"/g)).toHaveLength(1);
    expect(text.match(/"name":"onward\.test\.Money"/g)).toHaveLength(1);
    expect(() => new AvroRecord(snapshotSchema(twice))).not.toThrow();
  });
});

describe('the snapshot of a typical order', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'] as const;
  let builder = saga('ten-steps', { version: 1, domain: 'orders', input: Order, idField: 'orderId' });
  for (const id of ids) {
    // Which steps there are is of no interest to the types here.
    builder = builder.step(id, {
      command: fulfillment.Reserve,
      send: () => ({ orderId: '', skus: [] }),
      undo: { command: fulfillment.Release, send: () => ({ orderId: '', reservationId: null, outcome: '' }) },
    }) as unknown as typeof builder;
  }
  const plan = builder.build();
  const sagaId = '5f0e6a30-6a41-4f8e-9d0c-0d2a4a9f7a11';
  const bare = randomState(orderPlan(), { input: new Leaf(order) }, new Random(1));
  const state: OpenSaga = {
    ...bare,
    sagaType: plan.name,
    sagaId,
    commandIds: ['7c9e6679-7425-40de-944b-e07fc1f90ae7'],
    seenIds: [],
    parent: null,
    loops: [],
    earlySignals: [],
    compensating: null,
    stuck: null,
    deferred: [],
    data: { input: { ...order, orderId: sagaId }, ...Object.fromEntries(ids.slice(0, 10).map((id) => [id, { reservationId: `reservation-${id}` }])) },
    undo: ids.map((path, n) => ({ path, outcome: n < 10 ? 'done' : 'pending', doEdit: 0, failure: null, attempt: 0, edit: 0, edited: null, sentAs: null })),
    active: [
      {
        path: 'k', action: 'do', phase: 'sent', attempt: 1, firstAttempt: 1, edit: 0, edited: null, sentAs: null,
        dueAtMs: bare.lastAtMs + 30_000, deadlineAtMs: null, unknown: false, causes: [], failure: null,
      },
    ],
  };

  it('with ten done steps takes less than 400 bytes', () => {
    const schemaIdBytes = 5;
    expect(schemaIdBytes + new StateCodec(plan).encode(state).length).toBeLessThan(400);
  });

  it('takes a byte for each part that is absent', () => {
    const { active: _, ...head } = state;
    const states = new StateCodec(plan);
    const size = states.encode({ ...head, active: [] }).length;
    const withMore = states.encode({ ...head, active: [], seenIds: ['s'] }).length;
    // The branch of the union is there either way: three empty parts, and a list of one id.
    expect(withMore - size).toBe(3 + 4);
  });
});
