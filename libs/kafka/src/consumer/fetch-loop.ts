import { KafkaApiError, type KafkaCluster } from '../connection/index.js';
import { ErrorCode } from '../protocol/error-codes.js';
import { fetchCall, type FetchAnswer, type FetchedPartition } from '../protocol/fetch.js';
import type { IsolationLevel } from '../protocol/list-offsets.js';
import type { GroupMembership } from '../protocol/txn-offset-commit.js';
import { decodeBudget, decodeFetched, UnreadableBatchError, type DecodeBudget, type DecodedPartition } from './fetch-decode.js';
import { PartitionQueue, takeInTurns, type QueueLimits } from './partition-queue.js';
import type { ConsumedRecord } from './record.js';
import { sleep } from '../timing.js';
import { UnreadableRecord } from './unreadable-record.js';

export interface FetchLoopOptions {
  readonly isolation?: IsolationLevel;
  /** How long the broker holds a fetch when there is nothing. Default 500. */
  readonly maxWaitMs?: number;
  /** A partition that has this much queued is left out of the fetch until some of it is taken. Default 5000 records, 1 MiB. */
  readonly queueLimits?: QueueLimits;
}

export interface FetchLoopHooks {
  /** Something can be taken, or a position has moved past markers. */
  arrived(): void;
  /** The log does not have the offset that is to be read next. The partition is not fetched any more. */
  outOfRange(topic: string, partition: number, position: bigint, logStartOffset: bigint): void;
  /** A fetch failed and is tried again. */
  retrying(error: unknown): void;
}

/** What was taken, with the membership it was fetched under: a commit needs exactly that one (R2). */
export interface Taken {
  readonly membership: GroupMembership;
  /** Per partition in the order of each topic's log. */
  readonly records: ReadonlyMap<number, readonly ConsumedRecord[]>;
}

const PARTITION_BYTES_MAX = 1_048_576;
const ANSWER_BYTES_MAX = 16 * PARTITION_BYTES_MAX;
/** For a partition that a running long poll does not ask for, and for that poll's next one while such a partition is on its way. */
const SHORT_WAIT_MS = 20;
const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 1_000;

/**
 * Reads all partitions that are open, from their leaders, on connections of its own. It only queues: a partition that is worked off
 * slowly delays no other, and nothing here waits for processing.
 *
 * Each broker has one long poll for everything. What it does not ask for, because it was opened or had room again only after the poll
 * was sent, is read beside it by short polls over a second connection until the long poll returns and takes it in.
 *
 * 1. Everything queued was fetched under one membership. `assign` drops what was fetched before, also what is still on its way (R2).
 * 2. A partition is read only between `open` and `close`.
 */
export class FetchLoop {
  readonly #cluster: KafkaCluster;
  readonly #besides: KafkaCluster;
  readonly #hooks: FetchLoopHooks;
  readonly #isolation: IsolationLevel;
  readonly #maxWaitMs: number;
  readonly #limits: QueueLimits;
  readonly #queues = new Map<string, PartitionQueue>();
  /** By node id, what reads from it. */
  readonly #polling = new Map<number, Promise<void>>();
  readonly #pollingBesides = new Map<number, Promise<void>>();
  /** Node ids whose poll in flight is a long one. */
  readonly #longPolls = new Set<number>();
  readonly #inFlight = new Set<PartitionQueue>();
  readonly #lookingUp = new Map<PartitionQueue, Promise<void>>();
  readonly #stopping = new AbortController();
  #membership: GroupMembership | undefined;
  #turn = 0;

  private constructor([cluster, besides]: readonly [KafkaCluster, KafkaCluster], options: FetchLoopOptions, hooks: FetchLoopHooks) {
    this.#cluster = cluster;
    this.#besides = besides;
    this.#hooks = hooks;
    this.#isolation = options.isolation ?? 'read_committed';
    this.#maxWaitMs = options.maxWaitMs ?? 500;
    this.#limits = options.queueLimits ?? { recordsMax: 5_000, bytesMax: 1_048_576 };
  }

  static async start(cluster: KafkaCluster, options: FetchLoopOptions, hooks: FetchLoopHooks): Promise<FetchLoop> {
    return new FetchLoop([await cluster.fork(), await cluster.fork()], options, hooks);
  }

