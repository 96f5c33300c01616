import { ErrorCode } from '../protocol/error-codes.js';
import type { AbortedTransaction } from '../protocol/fetch.js';
import type { IsolationLevel } from '../protocol/list-offsets.js';
import { readBatchHeader, readRecords } from '../protocol/record-batch.js';
import { keepRecords, marker, stamp, type ArrivingBatch, type StoredBatch } from './batch-bytes.js';
import { ProducerEntries } from './producer-entries.js';

/** What a broker takes at most: `message.max.bytes` of Kafka. */
const BATCH_BYTES_MAX = 1_048_588;

export interface LogOptions {
  readonly compacted: boolean;
  /** The broker's time replaces the producer's. */
  readonly appendTime: boolean;
}

export interface AppendResult {
  readonly errorCode: number;
  readonly baseOffset: number;
  /** −1 where the producer's time is kept. */
  readonly appendTimeMs: number;
}

interface Aborted {
  readonly producerId: number;
  readonly firstOffset: number;
  /** Of its marker. */
  readonly lastOffset: number;
}

export interface LogSlice {
  readonly bytes: Buffer[];
  readonly aborted: AbortedTransaction[];
}

/** The log of one partition, with one replica that is always in sync: what is appended is below the high watermark. */
export class PartitionLog {
  readonly topic: string;
  readonly partition: number;
  readonly producers = new ProducerEntries();
  readonly #options: LogOptions;
  /** Called when something can be read that could not be before. */
  readonly waiting = new Set<() => void>();
  #batches: StoredBatch[] = [];
  #aborted: Aborted[] = [];
  #start = 0;
  #end = 0;
  #stableEnd = 0;

  constructor(topic: string, partition: number, options: LogOptions) {
    this.topic = topic;
    this.partition = partition;
    this.#options = options;
  }

  get start(): number {
    return this.#start;
  }

  /** The high watermark, or the last stable offset. */
  end(isolation: IsolationLevel): number {
    return isolation === 'read_uncommitted' ? this.#end : this.#stableEnd;
  }

