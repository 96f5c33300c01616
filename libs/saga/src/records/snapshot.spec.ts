import { AvroRecord, StateCodec } from '../../../test/support/saga/avro-codec.js';
import { readSchema } from '../../../test/support/saga/schemas.js';
import { saga } from './builder.js';
import { FAILURE_SCHEMA } from './failure.js';
import { fromSnapshot, snapshotName, snapshotSchema, toSnapshot, type SnapshotRecord } from './snapshot.js';
import { fulfillment, Order, payment } from './spec/contracts.js';
import { done, failed, Given, rejected, start } from './spec/given.js';
import { orderPlan } from './spec/order.js';
import type { OpenSaga } from './state.js';

function open(saga: Given): OpenSaga {
  if (saga.state?.kind !== 'open') throw new Error('the saga is not open');
  return saga.state;
}

describe("a plan's snapshot", () => {
  const plan = orderPlan();
  const type = new AvroRecord(snapshotSchema(plan));

  it('is named after the plan and its version', () => {
    expect(snapshotName(plan)).toBe('onward.orders.state.TestOrderV1');
    expect(type.name).toBe('onward.orders.state.TestOrderV1');
  });

  it.each([
    ['running', () => new Given(plan).when(start())],
    ['waiting for a retry', () => new Given(plan).when(start(), failed('reserve'))],
    ['compensating', () => new Given(plan).when(start(), done('reserve'), rejected('authorize'))],
    ['stuck', () => new Given(plan).when(start(), done('reserve'), done('authorize'), rejected('capture'))],
  ])('comes back as it was: %s', (_, make) => {
    const state = open(make());
    const back = fromSnapshot(plan, type.decode(type.encode(toSnapshot(plan, state))) as SnapshotRecord);
    expect({ ...back, startHash: [...back.startHash] }).toEqual({ ...state, startHash: [...state.startHash] });
  });

  it('defines a record that several steps use only once', () => {
    const twice = saga('twice', { version: 1, domain: 'orders', input: Order })
      .step('first', { command: payment.Authorize, send: (s) => ({ orderId: '', amount: s.input.total }), harmless: true })
      .step('second', { command: payment.Authorize, send: (s) => ({ orderId: '', amount: s.first.amount }), harmless: true })
      .build();
    const text = JSON.stringify(snapshotSchema(twice));
    expect(text.match(/"name":"onward\.test\.Authorized"/g)).toHaveLength(1);
    expect(text.match(/"name":"onward\.test\.Money"/g)).toHaveLength(1);
    expect(() => new AvroRecord(snapshotSchema(twice))).not.toThrow();
  });

  it('of ten done steps takes less than 400 bytes', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'] as const;
    let builder = saga('ten-steps', { version: 1, domain: 'orders', input: Order });
    for (const id of ids) {
      // Which steps there are is of no interest to the types here.
      builder = builder.step(id, {
        command: fulfillment.Reserve,
        send: () => ({ orderId: '', skus: [] }),
        undo: { command: fulfillment.Release, send: () => ({ orderId: '', reservationId: null, outcome: '' }) },
      }) as unknown as typeof builder;
    }
    const ten = new Given(builder.build()).when(start('5f0e6a30-6a41-4f8e-9d0c-0d2a4a9f7a11'));
    for (const id of ids.slice(0, 10)) {
      const reply = { outcome: 'done', value: { type: 'onward.test.Reserved', value: { reservationId: `reservation-${id}` } } } as const;
      ten.when({ ...done('reserve'), step: id, reply });
    }
    const state = open(ten);
    expect(state.cursor).toBe('k');
    expect(new StateCodec(ten.plan).encode(state).length).toBeLessThan(400);
  });
});

describe('the failure record', () => {
  it('is the same here and under schemas/', () => {
    const { namespace, ...file } = readSchema('onward.common.Failure') as Record<string, unknown>;
    expect({ ...file, name: `${String(namespace)}.${String(file['name'])}` }).toEqual(FAILURE_SCHEMA);
  });
});

describe.each(['SagaTransition', 'TransitionCause', 'TransitionEvent', 'ClosedSaga', 'SagaOutcome', 'SagaStuck'])(
  'the record %s',
  (name) => {
    const { fields } = readSchema(`onward.orders.${name}`) as { fields: Record<string, unknown>[] };

    it('explains every field, and gives every one that may be missing a default', () => {
      for (const field of fields) {
        const missing = Array.isArray(field['type']) && field['type'][0] === 'null';
        expect({ field: field['name'], explained: typeof field['doc'], missing }).toEqual({
          field: field['name'],
          explained: 'string',
          missing: 'default' in field,
        });
      }
    });
  },
);
