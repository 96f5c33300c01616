import { crc32c } from './crc32c.js';
import { Reader, Writer } from './wire.js';

/**
 * The record batch, format v2 (KIP-98), as it lies in requests, answers and logs:
 * base offset i64, length i32, leader epoch i32, magic i8, crc u32 over the rest, attributes i16, last offset delta i32,
 * base timestamp i64, max timestamp i64, producer id i64, producer epoch i16, base sequence i32, record count i32, records.
 */

const MAGIC = 2;
const LENGTH_AT = 8;
const MAGIC_AT = 16;
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
/** Base offset and length: what the length field does not count. */
const PREFIX_BYTES = 12;
const HEADER_BYTES = 61;
/** What memory is set aside for a record; more is taken when it is larger. */
const RECORD_BYTES_GUESS = 512;
const COMPRESSION_MASK = 0x07;
const LOG_APPEND_TIME_FLAG = 0x08;
const TRANSACTIONAL_FLAG = 0x10;
const CONTROL_FLAG = 0x20;

export interface BatchRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer | string>>;
  readonly timestampMs: number;
}

export interface BatchProducer {
  /** −1 for a producer that is neither idempotent nor transactional. */
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly transactional: boolean;
}

/** Encodes records, uncompressed, as one batch. */
export function encodeRecordBatch(records: readonly BatchRecord[], producer: BatchProducer): Buffer {
  const [first] = records;
  if (first === undefined) throw new RangeError('A record batch needs at least one record.');
  const baseTimestampMs = first.timestampMs;
  const maxTimestampMs = records.reduce((max, { timestampMs }) => Math.max(max, timestampMs), baseTimestampMs);
  const w = new Writer(HEADER_BYTES + records.length * RECORD_BYTES_GUESS);
  w.i64(0n).i32(0).i32(-1).i8(MAGIC).u32(0);
  w.i16(producer.transactional ? TRANSACTIONAL_FLAG : 0).i32(records.length - 1);
  w.i64(BigInt(baseTimestampMs)).i64(BigInt(maxTimestampMs));
  w.i64(producer.producerId).i16(producer.producerEpoch).i32(producer.baseSequence).i32(records.length);
  const body = new Writer(RECORD_BYTES_GUESS);
  records.forEach((record, offsetDelta) => {
    writeRecord(body.reset(), record, offsetDelta, record.timestampMs - baseTimestampMs);
    w.varint(body.length).raw(body.toBuffer());
  });
  const crc = crc32c(w.toBuffer().subarray(ATTRIBUTES_AT));
  return w.patchU32(LENGTH_AT, w.length - PREFIX_BYTES).patchU32(CRC_AT, crc).toBuffer();
}

const RECORD_OVERHEAD_BYTES_MAX = 36;
const HEADER_OVERHEAD_BYTES_MAX = 10;

/** An upper bound of what a record takes up in a batch. */
export function recordBytesMax(record: Pick<BatchRecord, 'key' | 'value' | 'headers'>): number {
  let bytes = RECORD_OVERHEAD_BYTES_MAX + (record.key?.length ?? 0) + (record.value?.length ?? 0);
  for (const name in record.headers) {
    bytes += HEADER_OVERHEAD_BYTES_MAX + Buffer.byteLength(name) + Buffer.byteLength(record.headers[name]!);
  }
  return bytes;
}

function writeRecord(w: Writer, record: BatchRecord, offsetDelta: number, timestampDeltaMs: number): void {
  w.i8(0).varlong(BigInt(timestampDeltaMs)).varint(offsetDelta);
  writeVarBytes(w, record.key);
  writeVarBytes(w, record.value);
  const names = Object.keys(record.headers);
  w.varint(names.length);
  for (const name of names) {
    writeVarText(w, name);
    const value = record.headers[name]!;
    if (typeof value === 'string') writeVarText(w, value);
    else writeVarBytes(w, value);
  }
}

function writeVarBytes(w: Writer, bytes: Buffer | null): void {
  if (bytes === null) w.varint(-1);
  else w.varint(bytes.length).raw(bytes);
}

function writeVarText(w: Writer, text: string): void {
  const lengthBytes = Buffer.byteLength(text);
  w.varint(lengthBytes).text(text, lengthBytes);
}

export interface BatchHeader {
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  /** Number of the codec: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
  readonly compression: number;
  /** A control batch holds a transaction marker and no data. */
  readonly control: boolean;
  readonly transactional: boolean;
  /** True when the broker set the time: then every record has `maxTimestampMs`. */
  readonly logAppendTime: boolean;
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly producerId: bigint;
  readonly recordCount: number;
  /** The records, compressed if `compression` says so. */
  readonly body: Buffer;
}

