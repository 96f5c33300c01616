import { recordType, SagaTransition, type RecordType } from '@onward/contracts';
import { fromSnapshot, snapshotRecord, toSnapshot, type OpenSaga, type Plan, type SnapshotRecord, type ValueCodec } from '@onward/saga';

const HEADER_BYTES = 5;

/** Bytes as a lane makes them: Avro behind the registry's magic byte and schema id. */
export class EngineCodec {
  readonly snapshots: RecordType<unknown>;
  readonly transitions = SagaTransition;
  readonly values: ValueCodec;

  constructor(private readonly plan: Plan) {
    this.snapshots = recordType(snapshotRecord(plan).schema as Parameters<typeof recordType>[0]);
    const types = [...plan.records.values()].map((record) => recordType(record.schema as Parameters<typeof recordType>[0]));
    const ids = new Map(types.map(({ name }, id) => [name, id]));
    this.values = {
      encode: ({ name }, value) => {
        const id = ids.get(name) ?? -1;
        return framed(id, (types[id] as RecordType<unknown>).encode(value));
      },
      decode: (bytes) => {
        const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        const type = types[buffer.readInt32BE(1)] as RecordType<unknown>;
        return { type: type.name, value: type.decode(buffer.subarray(HEADER_BYTES)) };
      },
    };
  }

  decodeSnapshot(bytes: Buffer): SnapshotRecord {
    return this.snapshots.decode(bytes.subarray(HEADER_BYTES)) as SnapshotRecord;
  }

  encodeSnapshot(snapshot: SnapshotRecord): Buffer {
    return framed(0, this.snapshots.encode(snapshot));
  }

  stateOf(bytes: Buffer): OpenSaga {
    return fromSnapshot(this.plan, this.decodeSnapshot(bytes), this.values);
  }

  bytesOf(state: OpenSaga): Buffer {
    return this.encodeSnapshot(toSnapshot(this.plan, state, this.values));
  }
}

function framed(id: number, avro: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + avro.length);
  bytes[0] = 0;
  bytes.writeInt32BE(id, 1);
  avro.copy(bytes, HEADER_BYTES);
  return bytes;
}