  /** A new generation: only the kept partitions stay open, and what they had queued is fetched again. */
  assign(membership: GroupMembership, kept: ReadonlySet<number>): void {
    this.#membership = membership;
    for (const [name, queue] of [...this.#queues]) {
      this.#queues.delete(name);
      if (!kept.has(queue.partition)) continue;
      // A new object: an answer on its way finds that the one it was asked for is gone.
      const fresh = new PartitionQueue(queue.topic, queue.partition, queue.position);
      fresh.leader = queue.leader;
      this.#queues.set(name, fresh);
    }
    this.#kick();
  }

  open(partition: number, positions: ReadonlyMap<string, bigint>): void {
    for (const [topic, position] of positions) this.#queues.set(nameOf({ topic, partition }), new PartitionQueue(topic, partition, position));
    this.#kick();
  }

  close(partition: number): void {
    for (const [name, queue] of this.#queues) if (queue.partition === partition) this.#queues.delete(name);
  }

  /** Takes from all partitions in turns, up to the limits; at least one record when there is one. */
  take(limits: QueueLimits): Taken | undefined {
    const membership = this.#membership;
    const sources = this.#inTurns().filter((queue) => queue.length > 0);
    if (membership === undefined || sources.length === 0) return undefined;
    const wasFull = sources.some((queue) => queue.isFull(this.#limits));
    const records = takeInTurns(sources, limits);
    if (wasFull) this.#kick();
    return { membership, records };
  }

  /** Takes what one partition of one topic has queued, up to the limits. */
  takeFrom(topic: string, partition: number, limits: QueueLimits): { membership: GroupMembership; records: readonly ConsumedRecord[] } | undefined {
    const membership = this.#membership;
    const queue = this.#queues.get(nameOf({ topic, partition }));
    if (membership === undefined || queue === undefined || queue.length === 0) return undefined;
    const wasFull = queue.isFull(this.#limits);
    const records = takeInTurns([queue], limits).get(partition)!;
    if (wasFull) this.#kick();
    return { membership, records };
  }

  /** What is open and has something to take. */
  get waiting(): { topic: string; partition: number }[] {
    return [...this.#queues.values()].filter((queue) => queue.length > 0).map(({ topic, partition }) => ({ topic, partition }));
  }

  /** By topic: what to commit for a partition when everything taken from it is done. Empty when it is not open. */
  positions(partition: number): Map<string, bigint> {
    const positions = new Map<string, bigint>();
    for (const queue of this.#queues.values()) if (queue.partition === partition) positions.set(queue.topic, queue.position);
    return positions;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#queues.clear();
    this.#cluster.disconnect();
    this.#besides.disconnect();
    await Promise.all([...this.#lookingUp.values(), ...this.#polling.values(), ...this.#pollingBesides.values()]);
  }

  /** Another order each time, so that limits cut off another partition each time. */
  #inTurns(): PartitionQueue[] {
    const all = [...this.#queues.values()];
    this.#turn = all.length === 0 ? 0 : (this.#turn + 1) % all.length;
    return [...all.slice(this.#turn), ...all.slice(0, this.#turn)];
  }

  #kick(): void {
    if (this.#stopping.signal.aborted) return;
    for (const queue of this.#queues.values()) {
      const { leader } = queue;
      if (leader === undefined) this.#lookUpLeader(queue);
      else if (this.#wants(queue)) this.#startPolling(leader);
    }
  }

  #wants(queue: PartitionQueue): boolean {
    return !queue.isFull(this.#limits) && !this.#inFlight.has(queue);
  }

  #startPolling(nodeId: number): void {
    const start = (running: Map<number, Promise<void>>, poll: Promise<void>): void => {
      const ended = poll.finally(() => {
        running.delete(nodeId);
        this.#kick();
      });
      running.set(nodeId, ended);
    };
    if (!this.#polling.has(nodeId)) start(this.#polling, this.#poll(nodeId));
    else if (this.#longPolls.has(nodeId) && !this.#pollingBesides.has(nodeId)) start(this.#pollingBesides, this.#pollBesides(nodeId));
  }

  async #poll(nodeId: number): Promise<void> {
    for (let wanted = this.#wantedFrom(nodeId); wanted.length > 0; wanted = this.#wantedFrom(nodeId)) {
      const isLong = !this.#pollingBesides.has(nodeId);
      if (isLong) this.#longPolls.add(nodeId);
      await this.#fetch(this.#cluster, nodeId, wanted, isLong ? this.#maxWaitMs : SHORT_WAIT_MS);
      this.#longPolls.delete(nodeId);
    }
  }

  async #pollBesides(nodeId: number): Promise<void> {
    for (let wanted = this.#wantedFrom(nodeId); wanted.length > 0 && this.#longPolls.has(nodeId); wanted = this.#wantedFrom(nodeId)) {
      await this.#fetch(this.#besides, nodeId, wanted, SHORT_WAIT_MS);
    }
  }

  #wantedFrom(nodeId: number): PartitionQueue[] {
    if (this.#stopping.signal.aborted) return [];
    return this.#inTurns().filter((queue) => queue.leader === nodeId && this.#wants(queue));
  }

  #lookUpLeader(queue: PartitionQueue, refresh = false): void {
    if (this.#lookingUp.has(queue)) return;
    const found = this.#findLeader(queue, refresh).finally(() => {
      this.#lookingUp.delete(queue);
      this.#kick();
    });
    this.#lookingUp.set(queue, found);
  }

  async #findLeader(queue: PartitionQueue, refresh: boolean): Promise<void> {
    if (refresh) await this.#pause(queue);
    while (this.#queues.get(nameOf(queue)) === queue) {
      try {
        queue.leader = await this.#besides.leaderOf(queue.topic, queue.partition, { refresh });
        return;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#hooks.retrying(error);
        await this.#pause(queue);
      }
    }
  }

  /** Longer each time, until the partition is read again. */
  async #pause(queue: PartitionQueue): Promise<void> {
    await sleep(Math.min(RETRY_FIRST_MS * 2 ** queue.failures, RETRY_MAX_MS), this.#stopping.signal);
    queue.failures += 1;
  }

  async #fetch(cluster: KafkaCluster, nodeId: number, wanted: readonly PartitionQueue[], maxWaitMs: number): Promise<void> {
    for (const queue of wanted) this.#inFlight.add(queue);
    const request = { isolation: this.#isolation, maxWaitMs, bytesMin: 1, bytesMax: ANSWER_BYTES_MAX, topics: byTopic(wanted) };
    try {
      const answer = await cluster.send(nodeId, fetchCall(request));
      if (answer.errorCode !== ErrorCode.NONE) throw new KafkaApiError('Fetch', answer.errorCode, `broker ${nodeId}`);
      this.#acceptAll(answer, wanted);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#hooks.retrying(error);
      this.#retryLater(wanted);
    } finally {
      for (const queue of wanted) this.#inFlight.delete(queue);
    }
  }

  #acceptAll(answer: FetchAnswer, wanted: readonly PartitionQueue[]): void {
    const budget = decodeBudget();
    const requested = new Map(wanted.map((queue) => [nameOf(queue), queue]));
    for (const { topic, partitions } of answer.topics) {
      for (const fetched of partitions) {
        const name = nameOf({ topic, partition: fetched.partition });
        const queue = requested.get(name);
        // Closed or assigned anew meanwhile: the queue is another object, and this answer was fetched under the membership before.
        if (queue !== undefined && this.#queues.get(name) === queue) this.#accept(name, queue, fetched, budget);
      }
    }
  }

  #accept(name: string, queue: PartitionQueue, fetched: FetchedPartition, budget: DecodeBudget): void {
    const position = queue.nextFetchOffset;
    switch (fetched.errorCode) {
      case ErrorCode.NONE: {
        queue.failures = 0;
        const { records, nextOffset } = this.#decode(queue.topic, fetched, position, budget);
        if (nextOffset === position) return;
        queue.push(records, nextOffset);
        this.#hooks.arrived();
        return;
      }
      case ErrorCode.OFFSET_OUT_OF_RANGE:
        this.#queues.delete(name);
        this.#hooks.outOfRange(queue.topic, queue.partition, position, fetched.logStartOffset);
        return;
      default:
        this.#hooks.retrying(new KafkaApiError('Fetch', fetched.errorCode, name));
        this.#retryLater([queue]);
    }
  }

  #decode(topic: string, fetched: FetchedPartition, position: bigint, budget: DecodeBudget): DecodedPartition {
    try {
      return decodeFetched(topic, fetched, position, this.#isolation, budget);
    } catch (error) {
      if (!(error instanceof UnreadableBatchError)) throw error;
      return { records: [new UnreadableRecord(error)], nextOffset: error.nextOffset };
    }
  }

  /** Another broker may lead them by then; the rest is read on meanwhile. */
  #retryLater(queues: readonly PartitionQueue[]): void {
    for (const queue of queues) {
      queue.leader = undefined;
      this.#lookUpLeader(queue, true);
    }
  }
}

function nameOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`;
}

function byTopic(queues: readonly PartitionQueue[]): { topic: string; partitions: { partition: number; offset: bigint; bytesMax: number }[] }[] {
  const topics = new Map<string, { partition: number; offset: bigint; bytesMax: number }[]>();
  for (const { topic, partition, nextFetchOffset } of queues) {
    const partitions = topics.get(topic) ?? [];
    partitions.push({ partition, offset: nextFetchOffset, bytesMax: PARTITION_BYTES_MAX });
    topics.set(topic, partitions);
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }));
}
