import type { KafkaCluster } from '../connection/kafka-cluster.js';
import { type KafkaError } from '../connection/kafka-error.js';
import { failpoint } from '../failpoint.js';
import { endTxnCall, type EndTxnAnswer } from '../protocol/end-txn.js';
import type { ProducedPartition } from '../protocol/produce.js';
import type { TopicOffsets } from '../protocol/topic-offsets.js';
import { txnOffsetCommitCall, type GroupMembership } from '../protocol/txn-offset-commit.js';
import { appendedRecords, type Written } from './appended-records.js';
import { AttemptsFailed, mostSevere } from './attempt.js';
import { askCoordinator, takeOver, type ProducerIdentity } from './coordinator-calls.js';
import type { AppendedRecord, OutboundRecord } from './outbound-record.js';
import { encodeBatch, partitionBatches, type PartitionBatch } from './partition-batches.js';
import { produceBatches } from './produce-batches.js';
import { AppendedTooEarly, CommitOutcomeUnclear, ProducerFenced, ProducerNotOpened, ProducerUnusable, TransactionAborted, TransactionRefused } from './producer-errors.js';

export interface TransactionalProducerOptions {
  /** Its connections carry requests only, no fetches: see `KafkaCluster`. The owner disconnects it. */
  readonly cluster: KafkaCluster;
  readonly transactionalId: string;
  /**
   * The coordinator aborts a transaction that is open for longer. Half of it is for writing, so it must be more than twice the request
   * timeout of the cluster for a lost answer to be made up for.
   */
  readonly timeoutMs: number;
}

/** What was consumed for a transaction: committed with it or not at all. */
export interface ConsumedOffsets {
  readonly groupId: string;
  /** The membership under which the records were fetched, not the current one (R2). */
  readonly membership: GroupMembership;
  /** The next offset to read of every partition that the transaction writes for. At least one. */
  readonly topics: readonly ConsumedOffset[];
}

export interface ConsumedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly metadata: string | null;
}

export interface Transaction {
  readonly records: readonly OutboundRecord[];
  readonly offsets: ConsumedOffsets;
  /** It is aborted when a broker that sets the time of records appends one before this, milliseconds since 1970. */
  readonly notBeforeMs?: number | undefined;
}

export interface CommittedTransaction {
  /** Where each record is, in the order of the records given. */
  readonly records: readonly AppendedRecord[];
  /** Requests that waited for one another: 2 when nothing had to be sent again. */
  readonly roundTrips: number;
}

/**
 * A producer whose writes and consumed offsets become visible together or not at all, on transaction protocol v2 (KIP-890).
 *
 * ```
 *            open                commit                     EndTxn answered
 *   (none) ────────▶ ready ────────────▶ writing ──▶ ending ────────────────▶ ready
 *                                          │ failed     │ aborted ───────────▶ ready      TransactionAborted, TransactionRefused
 *                                          ▼            │
 *                                       aborting ───────┤
 *                                                       └ fenced, no answer ─▶ unusable   ProducerFenced, CommitOutcomeUnclear, ProducerUnusable
 * ```
 *
 * 1. Offsets and records are sent at once, over one connection a broker; the end is sent when all are answered.
 * 2. Every end bumps the epoch: what arrives late from an older transaction is refused, and sequences start at 0.
 * 3. A commit that was not answered is asked for again before anything else: the broker answers the same while nothing new has begun.
 */
export class TransactionalProducer {
  readonly transactionalId: string;
  readonly #cluster: KafkaCluster;
  readonly #timeoutMs: number;
  #identity: ProducerIdentity;
  #busy = false;
  #unusable: KafkaError | null = null;

  private constructor({ cluster, transactionalId, timeoutMs }: TransactionalProducerOptions, identity: ProducerIdentity) {
    this.#cluster = cluster;
    this.transactionalId = transactionalId;
    this.#timeoutMs = timeoutMs;
    this.#identity = identity;
  }

