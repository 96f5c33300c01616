import type { DeferredInput } from '@onward/contracts';
import type { ConsumedRecord } from '@onward/kafka';
import type { RecordOrigin } from './origin.js';

/** A record as it is put aside: all that a capable owner needs to judge and read it later. */
export function toDeferred({ headers, value }: ConsumedRecord, { topic, partition, offset }: RecordOrigin): DeferredInput {
  return { topic, partition, offset: Number(offset), headers, value };
}

/** The record that was put aside, as if it came now from where it was first published. */
export function fromDeferred({ topic, partition, offset, headers, value }: DeferredInput, sagaId: string, nowMs: number): ConsumedRecord {
  return { topic, partition, offset: BigInt(offset), timestampMs: nowMs, key: Buffer.from(sagaId), value, headers };
}
