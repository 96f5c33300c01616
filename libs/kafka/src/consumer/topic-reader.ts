import { Backoff } from '../connection/backoff.js';
import type { KafkaCluster } from '../connection/kafka-cluster.js';
import { KafkaApiError, KafkaError } from '../connection/kafka-error.js';
import { isPassing } from '../connection/patience.js';
import { ErrorCode } from '../protocol/error-codes.js';
import { fetchCall, type FetchAnswer, type FetchedPartition } from '../protocol/fetch.js';
import { decodeFetched } from './fetch-decode.js';
import { beginningOffsets, endOffsets, offsetsForTimestamp, type PartitionOffsets } from './offset-lookup.js';
import type { ConsumedRecord } from './record.js';

export interface ReadTopicOptions {
  /** Fetches are long polls: a cluster object that also produces or sends heartbeats must not be given, its `fork()` may. */
  readonly cluster: KafkaCluster;
  readonly topic: string;
  /** All when absent. */
  readonly partitions?: readonly number[];
  /** The first offset that is there, the first record that is not older, or the first offset to read of every partition. */
  readonly from: 'beginning' | { readonly timestampMs: number } | { readonly offsets: PartitionOffsets };
  /**
   * - `end`: up to the high watermark as it is at the start. Open transactions below it are waited for (R1).
   * - `offsets`: up to, not including, these offsets; a partition that is not named is not read.
   * - `follow`: until the signal aborts.
   */
  readonly until: 'end' | 'follow' | { readonly offsets: PartitionOffsets };
  /** Ends the iteration without an error. */
  readonly signal?: AbortSignal;
}

/** Some records of one partition, in order. There may be none: then only the position moved, past markers or aborted records. */
export interface ReadBatch {
  readonly partition: number;
  readonly records: readonly ConsumedRecord[];
  /** The first offset after what was read. */
  readonly nextOffset: bigint;
}

/** The log no longer has, or does not yet have, the offset to read from. It is never replaced by another one (R5). */
export class OffsetOutOfRangeError extends KafkaError {
  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly offset: bigint,
  ) {
    super(
      'KAFKA_OFFSET_OUT_OF_RANGE',
      `${topic}/${partition} has no offset ${offset}: records were deleted before they were read, or the topic was made anew. ` +
        'Find out what is missing, then choose where to read on.',
    );
  }
}

const MAX_WAIT_MS = 500;
const PARTITION_BYTES_MAX = 1_048_576;
const ANSWER_BYTES_MAX = 8 * PARTITION_BYTES_MAX;
/** How long in a row nothing but passing errors may come. */
const PATIENCE_MS = 60_000;

/**
 * Reads a topic without a consumer group, read_committed. The order within a partition is the log's.
 *
 * @throws OffsetOutOfRangeError
 * @throws UnreadableBatchError at the batch, after everything before it was given
 * @throws KafkaApiError KafkaConnectionError KafkaAuthenticationError
 */
export async function* readTopic(options: ReadTopicOptions): AsyncGenerator<ReadBatch, void, undefined> {
  const { cluster, topic, until, signal } = options;
  const partitions = options.partitions ?? (await cluster.topic(topic, { refresh: true })).partitions.map(({ partition }) => partition);
  const ends = until === 'follow' ? null : until === 'end' ? await endOffsets(cluster, topic, partitions, 'read_uncommitted') : until.offsets;
  const starts = await startOffsets(options, partitions);
  const wanted = partitions.flatMap((partition) => {
    const position = starts.get(partition);
    const end = ends === null ? null : (ends.get(partition) ?? -1n);
    return position === undefined || (end !== null && position >= end) ? [] : [{ partition, position, end }];
  });
  yield* new TopicReading(cluster, topic, wanted).batches(signal);
}

function startOffsets({ cluster, topic, from }: ReadTopicOptions, partitions: readonly number[]): Promise<PartitionOffsets> | PartitionOffsets {
  if (from === 'beginning') return beginningOffsets(cluster, topic, partitions);
  return 'offsets' in from ? from.offsets : offsetsForTimestamp(cluster, topic, partitions, from.timestampMs);
}

interface ReadingPartition {
  readonly partition: number;
  position: bigint;
  /** The first offset that is not wanted. Null: no end. */
  readonly end: bigint | null;
}

interface Fetched {
  readonly nodeId: number;
  readonly answer?: FetchAnswer;
  readonly error?: unknown;
}

/** One fetch at a time per leader, several leaders at once. A position moves only with the batch that is given for it. */
class TopicReading {
  readonly #cluster: KafkaCluster;
  readonly #topic: string;
  readonly #reading: Map<number, ReadingPartition>;
  readonly #fetching = new Map<number, Promise<Fetched>>();
  readonly #backoff = new Backoff(20, 1_000);
  #failingSinceMs: number | null = null;

