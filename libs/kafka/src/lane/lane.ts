import { KafkaApiError, type KafkaCluster, type KafkaError } from '../connection/index.js';
import { GroupReader, type PartitionClaim, type PartitionOpening } from '../consumer/group-reader.js';
import { encodeOffsetMetadata } from '../consumer/offset-metadata.js';
import type { ConsumedRecord } from '../consumer/record.js';
import { sleep, withinMs } from '../timing.js';
import { failpoint } from '../failpoint.js';
import { AppendedTooEarly, ProducerFenced, TransactionAborted, TransactionRefused } from '../producer/producer-errors.js';
import type { OutboundRecord } from '../producer/outbound-record.js';
import { fence, TransactionalProducer, type CommittedTransaction, type ConsumedOffset } from '../producer/transactional-producer.js';
import type { GroupMembership } from '../protocol/txn-offset-commit.js';
import type { QuarantineReason } from '../quarantine/quarantine-record.js';
import { Quarantine } from '../quarantine/quarantine.js';
import { Attempts } from './attempts.js';
import { BatchLimits } from './batch-limits.js';
import { BrokerClock } from './broker-clock.js';
import { Exclusive } from './exclusive.js';
import { blameOfCommit, blameOfProcess, LaneFencedError, type Blame } from './lane-errors.js';
import type { LaneObserver, LaneOptions } from './lane-options.js';
import type { LaneProcessor } from './lane-processor.js';
import { TimerGate } from './timer-gate.js';

/** What one turn of the lane works on. */
interface Turn {
  readonly nowMs: number;
  readonly membership: GroupMembership;
  readonly records: ReadonlyMap<number, readonly ConsumedRecord[]>;
  /** By partition and topic, what was committed before. */
  readonly before: ReadonlyMap<number, ReadonlyMap<string, bigint>>;
  readonly due: ReadonlyMap<number, number>;
  readonly inputs: readonly ConsumedRecord[];
  readonly quarantined: readonly OutboundRecord[];
  readonly offsets: readonly ConsumedOffset[];
}

const RETRY_FIRST_MS = 20;
const RETRY_MAX_MS = 1_000;
/** Half of the transaction timeout is for writing, a lost answer made up for. */
const REQUESTS_PER_TRANSACTION_TIMEOUT = 4;
const GATED_TIMER_LOOK_MS = 100;
const STOP_MS = 4_000;
const KILLED_PROCESS: QuarantineReason = { code: 'INPUT_KILLED_PROCESS', message: 'Every process that began to work off this input died.' };
const CLOCK_SLACK_MS = 2_000; // brokers' clocks differ by less