  /**
   * Takes the transactional id over: whoever had it is fenced, and what it left open is aborted before this returns.
   *
   * @throws ProducerNotOpened
   */
  static async open(options: TransactionalProducerOptions): Promise<TransactionalProducer> {
    const { cluster, transactionalId, timeoutMs } = options;
    try {
      return new TransactionalProducer(options, await takeOver(cluster, transactionalId, { timeoutMs, patienceMs: timeoutMs }));
    } catch (error) {
      throw new ProducerNotOpened(transactionalId, causeOf(error));
    }
  }

  /** False after an error that says so: open a new one. */
  get usable(): boolean {
    return this.#unusable === null;
  }

  /**
   * Writes the records and commits the offsets in one transaction.
   *
   * @throws TransactionAborted nothing was committed; try again, or drop the batch when `membershipLost`
   * @throws TransactionRefused nothing was committed, and another try will fail too
   * @throws ProducerFenced nothing was committed; the producer is unusable
   * @throws ProducerUnusable nothing was committed; the producer is unusable
   * @throws CommitOutcomeUnclear the producer is unusable
   */
  async commit({ records, offsets, notBeforeMs = 0 }: Transaction): Promise<CommittedTransaction> {
    if (this.#unusable !== null) throw new ProducerUnusable(this.transactionalId, this.#unusable);
    if (this.#busy) throw new TypeError(`The producer ${this.transactionalId} is in a transaction. Wait for it before the next commit.`);
    if (offsets.topics.length === 0) throw new TypeError('A transaction commits the offset of every partition it writes for: give at least one.');
    this.#busy = true;
    try {
      const { written, roundTrips } = await this.#write(records, offsets);
      failpoint('after-produce');
      const appended = appendedRecords(records, written);
      const early = appended.find(({ appendTimeMs }) => appendTimeMs >= 0 && appendTimeMs < notBeforeMs);
      if (early !== undefined) throw await this.#afterAbort('abort', new AppendedTooEarly(early.appendTimeMs, notBeforeMs));
      const endTrips = await this.#end();
      return { records: appended, roundTrips: roundTrips + endTrips };
    } catch (error) {
      if (error instanceof ProducerFenced || error instanceof ProducerUnusable || error instanceof CommitOutcomeUnclear) this.#unusable = error;
      throw error;
    } finally {
      this.#busy = false;
    }
  }

  async #write(records: readonly OutboundRecord[], offsets: ConsumedOffsets): Promise<{ written: Written; roundTrips: number }> {
    const deadlineMs = performance.now() + this.#timeoutMs / 2;
    // Both are awaited whatever happens to one: nothing of this transaction is on its way when it ends.
    const [committed, produced] = await Promise.allSettled([this.#commitOffsets(offsets, deadlineMs), this.#produce(records, deadlineMs)]);
    if (committed.status === 'fulfilled' && produced.status === 'fulfilled') {
      return { written: produced.value.written, roundTrips: Math.max(committed.value, produced.value.rounds) };
    }
    const errors = [committed, produced].flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    const failures = errors.flatMap((error) => (error instanceof AttemptsFailed ? [error.failure] : []));
    const worst = mostSevere(failures);
    if (worst === undefined || failures.length < errors.length) throw await this.#afterAbort('reopen', errors[0]);
    throw await this.#afterAbort(worst.verdict, worst.cause);
  }

  async #commitOffsets({ groupId, membership, topics }: ConsumedOffsets, deadlineMs: number): Promise<number> {
    const { tries } = await askCoordinator({
      cluster: this.#cluster,
      kind: 'group',
      key: groupId,
      call: txnOffsetCommitCall({ ...this.#who, groupId, membership, topics: byTopic(topics) }),
      codesOf: (answer) => answer.topics.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode)),
      deadlineMs,
    });
    return tries;
  }

  async #produce(records: readonly OutboundRecord[], deadlineMs: number): Promise<{ written: Written; rounds: number }> {
    const written = new Map<PartitionBatch, ProducedPartition>();
    let rounds = 0;
    for (const wave of partitionBatches(records)) {
      const encoded = wave.map((batch) => ({ batch, bytes: encodeBatch(batch, { ...this.#identity, transactional: true }) }));
      const result = await produceBatches(encoded, { cluster: this.#cluster, transactionalId: this.transactionalId, deadlineMs });
      for (const [batch, partition] of result.written) written.set(batch, partition);
      rounds += result.rounds;
    }
    return { written, rounds };
  }

  async #end(): Promise<number> {
    try {
      return await this.#endTxn(true);
    } catch (error) {
      if (!(error instanceof AttemptsFailed)) throw new CommitOutcomeUnclear(this.transactionalId, error);
      const { failure, unclear } = error;
      if (unclear) throw new CommitOutcomeUnclear(this.transactionalId, failure.cause);
      if (failure.verdict === 'fenced') throw new ProducerFenced(this.transactionalId, failure.cause);
      if (failure.verdict === 'refuse') throw new ProducerUnusable(this.transactionalId, failure.cause);
      if (failure.verdict === 'abort') throw await this.#afterAbort('abort', failure.cause);
      throw new CommitOutcomeUnclear(this.transactionalId, failure.cause);
    }
  }

  /** Aborts what failed before its commit was asked for, and returns the error to throw. */
  async #afterAbort(verdict: AttemptsFailed['failure']['verdict'], cause: unknown): Promise<KafkaError> {
    if (verdict === 'fenced') return new ProducerFenced(this.transactionalId, cause);
    if (verdict === 'reopen') return new ProducerUnusable(this.transactionalId, cause);
    try {
      await this.#endTxn(false);
    } catch (error) {
      const fenced = error instanceof AttemptsFailed && error.failure.verdict === 'fenced';
      return fenced ? new ProducerFenced(this.transactionalId, causeOf(error)) : new ProducerUnusable(this.transactionalId, causeOf(error));
    }
    return verdict === 'refuse' ? new TransactionRefused(this.transactionalId, cause) : new TransactionAborted(this.transactionalId, cause);
  }

  async #endTxn(commit: boolean): Promise<number> {
    const { result, tries } = await askCoordinator<EndTxnAnswer>({
      cluster: this.#cluster,
      kind: 'transaction',
      key: this.transactionalId,
      call: endTxnCall({ ...this.#who, commit }),
      codesOf: ({ errorCode }) => [errorCode],
      deadlineMs: performance.now() + this.#timeoutMs / 2,
    });
    this.#identity = { producerId: result.producerId, producerEpoch: result.producerEpoch };
    return tries;
  }

  get #who(): ProducerIdentity & { transactionalId: string } {
    return { transactionalId: this.transactionalId, ...this.#identity };
  }
}

/**
 * Fences whoever uses the transactional id, and aborts what it left open: for a new owner of its partitions (R4).
 *
 * @throws ProducerNotOpened
 */
export async function fence({ cluster, transactionalId, timeoutMs }: TransactionalProducerOptions): Promise<void> {
  try {
    await takeOver(cluster, transactionalId, { timeoutMs, patienceMs: timeoutMs });
  } catch (error) {
    throw new ProducerNotOpened(transactionalId, causeOf(error));
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof AttemptsFailed ? error.failure.cause : error;
}

function byTopic(offsets: readonly ConsumedOffset[]): TopicOffsets[] {
  const topics = new Map<string, Omit<ConsumedOffset, 'topic'>[]>();
  for (const { topic, ...position } of offsets) {
    const partitions = topics.get(topic);
    if (partitions === undefined) topics.set(topic, [position]);
    else partitions.push(position);
  }
  return Array.from(topics, ([topic, partitions]) => ({ topic, partitions }));
}
