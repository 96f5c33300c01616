import { type KafkaCluster, type KafkaError } from '../connection/index.js';
import type { ConsumedOffset } from '../producer/transactional-producer.js';
import type { GroupMembership } from '../protocol/txn-offset-commit.js';
import { NotAMember, PartitionStoppedError } from './group-error.js';
import { GroupMember, type GroupAssignment, type GroupMemberOptions } from './group-member.js';
import { GroupOffsets } from './group-offsets.js';
import { FetchLoop, type FetchLoopOptions } from './fetch-loop.js';
import { logEnds } from './log-offsets.js';
import { encodeOffsetMetadata } from './offset-metadata.js';
import { PartitionCountWatch } from './partition-count-watch.js';
import { startPositions, type StateTopic } from './start-positions.js';
import { sleep, withinMs } from '../timing.js';

export interface GroupReaderOptions extends GroupMemberOptions, FetchLoopOptions {
  /** What the topology declares; every input must have it (R13). Without it the counts found at start are held to. */
  readonly partitionCount?: number;
  /** How often the partition counts are looked at. Default 60000. */
  readonly metadataMaxAgeMs?: number;
  /** Where the owner's state is: while it has data, an input without a committed offset stops its partition (R5). */
  readonly stateTopic?: StateTopic;
}

/** What the owner of a partition learns when it gains one. */
export interface PartitionOpening {
  readonly partition: number;
  /** By input topic; undefined where the group had committed none and reading starts at the beginning of the log. */
  readonly committed: ReadonlyMap<string, bigint | undefined>;
  /** Who owned it before, if it was another one. */
  readonly previousOwner: string | undefined;
  /** By input topic, how often the input at the committed offset was begun and never finished (R10). */
  readonly attempts: ReadonlyMap<string, number>;
  /** Aborts when the partition is lost while it is being opened. */
  readonly signal: AbortSignal;
}

/** What a new owner commits before it does anything else: the offsets as they are, with its name. */
export interface PartitionClaim {
  readonly membership: GroupMembership;
  readonly offsets: readonly ConsumedOffset[];
  /** Aborts when the partition is lost meanwhile: then nothing must be committed any more. */
  readonly signal: AbortSignal;
}

export interface GroupReaderHooks {
  /** Resolves when nothing more will be written under the current membership (R2). Nothing can be taken until the next assignment. */
  settle(): Promise<void>;
  /** R4: ends what a dead owner left open. Present where owners write transactions. */
  fence?(owner: string): Promise<void>;
  /** Commits that the partition is this owner's from here on. Present where `fence` is. In a transaction: a late copy of a plain commit could set the offsets back. */
  claim?(claim: PartitionClaim): Promise<void>;
  /** Restores what the partition needs; it is read when this resolves. Rejects with `PartitionStoppedError` to leave it closed. */
  open(opening: PartitionOpening): Promise<void>;
  /** The partition is lost, stopped, or about to be opened anew. Called once for every `open` that was called, also a failed one. */
  close(partition: number): Promise<void>;
  /** Something can be taken, or a position has moved. */
  arrived(): void;
  /** One partition is not read any more (R5). The others go on. */
  partitionStopped(error: PartitionStoppedError): void;
  /** Something failed and is tried again. */
  retrying(error: unknown): void;
  /** The reader has stopped for good. */
  failed(error: KafkaError): void;
}

interface OwnedPartition {
  readonly partition: number;
  readonly lost: AbortController;
  state: 'opening' | 'open' | 'stopped';
}

const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 2_000;
/** An owner that hangs does not keep the member from stopping. */
const CLOSE_MS = 500;

/**
 * Reads a set of co-partitioned topics as a member of a group: membership, restored partitions and fetching put together.
 *
 * Opening a partition, outside the join (R3): last owner → fence it if it is gone (R4) → stable offsets (R1) → claim → the owner's
 * own restore → read. A kept partition, of the same member in the next generation, stays open: neither `close` nor `open` is called.
 */
export class GroupReader {
  readonly #cluster: KafkaCluster;
  readonly #options: GroupReaderOptions;
  readonly #hooks: GroupReaderHooks;
  readonly #offsets: GroupOffsets;
  readonly #owned = new Map<number, OwnedPartition>();
  /** Last close or open of each partition: they never overlap. */
  readonly #tails = new Map<number, Promise<void>>();
  #counts!: PartitionCountWatch;
  #member: GroupMember | undefined;
  #fetch!: FetchLoop;
  #assignment: GroupAssignment | undefined;
  #settling = false;
  #stopped = false;

  private constructor(cluster: KafkaCluster, options: GroupReaderOptions, hooks: GroupReaderHooks) {
    this.#cluster = cluster;
    this.#options = options;
    this.#hooks = hooks;
    this.#offsets = new GroupOffsets(cluster, options.groupId);
  }

