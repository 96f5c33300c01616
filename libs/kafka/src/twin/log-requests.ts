import { ErrorCode } from '../protocol/error-codes.js';
import type { FetchAnswer, FetchedPartition, FetchRequest } from '../protocol/fetch.js';
import { EARLIEST_TIMESTAMP, LATEST_TIMESTAMP, type IsolationLevel, type ListedOffset, type ListOffsetsAnswer, type ListOffsetsRequest } from '../protocol/list-offsets.js';
import type { ProduceAnswer, ProducedPartition, ProduceRequest } from '../protocol/produce.js';
import { readArriving, type ArrivingBatch } from './batch-bytes.js';
import type { PartitionLog } from './partition-log.js';
import { EMPTY } from './refusal.js';
import type { TransactionTarget, Transactions } from './transactions.js';
import type { TwinTopics } from './twin-topics.js';
import type { VirtualTime } from './virtual-time.js';

/** How long a broker holds a produce request whose producer's last transaction is still ending, and how often it looks again. */
const BUSY_HELD_MS = 100;
const BUSY_LOOK_MS = 20;

export interface LogRequestsOptions {
  readonly time: VirtualTime;
  readonly topics: TwinTopics;
  readonly transactions: Transactions;
  /** The broker's clock, milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** What a broker does for the partitions it leads: Produce, Fetch, ListOffsets. */
export class LogRequests {
  readonly #options: LogRequestsOptions;
  readonly #targets = new Map<PartitionLog, TransactionTarget>();

  constructor(options: LogRequestsOptions) {
    this.#options = options;
  }

  produce(nodeId: number, request: ProduceRequest): ProduceAnswer | Promise<ProduceAnswer> {
    return this.#produce(nodeId, request, BUSY_HELD_MS);
  }

