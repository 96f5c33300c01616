import { encodeRecordBatch, recordBytesMax, type BatchProducer } from '../protocol/record-batch.js';
import type { OutboundRecord } from './outbound-record.js';

/** What one batch may hold, so that with its header it stays below the brokers' default limit of 1 MiB. A larger record goes alone. */
const BATCH_BYTES_MAX = 1_000_000;

/** Consecutive records of one partition, sent as one record batch. */
export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  /** Number of records of this partition in the batches before this one. */
  readonly baseSequence: number;
  readonly records: readonly OutboundRecord[];
  /** Positions of the records in what was given. */
  readonly indices: readonly number[];
}

/**
 * Sorts records into batches, in waves: a wave has at most one batch a partition, and is sent when the one before it is written, as
 * a partition's second batch must not overtake its first.
 */
export function partitionBatches(records: readonly OutboundRecord[]): PartitionBatch[][] {
  const waves: PartitionBatch[][] = [];
  const open = new Map<string, OpenBatch>();
  records.forEach((record, index) => {
    const name = `${record.topic}/${record.partition}`;
    const bytes = recordBytesMax({ ...record, headers: record.headers ?? {} });
    let batch = open.get(name);
    if (batch === undefined || batch.bytes + bytes > BATCH_BYTES_MAX) {
      batch = newBatch(record, batch);
      (waves[batch.wave] ??= []).push(batch);
      open.set(name, batch);
    }
    batch.records.push(record);
    batch.indices.push(index);
    batch.bytes += bytes;
  });
  return waves;
}

interface OpenBatch extends PartitionBatch {
  readonly wave: number;
  readonly records: OutboundRecord[];
  readonly indices: number[];
  bytes: number;
}

function newBatch({ topic, partition }: OutboundRecord, before: OpenBatch | undefined): OpenBatch {
  const [wave, baseSequence] = before === undefined ? [0, 0] : [before.wave + 1, before.baseSequence + before.records.length];
  return { topic, partition, wave, baseSequence, records: [], indices: [], bytes: 0 };
}

/** The bytes of a batch. `sequenceOffset` is what the producer has written to the partition before, in its current epoch. */
export function encodeBatch(
  { records, baseSequence }: PartitionBatch,
  producer: Omit<BatchProducer, 'baseSequence'>,
  sequenceOffset = 0,
): Buffer {
  const nowMs = Date.now();
  return encodeRecordBatch(
    records.map(({ key, value, headers = {}, timestampMs = nowMs }) => ({ key, value, headers, timestampMs })),
    { ...producer, baseSequence: (sequenceOffset + baseSequence) % 2 ** 31 },
  );
}