/**
 * Reads the batch at the start of `bytes` without its records, or null when the batch is cut off, as the last one of an answer may be.
 *
 * @throws RangeError when it is not a batch of format v2 or its checksum is wrong
 */
export function readBatchHeader(bytes: Buffer): { header: BatchHeader; sizeBytes: number } | null {
  const sizeBytes = batchSizeBytes(bytes);
  if (sizeBytes === null) return null;
  if (bytes.readInt8(MAGIC_AT) !== MAGIC) throw new RangeError(`it has record format ${bytes.readInt8(MAGIC_AT)}, not ${MAGIC}`);
  if (sizeBytes < HEADER_BYTES) throw new RangeError(`it is ${sizeBytes} bytes long, shorter than its header`);
  const r = new Reader(bytes.subarray(0, sizeBytes));
  const baseOffset = r.i64();
  r.take(MAGIC_AT - LENGTH_AT + 1); // length, leader epoch, magic
  const crc = r.u32();
  if (crc !== crc32c(r.buffer.subarray(ATTRIBUTES_AT))) throw new RangeError('its checksum is wrong');
  const attributes = r.i16();
  const lastOffset = baseOffset + BigInt(r.i32());
  const baseTimestampMs = Number(r.i64());
  const maxTimestampMs = Number(r.i64());
  const producerId = r.i64();
  r.i16(); // producer epoch
  r.i32(); // base sequence
  const recordCount = r.i32();
  const header: BatchHeader = {
    baseOffset,
    lastOffset,
    compression: attributes & COMPRESSION_MASK,
    control: (attributes & CONTROL_FLAG) !== 0,
    transactional: (attributes & TRANSACTIONAL_FLAG) !== 0,
    logAppendTime: (attributes & LOG_APPEND_TIME_FLAG) !== 0,
    baseTimestampMs,
    maxTimestampMs,
    producerId,
    recordCount,
    body: r.take(r.left),
  };
  return { header, sizeBytes };
}

/** Offset after the batch at the start of `bytes`, read without checking it, or null when its header is not there. */
export function offsetAfterBatch(bytes: Buffer): bigint | null {
  if (bytes.length < HEADER_BYTES) return null;
  return bytes.readBigInt64BE(0) + BigInt(bytes.readInt32BE(ATTRIBUTES_AT + 2)) + 1n;
}

function batchSizeBytes(bytes: Buffer): number | null {
  if (bytes.length < MAGIC_AT + 1) return null;
  const sizeBytes = PREFIX_BYTES + bytes.readInt32BE(LENGTH_AT);
  if (sizeBytes < PREFIX_BYTES) throw new RangeError('its length is negative');
  return sizeBytes > bytes.length ? null : sizeBytes;
}

export interface ReadRecord {
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

const EMPTY = Buffer.alloc(0);
/** A few bytes can become a record or a header, which weighs hundreds in memory: far above what producers put into a batch. */
export const BATCH_RECORDS_MAX = 100_000;
export const BATCH_HEADERS_MAX = 1_000_000;

/**
 * Reads the records of a batch from its body, decompressed. Keys and values are views of `body`, not copies.
 *
 * @throws RangeError when they are malformed, or more than {@link BATCH_RECORDS_MAX} with {@link BATCH_HEADERS_MAX} headers in all
 */
export function* readRecords(header: BatchHeader, body: Buffer): Generator<ReadRecord> {
  if (header.recordCount > BATCH_RECORDS_MAX) throw new RangeError(`it has ${header.recordCount} records, more than ${BATCH_RECORDS_MAX}`);
  const r = new Reader(body);
  let headersLeft = BATCH_HEADERS_MAX;
  for (let i = 0; i < header.recordCount; i++) {
    const record = new Reader(r.take(r.varint()));
    record.i8(); // attributes: unused
    const timestampDeltaMs = Number(record.varlong());
    const offset = header.baseOffset + BigInt(record.varint());
    const key = readVarBytes(record);
    const value = readVarBytes(record);
    const headers: Record<string, Buffer> = Object.create(null);
    for (let left = record.varint(); left > 0; left--) {
      if (--headersLeft < 0) throw new RangeError(`its records have more than ${BATCH_HEADERS_MAX} headers`);
      const name = (readVarBytes(record) ?? EMPTY).toString('utf8');
      headers[name] = readVarBytes(record) ?? EMPTY;
    }
    const timestampMs = header.logAppendTime ? header.maxTimestampMs : header.baseTimestampMs + timestampDeltaMs;
    yield { offset, timestampMs, key, value, headers };
  }
}

function readVarBytes(r: Reader): Buffer | null {
  const length = r.varint();
  return length === -1 ? null : r.take(length);
}
