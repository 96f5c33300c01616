import type { ProducedPartition } from '../protocol/produce.js';
import type { AppendedRecord, OutboundRecord } from './outbound-record.js';
import type { PartitionBatch } from './partition-batches.js';

/** What the brokers answered for each batch. */
export type Written = ReadonlyMap<PartitionBatch, ProducedPartition>;

/** Where each record is, in the order given. A batch's records have consecutive offsets. */
export function appendedRecords(records: readonly OutboundRecord[], written: Written): AppendedRecord[] {
  const appended = new Array<AppendedRecord>(records.length);
  for (const [{ topic, partition, indices }, { baseOffset, logAppendTimeMs }] of written) {
    indices.forEach((index, delta) => {
      appended[index] = { topic, partition, offset: baseOffset + BigInt(delta), appendTimeMs: logAppendTimeMs };
    });
  }
  return appended;
}
