import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { KafkaError } from '../connection/kafka-error.js';
import type { FetchedPartition } from '../protocol/fetch.js';
import type { IsolationLevel } from '../protocol/list-offsets.js';
import { offsetAfterBatch, readBatchHeader, readRecords, type BatchHeader } from '../protocol/record-batch.js';
import { AbortedFilter } from './aborted-filter.js';
import type { ConsumedRecord } from './record.js';

/** What one batch may grow to when decompressed. Brokers limit a batch to 1 MiB by default, as it is sent. */
export const DECOMPRESSED_BATCH_BYTES_MAX = 32 * 1024 * 1024;

/** More than what answers have in them uncompressed. */
const DECODED_BYTES_MAX = DECOMPRESSED_BATCH_BYTES_MAX;
const DECODED_RECORDS_MAX = 200_000;

/** How much of one answer is still to be decoded. What it does not reach is fetched again, when there is room for it. */
export interface DecodeBudget {
  /** Decompressed. */
  bytesLeft: number;
  recordsLeft: number;
}

export function decodeBudget(): DecodeBudget {
  return { bytesLeft: DECODED_BYTES_MAX, recordsLeft: DECODED_RECORDS_MAX };
}

/**
 * A batch that is in the log but cannot be read: damaged, compressed with a codec that is not supported, or too large when decompressed.
 * Reading it again gives the same: report it, and go on at `nextOffset` if the records up to there may be left out.
 */
export class UnreadableBatchError extends KafkaError {
  constructor(
    readonly topic: string,
    readonly partition: number,
    /** Where the batch was asked for. */
    readonly offset: bigint,
    /** The first offset after the batch. */
    readonly nextOffset: bigint,
    /** The batch as it lies in the log. */
    readonly bytes: Buffer,
    reason: string,
    options: { cause?: unknown } = {},
  ) {
    super(
      'KAFKA_UNREADABLE_BATCH',
      `The batch of ${topic}/${partition} at offset ${offset} cannot be read: ${reason}. It ends before offset ${nextOffset}.`,
      options,
    );
  }
}

export interface DecodedPartition {
  /** In log order. Keys and values are views of the answer: copy what is kept for long. */
  readonly records: ConsumedRecord[];
  /** Where to fetch next: past control batches, aborted records and compacted gaps. The fetched offset when nothing was whole. */
  readonly nextOffset: bigint;
}

/**
 * Reads the records of one fetched partition from `offset` on.
 *
 * An unreadable batch ends the result before it; it throws only when it comes first, so that nothing readable before it is lost.
 *
 * @param budget is spent; when it is used up the result ends after a whole batch
 * @throws UnreadableBatchError
 */
export function decodeFetched(topic: string, fetched: FetchedPartition, offset: bigint, isolation: IsolationLevel, budget = decodeBudget()): DecodedPartition {
  const filter = new AbortedFilter(isolation === 'read_committed' ? fetched.abortedTransactions : []);
  const records: ConsumedRecord[] = [];
  let rest = fetched.records;
  let nextOffset = offset;
  while (rest.length > 0 && budget.bytesLeft > 0 && budget.recordsLeft > 0) {
    try {
      const batch = readBatchHeader(rest);
      if (batch === null) break;
      if (!filter.isVoid(batch.header)) appendRecords(records, topic, fetched.partition, offset, batch.header, budget);
      nextOffset = batch.header.lastOffset + 1n;
      rest = rest.subarray(batch.sizeBytes);
    } catch (error) {
      if (nextOffset > offset) break;
      throw unreadable(topic, fetched.partition, offset, rest, error);
    }
  }
  return { records, nextOffset };
}

function appendRecords(records: ConsumedRecord[], topic: string, partition: number, fromOffset: bigint, batch: BatchHeader, budget: DecodeBudget): void {
  const whole: ConsumedRecord[] = [];
  const body = decompress(batch);
  budget.bytesLeft -= body.length;
  for (const record of readRecords(batch, body)) {
    if (record.offset >= fromOffset) whole.push({ topic, partition, ...record });
  }
  budget.recordsLeft -= whole.length;
  for (const record of whole) records.push(record);
}

function decompress({ compression, body }: BatchHeader): Buffer {
  const limit = { maxOutputLength: DECOMPRESSED_BATCH_BYTES_MAX };
  switch (compression) {
    case 0:
      return body;
    case 1:
      return gunzipSync(body, limit);
    case 4:
      return zstdDecompressSync(body, limit);
    default:
      throw new RangeError(
        `its codec (${compression === 2 ? 'snappy' : compression === 3 ? 'lz4' : compression}) is not supported: send it uncompressed, ` +
          'with gzip or zstd, or set compression.type of the topic to one of them, then the broker converts what arrives',
      );
  }
}

function unreadable(topic: string, partition: number, offset: bigint, bytes: Buffer, cause: unknown): UnreadableBatchError {
  const tooLarge = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
  const reason = tooLarge ? `it is larger than ${DECOMPRESSED_BATCH_BYTES_MAX} bytes when decompressed` : (cause as Error).message;
  const after = offsetAfterBatch(bytes);
  const nextOffset = after !== null && after > offset ? after : offset + 1n; // a damaged header says anything
  return new UnreadableBatchError(topic, partition, offset, nextOffset, bytes, reason, { cause });
}