/**
 * One group member's single-threaded loop over all partitions it owns, with group commit: what queued up over all of them while the
 * last transaction committed becomes one batch, one call of the processor, and one Kafka transaction that holds its records and the
 * consumed offsets of every partition it writes for.
 *
 * 1. A batch is committed under the membership it was fetched under, or not at all (R2).
 * 2. No turn begins while the group rebalances; the join waits for the one that runs.
 * 3. After any failure everything since the last commit is forgotten and every partition is opened again from what is committed; where
 *    the producer is in doubt it is opened first, which settles what it left open.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #processor: LaneProcessor;
  readonly #observer: LaneObserver;
  readonly #cluster: KafkaCluster;
  readonly #limits: BatchLimits;
  readonly #clock = new BrokerClock();
  readonly #gate: TimerGate;
  readonly #attempts: Attempts;
  readonly #turns = new Exclusive();
  readonly #stopping = new AbortController();
  #quarantine!: Quarantine;
  #reader!: GroupReader;
  #producer!: TransactionalProducer;
  #running: Promise<void> = Promise.resolve();
  #failuresInARow = 0;
  #timersSuspect = false; // a turn with timers failed: they are fired without inputs until that works
  /** Under which the producer was fenced last. */
  #fencedUnder: GroupMembership | undefined;
  #kicked = false;
  #wakeUp: () => void = () => {};

  private constructor(cluster: KafkaCluster, options: LaneOptions, processor: LaneProcessor, observer: LaneObserver) {
    this.#cluster = cluster;
    this.#options = options;
    this.#processor = processor;
    this.#observer = observer;
    const limits = options.batchLimits ?? { recordsMax: 2_000, bytesMax: 4_194_304 };
    this.#limits = new BatchLimits(limits);
    this.#attempts = new Attempts(limits.recordsMax);
    this.#gate = new TimerGate(
      (partition) => this.#reader.ends(partition),
      (partition) => this.#reader.queues.positions(partition),
      () => this.#kick(),
    );
  }

  /**
   * Opens the transactional producer, which ends what this name left open, and joins the group.
   *
   * @param cluster is forked: the lane has connections of its own
   * @throws KafkaError TopologyError when it cannot start
   */
  static async start(cluster: KafkaCluster, options: LaneOptions, processor: LaneProcessor, observer: LaneObserver): Promise<Lane> {
    const timeoutMs = options.transactionTimeoutMs ?? 20_000;
    const own = await cluster.fork({ requestTimeoutMs: timeoutMs / REQUESTS_PER_TRANSACTION_TIMEOUT });
    const lane = new Lane(own, { ...options, transactionTimeoutMs: timeoutMs }, processor, observer);
    try {
      const target = { topic: options.quarantineTopic, partitionCount: await own.partitionCount(options.quarantineTopic) };
      lane.#quarantine = new Quarantine(target, (record, reason) => (observer.quarantined?.(record, reason), processor.quarantined?.(record, reason, lane.#clock.now())));
      lane.#producer = await lane.#openProducer();
      const { transactionalId: owner } = options;
      lane.#reader = await GroupReader.start(own, { ...options, owner }, lane.#hooks(timeoutMs));
    } catch (error) {
      own.disconnect();
      throw error;
    }
    lane.#running = lane.#run();
    return lane;
  }

  /** Partitions that are open now. */
  get partitions(): number[] {
    return this.#reader.open;
  }

  /** Ends the running transaction, leaves the group and closes all partitions, in less than 5 seconds. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#kick();
    await withinMs(this.#running, STOP_MS);
    await this.#reader.stop();
    this.#cluster.disconnect();
  }

  #hooks(timeoutMs: number): Parameters<typeof GroupReader.start>[2] {
    return {
      settle: () => this.#turns.idle(),
      fence: (transactionalId) => fence({ cluster: this.#cluster, transactionalId, timeoutMs }),
      claim: (claim) => this.#turns.run(() => this.#claim(claim)),
      open: (opening) => this.#openPartition(opening),
      close: (partition) => this.#closePartition(partition),
      arrived: () => this.#kick(),
      partitionStopped: (error) => this.#observer.partitionStopped(error),
      retrying: (error) => this.#observer.retrying(error),
      failed: (error) => this.#fail(error),
    };
  }

  async #claim({ membership, offsets, signal }: PartitionClaim): Promise<void> {
    signal.throwIfAborted();
    this.#stopping.signal.throwIfAborted(); // to open a producer would fence a namesake that goes on (R4)
    if (!this.#producer.usable) this.#producer = await this.#openProducer();
    try {
      await this.#producer.commit({ records: [], offsets: { groupId: this.#options.groupId, membership, topics: offsets } });
    } catch (error) {
      this.#judge(error, membership);
      throw error;
    }
  }

  async #openPartition(opening: PartitionOpening): Promise<void> {
    const { partition, attempts } = opening;
    await this.#processor.open(opening);
    for (const topic of this.#attempts.opened(partition, attempts)) this.#quarantine.condemnNext(topic, partition, KILLED_PROCESS);
    if (!opening.signal.aborted) this.#observer.partitionOpened?.(opening.partition);
  }

  #closePartition(partition: number): Promise<void> {
    return this.#turns.run(async () => {
      this.#gate.reset(partition);
      this.#attempts.closed(partition);
      this.#quarantine.closed(partition);
      await this.#processor.close(partition);
      this.#observer.partitionClosed?.(partition);
    });
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#kicked = false;
      const worked = await this.#turns.run(() => this.#turn());
      if (!worked && !this.#kicked) await this.#wait();
    }
  }

  /** @returns whether there was anything to do */
  async #turn(): Promise<boolean> {
    if (this.#stopping.signal.aborted || !this.#reader.readable) return false;
    const nowMs = this.#clock.now();
    const turn = this.#next(nowMs);
    if (turn === undefined) return false;
    failpoint('after-poll');
    const startedMs = performance.now();
    let produced: readonly OutboundRecord[];
    try {
      await this.#note(turn, (topic, partition) => (isBegun(turn, topic, partition) ? this.#attempts.begun(topic, partition) : this.#attempts.settled(topic, partition)));
      produced = (await this.#processor.process({ records: turn.records, due: turn.due }, nowMs)).records;
    } catch (error) {
      await this.#noteSurvived(turn);
      await this.#recover(turn, error, blameOfProcess(error));
      return true;
    }
    failpoint('after-fold');
    const processedMs = performance.now();
    try {
      await this.#commit(turn, produced);
    } catch (error) {
      if (error instanceof TransactionAborted || error instanceof TransactionRefused) await this.#noteSurvived(turn);
      await this.#recover(turn, error, blameOfCommit(error));
      return true;
    }
    this.#observer.transactionCommitted?.({
      inputs: turn.inputs.length,
      records: produced.length + turn.quarantined.length,
      processMs: processedMs - startedMs,
      commitMs: performance.now() - processedMs,
    });
    return true;
  }

  #next(nowMs: number): Turn | undefined {
    const { membership } = this.#reader;
    const before = new Map(this.#reader.open.map((partition) => [partition, this.#reader.queues.positions(partition)]));
    const limits = this.#attempts.oneByOne ? { ...this.#limits.current, recordsMax: 1 } : this.#limits.current;
    // Suspects are tried alone: were a timer to throw, an input would be blamed for it, and the other way round.
    const suspects = this.#timersSuspect ? this.#due(nowMs) : undefined;
    const taken = suspects === undefined || suspects.size === 0 ? this.#reader.queues.take(limits) : undefined;
    const due = suspects ?? (taken !== undefined && limits.recordsMax === 1 ? new Map<number, number>() : this.#due(nowMs));
    if (membership === undefined || (taken === undefined && due.size === 0)) return undefined;
    const records = new Map<number, readonly ConsumedRecord[]>();
    const quarantined: OutboundRecord[] = [];
    for (const [partition, list] of taken?.records ?? []) {
      const sorted = this.#quarantine.sort(list);
      quarantined.push(...sorted.quarantined);
      if (sorted.sound.length > 0) records.set(partition, sorted.sound);
    }
    const written = new Set([...(taken?.records.keys() ?? []), ...due.keys()]);
    return {
      nowMs,
      membership: taken?.membership ?? membership,
      records,
      due,
      before,
      inputs: [...records.values()].flat(),
      quarantined,
      offsets: [...written].flatMap((partition) => this.#offsetsOf(partition, taken === undefined ? 0 : 1)),
    };
  }

  #due(nowMs: number): Map<number, number> {
    const due = new Map<number, number>();
    for (const partition of this.#reader.open) {
      const dueMs = this.#processor.nextDueMs(partition);
      if (dueMs === undefined || dueMs > nowMs) this.#gate.reset(partition);
      else {
        const untilMs = this.#gate.mayFireUntilMs(partition, dueMs, nowMs);
        if (untilMs !== undefined) due.set(partition, untilMs);
      }
    }
    return due;
  }

  #offsetsOf(partition: number, inputs: number): ConsumedOffset[] {
    const { transactionalId: owner } = this.#options;
    return [...this.#reader.queues.positions(partition)].map(([topic, offset]) => {
      const metadata = encodeOffsetMetadata({ owner, attempt: this.#attempts.afterBatch(topic, partition, inputs) });
      return { topic, partition, offset, metadata };
    });
  }

  /**
   * Commits how often the inputs of the turn were begun (R10), where it is not known that they can be worked off. In a transaction: a
   * late copy of a plain commit could set the offsets back.
   */
  async #note({ membership, records, before }: Turn, attemptOf: (topic: string, partition: number) => number): Promise<void> {
    const { transactionalId: owner, groupId } = this.#options;
    const topics = [...records.keys()].flatMap((partition) => {
      if (!this.#attempts.mustNote(partition)) return [];
      return [...before.get(partition)!].map(([topic, offset]) => {
        return { topic, partition, offset, metadata: encodeOffsetMetadata({ owner, attempt: attemptOf(topic, partition) }) };
      });
    });
    if (topics.length > 0) await this.#producer.commit({ records: [], offsets: { groupId, membership, topics } });
  }

  /** The turn failed with nothing committed, and this process lives: it does not count as an attempt. */
  async #noteSurvived(turn: Turn): Promise<void> {
    if (!this.#producer.usable) return;
    await this.#note(turn, (topic, partition) => this.#attempts.settled(topic, partition)).catch((cause: unknown) => this.#observer.retrying(cause));
  }

  async #commit(turn: Turn, produced: readonly OutboundRecord[]): Promise<void> {
    // Timers that had nothing to write, and no input: there is nothing to commit.
    const empty = produced.length === 0 && turn.quarantined.length === 0 && turn.inputs.length === 0;
    const { groupId } = this.#options;
    const committed: CommittedTransaction = empty
      ? { records: [], roundTrips: 0 }
      : await this.#producer.commit({
          records: [...produced, ...turn.quarantined],
          offsets: { groupId, membership: turn.membership, topics: turn.offsets },
          notBeforeMs: this.#clockMatters(turn) ? turn.nowMs - CLOCK_SLACK_MS : undefined,
        });
    failpoint('after-end-txn');
    this.#failuresInARow = 0;
    this.#limits.succeeded();
    this.#attempts.finished(new Set(turn.offsets.map(({ partition }) => partition)), turn.inputs.length + turn.quarantined.length);
    if (turn.quarantined.length > 0) this.#quarantine.committed();
    for (const partition of turn.due.keys()) this.#gate.reset(partition);
    if (turn.due.size > 0) this.#timersSuspect = false;
    for (const { appendTimeMs } of committed.records) this.#clock.observe(appendTimeMs);
    failpoint('before-store-write');
    await this.#processor.committed({ nowMs: this.#clock.now(), appended: committed.records.slice(0, produced.length) });
    failpoint('after-store-write');
  }

  /** The broker is the judge of what is due: its answers tell before the commit whether a timer fires too early, or this host's clock is ahead. */
  #clockMatters(turn: Turn): boolean {
    return turn.due.size > 0 || !this.#clock.seen;
  }

  async #recover(turn: Turn, error: unknown, blame: Blame): Promise<void> {
    this.#observer.retrying(error);
    const cut = blame === 'inputs' && turn.inputs.length > 0;
    if (cut) this.#cut(turn, error);
    this.#timersSuspect ||= blame === 'inputs' && turn.due.size > 0;
    if (blame === 'inputs' && !cut) this.#processor.timersFailed?.(error);
    if (this.#judge(error, turn.membership) === 'stop') return;
    if (error instanceof TransactionAborted && error.cause instanceof AppendedTooEarly) this.#clock.correct(error.cause.appendTimeMs);
    await this.#processor.rolledBack().catch((cause: unknown) => this.#observer.retrying(cause));
    this.#failuresInARow += 1;
    if (!cut && this.#failuresInARow > 1) await this.#pause();
    while (!this.#producer.usable && !this.#stopping.signal.aborted) {
      try {
        this.#producer = await this.#openProducer();
      } catch (cause) {
        this.#observer.retrying(cause);
        this.#failuresInARow += 1;
        await this.#pause();
      }
    }
    this.#reader.reopen();
  }

  /** What a failed transaction says about this member. */
  #judge(error: unknown, membership: GroupMembership): 'go on' | 'stop' {
    if (error instanceof TransactionAborted && error.membershipLost && error.cause instanceof KafkaApiError) {
      this.#reader.refused(error.cause.brokerCode, membership);
    }
    if (!(error instanceof ProducerFenced)) return 'go on';
    // A new owner fences the name of a member that is gone (R4). To be fenced twice while one is a member has another reason.
    const before = this.#fencedUnder;
    this.#fencedUnder = membership;
    if (before !== membership) return 'go on';
    this.#fail(new LaneFencedError(this.#options.transactionalId, error));
    return 'stop';
  }

  #cut(turn: Turn, error: unknown): void {
    const [only, ...others] = turn.inputs;
    if (only !== undefined && others.length === 0 && turn.due.size === 0) {
      this.#quarantine.condemn(only, { code: 'INPUT_FAILED', message: error instanceof Error ? error.message : String(error) });
    }
    this.#limits.failed(turn.inputs.length);
  }

  #pause(): Promise<void> {
    return sleep(Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** this.#failuresInARow), this.#stopping.signal);
  }

  #openProducer(): Promise<TransactionalProducer> {
    const { transactionalId, transactionTimeoutMs } = this.#options;
    return TransactionalProducer.open({ cluster: this.#cluster, transactionalId, timeoutMs: transactionTimeoutMs! });
  }

  /** Until something arrives or a timer comes due. */
  async #wait(): Promise<void> {
    const nowMs = this.#clock.now();
    const dueMs = Math.min(...this.#reader.open.map((partition) => this.#processor.nextDueMs(partition) ?? Infinity));
    const waitMs = dueMs <= nowMs ? GATED_TIMER_LOOK_MS : Math.min(dueMs - nowMs, 60_000);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wakeUp = () => {};
  }

  #kick(): void {
    this.#kicked = true;
    this.#wakeUp();
  }

  #fail(error: KafkaError): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#kick();
    void this.stop().catch((cause: unknown) => this.#observer.retrying(cause));
    this.#observer.failed(error);
  }
}

function isBegun({ records }: Turn, topic: string, partition: number): boolean {
  return records.get(partition)?.some((record) => record.topic === topic) ?? false;
}
