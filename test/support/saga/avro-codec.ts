import { snapshotRecord, toMarker, toSnapshot, type AnyRecord, type AvroSchema, type Plan, type SagaState, type ValueCodec } from '@onward/saga';
import avro from 'avsc';
import { readSchema } from './schemas.js';

/** A compiled schema that takes any bytes: avsc itself takes nothing but Buffers. */
export class AvroRecord {
  private readonly type: avro.Type;

  constructor(schema: AvroSchema) {
    this.type = avro.Type.forSchema(schema as avro.Schema);
  }

  get name(): string | undefined {
    return this.type.name;
  }

  encode(value: unknown): Buffer {
    return this.type.toBuffer(withBuffers(value));
  }

  decode(bytes: Uint8Array): unknown {
    return this.type.fromBuffer(Buffer.from(bytes));
  }
}

function withBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value);
  // Array.from, and not map, which leaves holes.
  if (Array.isArray(value)) return Array.from(value, withBuffers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, part]) => [field, withBuffers(part)]));
}

/** A codec for the values and snapshots of plans: as a registry would, it names a schema by a number in front of the bytes. */
export function codecOf(...plans: readonly Plan[]): ValueCodec {
  const records: readonly AnyRecord[] = plans.flatMap((plan) => [...plan.records.values(), snapshotRecord(plan)]);
  const types = records.map(({ schema }) => new AvroRecord(schema));
  return {
    encode: ({ name }, value) => {
      const id = records.findIndex((record) => record.name === name);
      const type = types[id];
      if (type === undefined) throw new TypeError(`The codec has no record ${name}.`);
      return Buffer.concat([Buffer.of(id), type.encode(value)]);
    },
    decode: (bytes) => {
      const id = bytes[0] ?? -1;
      return { type: records[id]?.name ?? '?', value: types[id]?.decode(bytes.subarray(1)) };
    },
  };
}

/** Encodes states of a plan as they stand in the state topic. */
export class StateCodec {
  readonly snapshots: AvroRecord;
  readonly markers = new AvroRecord(readSchema('onward.orders.ClosedSaga'));

  constructor(
    readonly plan: Plan,
    readonly values: ValueCodec = codecOf(plan),
  ) {
    this.snapshots = new AvroRecord(snapshotRecord(plan).schema);
  }

  encode(state: SagaState): Buffer {
    return state.kind === 'open'
      ? this.snapshots.encode(toSnapshot(this.plan, state, this.values))
      : this.markers.encode(toMarker(this.plan, state, this.values));
  }
}