  /** @throws TopologyError when an input is missing or has another partition count than declared (R13) */
  static async start(cluster: KafkaCluster, options: GroupReaderOptions, hooks: GroupReaderHooks): Promise<GroupReader> {
    const reader = new GroupReader(cluster, options, hooks);
    const { topics, partitionCount, metadataMaxAgeMs = 60_000, single = false } = options;
    reader.#counts = await PartitionCountWatch.start(cluster, { topics, partitionCount, mayDiffer: single, intervalMs: metadataMaxAgeMs }, (error) => reader.#fail(error));
    try {
      reader.#fetch = await FetchLoop.start(cluster, options, {
        arrived: () => hooks.arrived(),
        retrying: (error) => hooks.retrying(error),
        outOfRange: (topic, partition, position, logStart) => reader.#outOfRange(topic, partition, position, logStart),
      });
      reader.#member = await GroupMember.start(cluster, options, reader.#counts.counts, {
        beforeRejoin: () => reader.#settle(),
        assigned: (assignment) => reader.#assigned(assignment),
        failed: (error) => reader.#fail(error),
      });
    } catch (error) {
      reader.#counts.stop();
      await reader.#fetch?.stop();
      throw error;
    }
    return reader;
  }

  /** Undefined before the first assignment. */
  get membership(): GroupMembership | undefined {
    return this.#assignment?.membership;
  }

  /** Whether what could be taken now could also be committed: not while the group rebalances. */
  get readable(): boolean {
    return !this.#settling && !this.#stopped && this.#assignment !== undefined;
  }

  /** Open partitions, ascending. */
  get open(): number[] {
    return [...this.#owned.values()].filter(({ state }) => state === 'open').map(({ partition }) => partition).sort((a, b) => a - b);
  }

  /** What was fetched. Take only while `readable`. */
  get queues(): FetchLoop {
    return this.#fetch;
  }

  get offsets(): GroupOffsets {
    return this.#offsets;
  }

  /** By input topic, the end of a partition's log for a read_committed reader. */
  async ends(partition: number): Promise<Map<string, bigint>> {
    return logEnds(this.#cluster, this.#topicsOf(partition), partition, this.#options.isolation ?? 'read_committed');
  }

  /** A commit under this membership was refused with this code. */
  refused(brokerCode: number, membership: GroupMembership): void {
    this.#member?.report(brokerCode, membership);
  }

  /** Closes every partition and opens it again from what is committed: what is in memory is not to be trusted. */
  reopen(): void {
    if (this.#stopped) return;
    for (const owned of [...this.#owned.values()]) {
      this.#fetch.close(owned.partition);
      if (owned.state === 'stopped') continue;
      this.#drop(owned);
      this.#gain(owned.partition);
    }
  }

  /** Closes one partition and opens it again from what is committed. */
  reopenPartition(partition: number): void {
    const owned = this.#owned.get(partition);
    if (owned === undefined || owned.state === 'stopped' || this.#stopped) return;
    this.#fetch.close(partition);
    this.#drop(owned);
    this.#gain(partition);
  }

  /** Leaves the group. The caller has ended its transaction before and takes nothing more. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#counts.stop();
    await this.#fetch.stop();
    for (const owned of this.#owned.values()) owned.lost.abort();
    await this.#member?.stop();
    for (const owned of this.#owned.values()) this.#drop(owned);
    await withinMs(Promise.all(this.#tails.values()), CLOSE_MS);
    this.#owned.clear();
  }

  async #settle(): Promise<void> {
    this.#settling = true;
    await this.#hooks.settle();
  }

  #assigned(assignment: GroupAssignment): void {
    const kept = new Set(assignment.continuous ? assignment.partitions.filter((partition) => this.#owned.has(partition)) : []);
    const reading = new Set([...kept].filter((partition) => this.#owned.get(partition)?.state === 'open'));
    this.#assignment = assignment;
    this.#settling = false;
    this.#fetch.assign(assignment.membership, reading);
    for (const owned of [...this.#owned.values()]) {
      if (kept.has(owned.partition)) continue;
      this.#owned.delete(owned.partition);
      this.#drop(owned);
    }
    for (const partition of assignment.partitions) if (!kept.has(partition)) this.#gain(partition);
    this.#hooks.arrived();
  }

  #gain(partition: number): void {
    const owned: OwnedPartition = { partition, lost: new AbortController(), state: 'opening' };
    this.#owned.set(partition, owned);
    this.#inTurn(partition, () => this.#openUntilOpen(owned));
  }

  #drop(owned: OwnedPartition): void {
    owned.lost.abort();
    if (owned.state !== 'open') return; // one that was being opened, or is stopped, has been closed or closes itself
    owned.state = 'stopped';
    this.#inTurn(owned.partition, () => this.#close(owned.partition));
  }

  async #openUntilOpen(owned: OwnedPartition): Promise<void> {
    const { partition, lost } = owned;
    for (let waitMs = RETRY_FIRST_MS; !lost.signal.aborted; waitMs = Math.min(waitMs * 2, RETRY_MAX_MS)) {
      const { membership } = this.#assignment!;
      try {
        await this.#open(owned);
        return;
      } catch (error) {
        // A member that was replaced without knowing it may have looked at the offsets before its successor wrote, and at the state
        // after: that is no reason to stop.
        const isOwner = !(error instanceof PartitionStoppedError) || (await this.#member!.confirm(membership));
        if (lost.signal.aborted) return;
        if (error instanceof PartitionStoppedError && isOwner) {
          owned.state = 'stopped';
          this.#fetch.close(partition);
          this.#hooks.partitionStopped(error);
          return;
        }
        this.#hooks.retrying(error);
        await sleep(waitMs, lost.signal);
      }
    }
  }

  async #open(owned: OwnedPartition): Promise<void> {
    const { partition } = owned;
    const { signal } = owned.lost;
    const { owner } = this.#options;
    const topics = this.#topicsOf(partition);
    await this.#fenceAbsentOwners(topics, partition, signal);
    const stable = await this.#offsets.stable(topics, partition, signal);
    const positions = await startPositions(this.#cluster, partition, stable, this.#options, () => this.#hasCommitted(signal));
    signal.throwIfAborted();
    const metadatas = [...stable.values()].map(({ metadata }) => metadata);
    const attempts = new Map([...stable].map(([topic, { metadata }]) => [topic, metadata?.attempt ?? 0]));
    await this.#claim(partition, positions, attempts, signal);
    const previousOwner = metadatas.map((metadata) => metadata?.owner).find((name) => name !== undefined && name !== owner);
    const committed = new Map([...stable].map(([topic, { offset }]) => [topic, offset]));
    try {
      await this.#hooks.open({ partition, committed, previousOwner, attempts, signal });
      signal.throwIfAborted();
    } catch (error) {
      await this.#close(partition);
      throw error;
    }
    owned.state = 'open';
    this.#fetch.open(partition, positions);
    this.#hooks.arrived();
  }

  /** Whether the group has committed any offset of any input. */
  async #hasCommitted(signal: AbortSignal): Promise<boolean> {
    for (let partition = 0, topics = this.#topicsOf(0); topics.length > 0; partition += 1, topics = this.#topicsOf(partition)) {
      const last = await this.#offsets.last(topics, partition, signal);
      if ([...last.values()].some(({ offset }) => offset !== undefined)) return true;
    }
    return false;
  }

  /** R4: the last owner, when it is no member any more, may have left a transaction open that nobody will end. */
  async #fenceAbsentOwners(topics: readonly string[], partition: number, signal: AbortSignal): Promise<void> {
    const { membership, owners } = this.#assignment!;
    if (this.#hooks.fence === undefined) return;
    const last = await this.#offsets.last(topics, partition, signal);
    const present = new Set([...owners, this.#options.owner]);
    const names = new Set([...last.values()].flatMap(({ metadata }) => (metadata === undefined || present.has(metadata.owner) ? [] : [metadata.owner])));
    if (names.size === 0) return;
    // A member that was replaced without knowing it would fence its successor.
    if (!(await this.#member!.confirm(membership))) throw new NotAMember(this.#options.groupId);
    for (const name of names) await this.#hooks.fence(name);
  }

  /** From here on the offsets name this owner: the next one knows whom to fence, also if this one dies in its first transaction. */
  async #claim(partition: number, positions: ReadonlyMap<string, bigint>, attempts: ReadonlyMap<string, number>, signal: AbortSignal): Promise<void> {
    const { membership } = this.#assignment!;
    const { owner } = this.#options;
    const offsets = [...positions].map(([topic, offset]) => {
      return { topic, partition, offset, metadata: encodeOffsetMetadata({ owner, attempt: attempts.get(topic) ?? 0 }) };
    });
    await this.#hooks.claim?.({ membership, offsets, signal });
  }

  #outOfRange(topic: string, partition: number, position: bigint, logStart: bigint): void {
    const owned = this.#owned.get(partition);
    if (owned?.state !== 'open') return;
    this.#fetch.close(partition);
    this.#drop(owned);
    this.#hooks.partitionStopped(
      new PartitionStoppedError(
        'OFFSET_OUT_OF_RANGE',
        partition,
        `Offset ${position} of ${topic}/${partition} is not in the log, which starts at ${logStart}: records were deleted before they were read, or the log was ` +
          `cut. Find out what is missing, set the offsets of group ${this.#options.groupId}, then restart this member.`,
      ),
    );
  }

  #close(partition: number): Promise<void> {
    return this.#hooks.close(partition).catch((error: unknown) => this.#hooks.retrying(error));
  }

  #inTurn(partition: number, work: () => Promise<void>): void {
    const turn = (this.#tails.get(partition) ?? Promise.resolve()).then(work);
    this.#tails.set(partition, turn);
  }

  #topicsOf(partition: number): string[] {
    return this.#options.topics.filter((topic) => partition < (this.#counts.counts.get(topic) ?? 0));
  }

  #fail(error: KafkaError): void {
    if (this.#stopped) return;
    this.#settling = true;
    this.#hooks.failed(error);
  }
}
