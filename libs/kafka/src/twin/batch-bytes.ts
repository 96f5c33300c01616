import { crc32c } from '../protocol/crc32c.js';
import { encodeRecordBatch } from '../protocol/record-batch.js';
import { Reader, Writer } from '../protocol/wire.js';

/** Places in a record batch, format v2: see `protocol/record-batch.ts`. */
const LENGTH_AT = 8;
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
const LAST_OFFSET_DELTA_AT = 23;
const BASE_TIMESTAMP_AT = 27;
const MAX_TIMESTAMP_AT = 35;
const PRODUCER_ID_AT = 43;
const PRODUCER_EPOCH_AT = 51;
const BASE_SEQUENCE_AT = 53;
const RECORD_COUNT_AT = 57;
const HEADER_BYTES = 61;
const PREFIX_BYTES = 12;
const LOG_APPEND_TIME_FLAG = 0x08;
const TRANSACTIONAL_FLAG = 0x10;
const CONTROL_FLAG = 0x20;

/** One batch as it lies in a log of the twin. */
export interface StoredBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** The youngest of its records, milliseconds since 1970. */
  readonly timestampMs: number;
  /** −1 without one. */
  readonly producerId: number;
  readonly transactional: boolean;
  readonly control: boolean;
  readonly bytes: Buffer;
}

/** What a broker looks at before it takes a batch. */
export interface ArrivingBatch {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly lastSequence: number;
  readonly transactional: boolean;
  readonly bytes: Buffer;
}

export function readArriving(bytes: Buffer): ArrivingBatch {
  const baseSequence = bytes.readInt32BE(BASE_SEQUENCE_AT);
  return {
    producerId: Number(bytes.readBigInt64BE(PRODUCER_ID_AT)),
    producerEpoch: bytes.readInt16BE(PRODUCER_EPOCH_AT),
    baseSequence,
    lastSequence: baseSequence + bytes.readInt32BE(LAST_OFFSET_DELTA_AT),
    transactional: (bytes.readInt16BE(ATTRIBUTES_AT) & TRANSACTIONAL_FLAG) !== 0,
    bytes,
  };
}

/** A copy of the batch with the offset it gets, and the time if the topic sets it. */
export function stamp(bytes: Buffer, baseOffset: number, appendTimeMs: number | undefined): StoredBatch {
  const stored = Buffer.from(bytes);
  stored.writeBigInt64BE(BigInt(baseOffset), 0);
  let attributes = stored.readInt16BE(ATTRIBUTES_AT);
  if (appendTimeMs !== undefined) {
    attributes |= LOG_APPEND_TIME_FLAG;
    stored.writeInt16BE(attributes, ATTRIBUTES_AT);
    stored.writeBigInt64BE(BigInt(appendTimeMs), MAX_TIMESTAMP_AT);
    writeChecksum(stored);
  }
  return {
    baseOffset,
    lastOffset: baseOffset + stored.readInt32BE(LAST_OFFSET_DELTA_AT),
    timestampMs: Number(stored.readBigInt64BE(MAX_TIMESTAMP_AT)),
    producerId: Number(stored.readBigInt64BE(PRODUCER_ID_AT)),
    transactional: (attributes & TRANSACTIONAL_FLAG) !== 0,
    control: (attributes & CONTROL_FLAG) !== 0,
    bytes: stored,
  };
}

const MARKERS = { abort: markerTemplate(0), commit: markerTemplate(1) };

/** The control batch that ends a transaction in a partition. */
export function marker(kind: 'abort' | 'commit', producer: { readonly producerId: number; readonly producerEpoch: number }, baseOffset: number, nowMs: number): StoredBatch {
  const bytes = Buffer.from(MARKERS[kind]);
  bytes.writeBigInt64BE(BigInt(nowMs), BASE_TIMESTAMP_AT);
  bytes.writeBigInt64BE(BigInt(nowMs), MAX_TIMESTAMP_AT);
  bytes.writeBigInt64BE(BigInt(producer.producerId), PRODUCER_ID_AT);
  bytes.writeInt16BE(producer.producerEpoch, PRODUCER_EPOCH_AT);
  writeChecksum(bytes);
  return stamp(bytes, baseOffset, undefined);
}

/** Its record's key is a version (i16) and the kind (i16), its value a version (i16) and the coordinator's epoch (i32). */
function markerTemplate(kind: 0 | 1): Buffer {
  const key = new Writer().i16(0).i16(kind).toBuffer();
  const value = new Writer().i16(0).i32(0).toBuffer();
  const bytes = encodeRecordBatch([{ key, value, headers: {}, timestampMs: 0 }], { producerId: 0n, producerEpoch: 0, baseSequence: -1, transactional: true });
  bytes.writeInt16BE(TRANSACTIONAL_FLAG | CONTROL_FLAG, ATTRIBUTES_AT);
  return bytes;
}

/** The batch with some of its records only, as compaction leaves it: same offsets, same times. Undefined when none is left. */
export function keepRecords(batch: StoredBatch, keeps: (offset: number, key: Buffer | null, value: Buffer | null) => boolean): StoredBatch | undefined {
  const kept = new Writer(batch.bytes.length);
  const body = new Reader(batch.bytes.subarray(HEADER_BYTES));
  let count = 0;
  for (let left = batch.bytes.readInt32BE(RECORD_COUNT_AT); left > 0; left--) {
    const raw = body.take(body.varint());
    const { offsetDelta, key, value } = readPlace(raw);
    if (!keeps(batch.baseOffset + offsetDelta, key, value)) continue;
    kept.varint(raw.length).raw(raw);
    count += 1;
  }
  if (count === 0) return undefined;
  const bytes = Buffer.concat([batch.bytes.subarray(0, HEADER_BYTES), kept.toBuffer()]);
  bytes.writeInt32BE(bytes.length - PREFIX_BYTES, LENGTH_AT);
  bytes.writeInt32BE(count, RECORD_COUNT_AT);
  writeChecksum(bytes);
  return { ...batch, bytes };
}

function readPlace(raw: Buffer): { offsetDelta: number; key: Buffer | null; value: Buffer | null } {
  const r = new Reader(raw);
  r.i8(); // attributes
  r.varlong(); // timestamp delta
  const offsetDelta = r.varint();
  const bytes = (): Buffer | null => {
    const length = r.varint();
    return length < 0 ? null : r.take(length);
  };
  return { offsetDelta, key: bytes(), value: bytes() };
}

function writeChecksum(bytes: Buffer): void {
  bytes.writeUInt32BE(crc32c(bytes.subarray(ATTRIBUTES_AT)), CRC_AT);
}