  #produce(nodeId: number, request: ProduceRequest, heldMs: number): ProduceAnswer | Promise<ProduceAnswer> {
    const batches = request.topics.flatMap(({ topic, partitions }) => partitions.map(({ partition, records }) => ({ topic, partition, arriving: readArriving(records) })));
    // The coordinator is asked for all partitions before any is written to.
    const codes = batches.map(({ topic, partition, arriving }) => {
      const log = this.#led(nodeId, topic, partition);
      return typeof log === 'number' ? log : this.#mayWrite(log, arriving, request.transactionalId);
    });
    if (codes.includes(ErrorCode.CONCURRENT_TRANSACTIONS) && heldMs > 0) {
      return new Promise((resolve) => this.#options.time.after(BUSY_LOOK_MS, () => resolve(this.#produce(nodeId, request, heldMs - BUSY_LOOK_MS))));
    }
    const topics = new Map<string, ProducedPartition[]>();
    batches.forEach(({ topic, partition, arriving }, index) => {
      const results = topics.get(topic) ?? [];
      topics.set(topic, results);
      const errorCode = codes[index]!;
      results.push({ partition, ...(errorCode === ErrorCode.NONE ? this.#append(topic, partition, arriving) : refused(errorCode)) });
    });
    return { throttleMs: 0, topics: Array.from(topics, ([topic, partitions]) => ({ topic, partitions })) };
  }

  #append(topic: string, partition: number, arriving: ArrivingBatch): Omit<ProducedPartition, 'partition'> {
    const { topics, nowMs } = this.#options;
    const { errorCode, baseOffset, appendTimeMs } = topics.log(topic, partition).append(arriving, nowMs());
    return { errorCode, errorMessage: null, baseOffset: BigInt(baseOffset), logAppendTimeMs: appendTimeMs };
  }

  #mayWrite(log: PartitionLog, arriving: ArrivingBatch, transactionalId: string | null): number {
    if (!arriving.transactional || transactionalId === null) return ErrorCode.NONE;
    if (log.producers.duplicateOf(arriving) !== undefined || log.producers.isOpen(arriving)) return ErrorCode.NONE;
    return this.#options.transactions.add(transactionalId, arriving.producerId, arriving.producerEpoch, this.#target(log));
  }

  #target(log: PartitionLog): TransactionTarget {
    let target = this.#targets.get(log);
    if (target === undefined) {
      target = { topic: log.topic, partition: log.partition, end: (producer, commit) => log.appendMarker(producer, commit, this.#options.nowMs()) };
      this.#targets.set(log, target);
    }
    return target;
  }

  fetch(nodeId: number, request: FetchRequest): FetchAnswer | Promise<FetchAnswer> {
    const { isolation, maxWaitMs } = request;
    const logs: { log: PartitionLog; offset: number }[] = [];
    let ready = false;
    for (const { topic, partitions } of request.topics) {
      for (const { partition, offset } of partitions) {
        const log = this.#led(nodeId, topic, partition);
        if (typeof log === 'number') ready = true;
        else {
          const from = Number(offset);
          ready ||= from < log.start || from > log.end('read_uncommitted') || log.hasAfter(from, isolation);
          logs.push({ log, offset: from });
        }
      }
    }
    if (ready || maxWaitMs <= 0) return this.#read(nodeId, request);
    return new Promise((resolve) => {
      const answer = (): void => {
        timer.cancel();
        for (const { log } of logs) log.waiting.delete(look);
        resolve(this.#read(nodeId, request));
      };
      const look = (): void => {
        if (logs.some(({ log, offset }) => log.hasAfter(offset, isolation))) answer();
      };
      const timer = this.#options.time.after(maxWaitMs, answer);
      for (const { log } of logs) log.waiting.add(look);
    });
  }

  #read(nodeId: number, { topics, isolation, bytesMax }: FetchRequest): FetchAnswer {
    let bytesLeft = bytesMax;
    const answered = topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition, offset, bytesMax: partitionBytesMax }) => {
        const fetched = this.#readOne(nodeId, { topic, partition, offset, bytesMax: Math.min(partitionBytesMax, bytesLeft) }, isolation);
        bytesLeft = Math.max(0, bytesLeft - fetched.records.length);
        return fetched;
      }),
    }));
    return { throttleMs: 0, errorCode: ErrorCode.NONE, topics: answered };
  }

  #readOne(nodeId: number, wanted: { topic: string; partition: number; offset: bigint; bytesMax: number }, isolation: IsolationLevel): FetchedPartition {
    const { topic, partition, offset, bytesMax } = wanted;
    const log = this.#led(nodeId, topic, partition);
    const unread = { partition, highWatermark: -1n, lastStableOffset: -1n, logStartOffset: -1n, abortedTransactions: [], records: EMPTY };
    if (typeof log === 'number') return { ...unread, errorCode: log };
    const ends = { highWatermark: BigInt(log.end('read_uncommitted')), lastStableOffset: BigInt(log.end('read_committed')), logStartOffset: BigInt(log.start) };
    const slice = log.read(Number(offset), isolation, bytesMax);
    if (slice === undefined) return { ...unread, ...ends, errorCode: ErrorCode.OFFSET_OUT_OF_RANGE };
    const [only] = slice.bytes;
    const records = slice.bytes.length === 1 ? only! : Buffer.concat(slice.bytes);
    return { ...unread, ...ends, errorCode: ErrorCode.NONE, abortedTransactions: slice.aborted, records };
  }

  listOffsets(nodeId: number, { topics, isolation }: ListOffsetsRequest): ListOffsetsAnswer {
    const find = (topic: string, partition: number, timestamp: bigint): ListedOffset => {
      const log = this.#led(nodeId, topic, partition);
      if (typeof log === 'number') return { partition, errorCode: log, offset: -1n };
      const offset = timestamp === EARLIEST_TIMESTAMP ? log.start : timestamp === LATEST_TIMESTAMP ? log.end(isolation) : log.offsetAt(Number(timestamp));
      return { partition, errorCode: ErrorCode.NONE, offset: BigInt(offset) };
    };
    const answered = topics.map(({ topic, partitions }) => ({ topic, partitions: partitions.map(({ partition, timestamp }) => find(topic, partition, timestamp)) }));
    return { throttleMs: 0, topics: answered };
  }

  /** The log, or the code to refuse with. */
  #led(nodeId: number, topic: string, partition: number): PartitionLog | number {
    const found = this.#options.topics.find(topic)?.partitions[partition];
    if (found === undefined) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    return found.leader === nodeId ? found.log : ErrorCode.NOT_LEADER_OR_FOLLOWER;
  }
}

function refused(errorCode: number): Omit<ProducedPartition, 'partition'> {
  return { errorCode, errorMessage: null, baseOffset: -1n, logAppendTimeMs: -1 };
}