  /** Appends a batch, or finds it written already. Whether its transaction may write here is asked before. */
  append(arriving: ArrivingBatch, nowMs: number): AppendResult {
    if (arriving.bytes.length > BATCH_BYTES_MAX) return refused(ErrorCode.MESSAGE_TOO_LARGE);
    if (this.#options.compacted && !everyRecordHasKey(arriving.bytes)) return refused(ErrorCode.INVALID_RECORD);
    if (arriving.producerId >= 0) {
      const duplicate = this.producers.duplicateOf(arriving);
      if (duplicate !== undefined) return { errorCode: ErrorCode.NONE, ...duplicate };
      const errorCode = this.producers.check(arriving);
      if (errorCode !== ErrorCode.NONE) return refused(errorCode);
    }
    const batch = stamp(arriving.bytes, this.#end, this.#options.appendTime ? nowMs : undefined);
    const appendTimeMs = this.#options.appendTime ? nowMs : -1;
    if (arriving.producerId >= 0) this.producers.written(arriving, batch.baseOffset, appendTimeMs);
    this.#push(batch);
    return { errorCode: ErrorCode.NONE, baseOffset: batch.baseOffset, appendTimeMs };
  }

  /** Ends a producer's transaction in this partition. */
  appendMarker(producer: { readonly producerId: number; readonly producerEpoch: number }, commit: boolean, nowMs: number): void {
    const { producerId, producerEpoch } = producer;
    if (this.producers.checkMarker(producerId, producerEpoch) !== ErrorCode.NONE) return;
    const batch = marker(commit ? 'commit' : 'abort', producer, this.#end, nowMs);
    const firstOffset = this.producers.ended(producerId, producerEpoch);
    if (!commit && firstOffset !== undefined) this.#aborted.push({ producerId, firstOffset, lastOffset: batch.lastOffset });
    this.#push(batch);
  }

  /** Whole batches from the one that holds the offset, at least one if there is any, or undefined when the offset is not in the log. */
  read(fromOffset: number, isolation: IsolationLevel, bytesMax: number): LogSlice | undefined {
    if (fromOffset < this.#start || fromOffset > this.#end) return undefined;
    const end = this.end(isolation);
    const bytes: Buffer[] = [];
    let bytesLeft = bytesMax;
    let upTo = fromOffset;
    for (let at = this.#firstAt(fromOffset); at < this.#batches.length; at++) {
      const batch = this.#batches[at]!;
      if (batch.lastOffset >= end || (bytes.length > 0 && batch.bytes.length > bytesLeft)) break;
      bytes.push(batch.bytes);
      bytesLeft -= batch.bytes.length;
      upTo = batch.lastOffset;
    }
    const overlapping = isolation === 'read_committed' && bytes.length > 0 ? this.#aborted.filter(({ firstOffset, lastOffset }) => lastOffset >= fromOffset && firstOffset <= upTo) : [];
    return { bytes, aborted: overlapping.map(({ producerId, firstOffset }) => ({ producerId: BigInt(producerId), firstOffset: BigInt(firstOffset) })) };
  }

  /** Whether a read from there would give anything. */
  hasAfter(offset: number, isolation: IsolationLevel): boolean {
    const next = this.#batches[this.#firstAt(offset)];
    return next !== undefined && next.lastOffset < this.end(isolation);
  }

  /** The first offset whose record is not older, −1 without one. */
  offsetAt(timestampMs: number): number {
    for (const batch of this.#batches) {
      if (batch.timestampMs < timestampMs || batch.control) continue;
      const { header } = readBatchHeader(batch.bytes)!;
      for (const record of readRecords(header, header.body)) if (record.timestampMs >= timestampMs) return Number(record.offset);
    }
    return -1;
  }

  /** As retention does: nothing before the offset can be read any more. */
  deleteBefore(offset: number): void {
    this.#start = Math.max(this.#start, Math.min(offset, this.#end));
    this.#batches = this.#batches.filter(({ lastOffset }) => lastOffset >= this.#start);
    this.#aborted = this.#aborted.filter(({ lastOffset }) => lastOffset >= this.#start);
  }

  /** As the log cleaner does, up to the last stable offset: of each key the last record is left, aborted records go, offsets stay. */
  compact({ dropTombstones }: { readonly dropTombstones: boolean }): void {
    const stable = this.#batches.filter(({ lastOffset }) => lastOffset < this.#stableEnd);
    const isAborted = (batch: StoredBatch): boolean => {
      return batch.transactional && this.#aborted.some(({ producerId, firstOffset, lastOffset }) => producerId === batch.producerId && firstOffset <= batch.baseOffset && batch.lastOffset < lastOffset);
    };
    const data = stable.filter((batch) => !batch.control && !isAborted(batch));
    const latest = new Map<string, number>();
    for (const batch of data) {
      keepRecords(batch, (offset, key) => {
        if (key !== null) latest.set(key.toString('latin1'), offset);
        return true;
      });
    }
    const left = data.flatMap((batch) => keepRecords(batch, (offset, key, value) => latest.get(String(key?.toString('latin1'))) === offset && !(dropTombstones && value === null)) ?? []);
    const markers = stable.filter(({ control }) => control);
    const active = this.#batches.filter(({ lastOffset }) => lastOffset >= this.#stableEnd);
    this.#batches = [...left, ...markers, ...active].sort((a, b) => a.baseOffset - b.baseOffset);
  }

  #push(batch: StoredBatch): void {
    this.#batches.push(batch);
    this.#end = batch.lastOffset + 1;
    this.#stableEnd = this.producers.firstOpen ?? this.#end;
    for (const wake of [...this.waiting]) wake();
  }

  /** Index of the first batch that does not end before the offset. */
  #firstAt(offset: number): number {
    let low = 0;
    let high = this.#batches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#batches[middle]!.lastOffset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function refused(errorCode: number): AppendResult {
  return { errorCode, baseOffset: -1, appendTimeMs: -1 };
}

function everyRecordHasKey(bytes: Buffer): boolean {
  const { header } = readBatchHeader(bytes)!;
  for (const { key } of readRecords(header, header.body)) if (key === null) return false;
  return true;
}