  constructor(cluster: KafkaCluster, topic: string, wanted: readonly ReadingPartition[]) {
    this.#cluster = cluster;
    this.#topic = topic;
    this.#reading = new Map(wanted.map((each) => [each.partition, each]));
  }

  async *batches(signal: AbortSignal | undefined): AsyncGenerator<ReadBatch, void, undefined> {
    const aborted = new Promise<null>((resolve) => signal?.addEventListener('abort', () => resolve(null), { once: true }));
    while (this.#reading.size > 0 && !signal?.aborted) {
      let batches: readonly ReadBatch[] = [];
      let failure: unknown;
      try {
        await this.#startFetches();
        const fetched = await Promise.race([aborted, ...this.#fetching.values()]);
        if (fetched === null) return;
        this.#fetching.delete(fetched.nodeId);
        if (fetched.answer === undefined) throw fetched.error;
        ({ batches, error: failure } = this.#accept(fetched.answer));
      } catch (error) {
        failure = error;
      }
      yield* batches;
      await this.#tolerate(failure, signal);
    }
  }

  async #startFetches(): Promise<void> {
    const byLeader = new Map<number, ReadingPartition[]>();
    for (const each of this.#reading.values()) {
      const leader = await this.#cluster.leaderOf(this.#topic, each.partition);
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), each]);
    }
    for (const [nodeId, led] of byLeader) {
      if (!this.#fetching.has(nodeId)) this.#fetching.set(nodeId, this.#fetch(nodeId, led));
    }
  }

  /** Never rejects: nobody may be waiting when the reader was left in the middle. */
  async #fetch(nodeId: number, led: readonly ReadingPartition[]): Promise<Fetched> {
    const partitions = led.map(({ partition, position }) => ({ partition, offset: position, bytesMax: PARTITION_BYTES_MAX }));
    const request = { isolation: 'read_committed', maxWaitMs: MAX_WAIT_MS, bytesMin: 1, bytesMax: ANSWER_BYTES_MAX } as const;
    try {
      const answer = await this.#cluster.send(nodeId, fetchCall({ ...request, topics: [{ topic: this.#topic, partitions }] }));
      if (answer.errorCode !== ErrorCode.NONE) throw new KafkaApiError('Fetch', answer.errorCode, `broker ${nodeId}`);
      return { nodeId, answer };
    } catch (error) {
      return { nodeId, error };
    }
  }

  #accept(answer: FetchAnswer): { batches: ReadBatch[]; error?: unknown } {
    const fetched = answer.topics.flatMap(({ partitions }) => partitions);
    const nothingAtAll = fetched.every(({ records }) => records.length === 0);
    const batches: ReadBatch[] = [];
    let failure: { error?: unknown } = {};
    for (const each of fetched) {
      const reading = this.#reading.get(each.partition);
      if (reading === undefined) continue;
      try {
        const batch = this.#advance(reading, each, nothingAtAll);
        if (batch !== null) batches.push(batch);
      } catch (error) {
        failure = { error };
      }
    }
    return { batches, ...failure };
  }

  #advance(reading: ReadingPartition, fetched: FetchedPartition, nothingAtAll: boolean): ReadBatch | null {
    const { partition, position, end } = reading;
    if (fetched.errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) throw new OffsetOutOfRangeError(this.#topic, partition, position);
    if (fetched.errorCode !== ErrorCode.NONE) throw new KafkaApiError('Fetch', fetched.errorCode, `${this.#topic}/${partition}`);
    const decoded = decodeFetched(this.#topic, fetched, position, 'read_committed');
    let { records, nextOffset } = decoded;
    if (end !== null) {
      // Compaction may have left nothing between here and the end. An answer that other records filled up does not prove that.
      if (nothingAtAll && fetched.lastStableOffset >= end) nextOffset = end;
      if (nextOffset > end) {
        records = records.filter(({ offset }) => offset < end);
        nextOffset = end;
      }
      if (nextOffset === end) this.#reading.delete(partition);
    }
    reading.position = nextOffset;
    return nextOffset === position ? null : { partition, records, nextOffset };
  }

  /** Throws what does not pass by itself, or does not for too long; else pauses and has the leaders looked up anew. */
  async #tolerate(failure: unknown, signal: AbortSignal | undefined): Promise<void> {
    if (failure === undefined) {
      this.#failingSinceMs = null;
      this.#backoff.reset();
      return;
    }
    this.#failingSinceMs ??= performance.now();
    if (!isPassing(failure) || performance.now() - this.#failingSinceMs > PATIENCE_MS) throw failure;
    await this.#backoff.wait(signal).catch(() => {}); // aborted: the loop ends
    await this.#cluster.refreshMetadata([this.#topic]).catch(() => {}); // shows in the next fetch
  }
}
