import { createHash } from 'node:crypto';
import type { ConsumedRecord } from '../consumer/record.js';
import type { OutboundRecord } from '../producer/outbound-record.js';

/** Why a record could not be processed: a stable code for programs, and a sentence for people. */
export interface QuarantineReason {
  readonly code: string;
  readonly message: string;
}

export interface QuarantineTarget {
  /** `<reader>.quarantine`. */
  readonly topic: string;
  readonly partitionCount: number;
  /** A value above this is replaced by its hash and a pointer to the original. Default 900000: a broker takes 1 MiB by default. */
  readonly valueBytesMax?: number;
}

const PREFIX = 'onward_';
const VALUE_BYTES_MAX = 900_000;
const MESSAGE_CHARS_MAX = 2_000;

/**
 * The dead-letter copy of a record: key and value untouched, the original's headers kept, and headers that say why and where it came
 * from: `onward_reason_code`, `onward_reason`, `onward_origin_topic`, `_partition`, `_offset`, `_timestamp` (milliseconds).
 *
 * An original header that begins with `onward_` is kept as `onward_origin_header_<name>`. An oversize value becomes JSON
 * `{"sha256", "bytes", "topic", "partition", "offset"}` and `onward_oversize` is set.
 *
 * The partition is the original's, so that records of one key stay in order.
 */
export function quarantineRecord(record: ConsumedRecord, reason: QuarantineReason, target: QuarantineTarget): OutboundRecord {
  const headers: Record<string, Buffer | string> = {};
  for (const [name, value] of Object.entries(record.headers)) {
    headers[name.startsWith(PREFIX) ? `${PREFIX}origin_header_${name}` : name] = value;
  }
  headers['onward_reason_code'] = reason.code;
  headers['onward_reason'] = reason.message.slice(0, MESSAGE_CHARS_MAX);
  headers['onward_origin_topic'] = record.topic;
  headers['onward_origin_partition'] = String(record.partition);
  headers['onward_origin_offset'] = String(record.offset);
  headers['onward_origin_timestamp'] = String(record.timestampMs);
  const oversize = (record.value?.length ?? 0) > (target.valueBytesMax ?? VALUE_BYTES_MAX);
  if (oversize) headers['onward_oversize'] = 'true';
  return {
    topic: target.topic,
    partition: record.partition % target.partitionCount,
    key: record.key,
    value: oversize ? pointerTo(record) : record.value,
    headers,
  };
}

function pointerTo({ topic, partition, offset, value }: ConsumedRecord): Buffer {
  const bytes = value ?? Buffer.alloc(0);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return Buffer.from(JSON.stringify({ sha256, bytes: bytes.length, topic, partition, offset: String(offset) }));
}
