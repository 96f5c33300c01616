import { createHash } from 'node:crypto';
import type { ConsumedRecord } from '../consumer/record.js';
import type { OutboundRecord } from '../producer/outbound-record.js';
import { recordBytesMax } from '../protocol/record-batch.js';

/** Why a record could not be processed: a stable code for programs, and a sentence for people. */
export interface QuarantineReason {
  readonly code: string;
  readonly message: string;
}

export interface QuarantineTarget {
  /** `<reader>.quarantine`. */
  readonly topic: string;
  readonly partitionCount: number;
  /** What a copy takes up at most, key, value and headers together. Default 900000: a broker takes 1 MiB by default. */
  readonly copyBytesMax?: number;
}

const PREFIX = 'onward_';
const COPY_BYTES_MAX = 900_000;
const MESSAGE_CHARS_MAX = 2_000;

/**
 * Whether a record can be written again as it is, with a few short headers more. A record out of a compressed batch may be larger than
 * any batch that a topic takes.
 */
export function canBeCopied({ key, value, headers }: ConsumedRecord): boolean {
  return recordBytesMax({ key, value, headers }) <= COPY_BYTES_MAX;
}

/**
 * The dead-letter copy of a record: key and value untouched, the original's headers kept, and headers that say why and where it came
 * from: `onward_reason_code`, `onward_reason`, `onward_origin_topic`, `_partition`, `_offset`, `_timestamp` (milliseconds).
 *
 * An original header that begins with `onward_` is kept as `onward_origin_header_<name>`. A copy always fits into its topic, whatever
 * was sent: what is too large is left out, the largest part first, and `onward_oversize` names the parts that are (`key,headers`):
 * - the value becomes JSON `{"sha256", "bytes", "topic", "partition", "offset"}`;
 * - the key becomes null, and `onward_origin_key` is JSON `{"sha256", "bytes"}`;
 * - the headers are not there, and `onward_origin_headers` is JSON `{"count", "bytes"}`.
 *
 * The partition is the original's, so that records of one key stay in order.
 */
export function quarantineRecord(record: ConsumedRecord, reason: QuarantineReason, target: QuarantineTarget): OutboundRecord {
  const own = ownHeaders(record, reason);
  let { key, value } = record;
  let kept = originHeaders(record.headers);
  const without = {
    value: () => (value = Buffer.from(JSON.stringify({ ...digestOf(record.value), topic: record.topic, partition: record.partition, offset: String(record.offset) }))),
    key: () => {
      key = null;
      own['onward_origin_key'] = JSON.stringify(digestOf(record.key));
    },
    headers: () => {
      own['onward_origin_headers'] = JSON.stringify({ count: Object.keys(kept).length, bytes: headersBytesMax(kept) });
      kept = {};
    },
  };
  const sizes = { key: key?.length ?? 0, headers: headersBytesMax(kept), value: value?.length ?? 0 };
  const largestFirst = (Object.keys(sizes) as (keyof typeof sizes)[]).sort((a, b) => sizes[b] - sizes[a]);
  const leftOut: string[] = [];
  for (const part of largestFirst) {
    if (recordBytesMax({ key, value, headers: { ...kept, ...own } }) <= (target.copyBytesMax ?? COPY_BYTES_MAX)) break;
    without[part]();
    leftOut.push(part);
    own['onward_oversize'] = leftOut.join(',');
  }
  return { topic: target.topic, partition: record.partition % target.partitionCount, key, value, headers: { ...kept, ...own } };
}

type Headers = Record<string, Buffer | string>;

function ownHeaders(record: ConsumedRecord, reason: QuarantineReason): Headers {
  return {
    onward_reason_code: reason.code,
    onward_reason: reason.message.slice(0, MESSAGE_CHARS_MAX),
    onward_origin_topic: record.topic,
    onward_origin_partition: String(record.partition),
    onward_origin_offset: String(record.offset),
    onward_origin_timestamp: String(record.timestampMs),
  };
}

/** Names come from outside, `__proto__` among them: only `fromEntries` makes a property of every one. */
function originHeaders(headers: ConsumedRecord['headers']): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.startsWith(PREFIX) ? `${PREFIX}origin_header_${name}` : name, value]));
}

function headersBytesMax(headers: Headers): number {
  return recordBytesMax({ key: null, value: null, headers }) - recordBytesMax({ key: null, value: null, headers: {} });
}

function digestOf(bytes: Buffer | null): { sha256: string; bytes: number } {
  const present = bytes ?? Buffer.alloc(0);
  return { sha256: createHash('sha256').update(present).digest('hex'), bytes: present.length };
}
