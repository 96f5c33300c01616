import type { ConsumedRecord } from './record.js';

/** Key, value and headers are the payload; the rest of a record weighs about this much in memory. */
const RECORD_OVERHEAD_BYTES = 200;

export interface QueueLimits {
  readonly recordsMax: number;
  readonly bytesMax: number;
}

/** What was fetched of one partition of one topic and not taken yet, in the order of the log. */
export class PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  /** Node id; undefined until it is looked up, and again when that broker said that it is not. */
  leader: number | undefined;
  /** Fetches in a row that failed. */
  failures = 0;
  #records: ConsumedRecord[] = [];
  #taken = 0;
  #bytes = 0;
  #nextFetchOffset: bigint;

  /** @param position offset of the next record to hand out */
  constructor(topic: string, partition: number, position: bigint) {
    this.topic = topic;
    this.partition = partition;
    this.#nextFetchOffset = position;
  }

  /** Where the next fetch begins: behind everything that was fetched, markers and aborted records included. */
  get nextFetchOffset(): bigint {
    return this.#nextFetchOffset;
  }

  /** What to commit when everything taken so far is done. */
  get position(): bigint {
    return this.#records[this.#taken]?.offset ?? this.#nextFetchOffset;
  }

  get length(): number {
    return this.#records.length - this.#taken;
  }

  isFull({ recordsMax, bytesMax }: QueueLimits): boolean {
    return this.length >= recordsMax || this.#bytes >= bytesMax;
  }

  push(records: readonly ConsumedRecord[], nextFetchOffset: bigint): void {
    for (const record of records) {
      this.#records.push(record);
      this.#bytes += recordBytes(record);
    }
    this.#nextFetchOffset = nextFetchOffset;
  }

  take(): ConsumedRecord | undefined {
    const record = this.#records[this.#taken];
    if (record === undefined) return undefined;
    this.#taken += 1;
    this.#bytes -= recordBytes(record);
    if (this.#taken === this.#records.length) {
      this.#records = [];
      this.#taken = 0;
    } else if (this.#taken >= 1024) {
      this.#records.splice(0, this.#taken);
      this.#taken = 0;
    }
    return record;
  }
}

/**
 * Takes from several queues up to the limits, the same share from each; at least one record. By partition, in each queue's order.
 *
 * @param sources none empty
 */
export function takeInTurns(sources: readonly PartitionQueue[], { recordsMax, bytesMax }: QueueLimits): Map<number, ConsumedRecord[]> {
  const records = new Map<number, ConsumedRecord[]>();
  let waiting = sources;
  let recordsLeft = recordsMax;
  let bytesLeft = bytesMax;
  while (waiting.length > 0 && recordsLeft > 0 && bytesLeft > 0) {
    const share = Math.ceil(recordsLeft / waiting.length);
    for (const queue of waiting) {
      const list = records.get(queue.partition) ?? [];
      for (let i = 0; i < share && recordsLeft > 0 && bytesLeft > 0; i += 1) {
        const record = queue.take();
        if (record === undefined) break;
        list.push(record);
        recordsLeft -= 1;
        bytesLeft -= recordBytes(record);
      }
      if (list.length > 0) records.set(queue.partition, list);
    }
    waiting = waiting.filter((queue) => queue.length > 0);
  }
  return records;
}

/** About what a record weighs, in memory and on the wire. */
function recordBytes({ key, value, headers }: ConsumedRecord): number {
  let bytes = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const name in headers) bytes += name.length + headers[name]!.length;
  return bytes;
}
