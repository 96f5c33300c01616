import { PartitionStoppedError, RegistryUnavailable, RetryLater, type ConsumedRecord, type LaneBatch, type LaneCommit, type LaneProcessor, type OutboundRecord, type PartitionOpening, type QuarantineReason, type ValueDecoder } from '@onward/kafka';
import type { StateStore } from '@onward/state-store';
import { DueSagas, type SagaAside } from './due-sagas.js';
import type { InboundReader } from './inbound.js';
import type { LaneMetrics } from './lane-metrics.js';
import type { OutboundWriter } from './outbound.js';
import { PartitionSagas } from './partition-sagas.js';
import { UnreadableSaga } from './saga-codec.js';
import type { SagaRunner, Turn } from './saga-runner.js';
import type { StateRestore } from './state-restore.js';

export interface SagaProcessorParts {
  readonly runner: SagaRunner;
  readonly inputs: ValueDecoder;
  readonly reader: InboundReader;
  readonly writer: OutboundWriter;
  readonly store: StateStore;
  readonly restore: StateRestore;
  readonly metrics: LaneMetrics;
  readonly stateTopic: string;
  /** Told of a saga whose timer cannot be fired. */
  readonly aside: (aside: SagaAside) => void;
}

/** Folds a lane's inputs into sagas: the seam between Kafka and the engine. */
export class SagaProcessor implements LaneProcessor {
  readonly #partitions = new Map<number, PartitionSagas>();
  /** Partitions with a saga that this build cannot read: to be stopped when the lane opens them again. */
  readonly #unreadable = new Map<number, UnreadableSaga>();
  /** Writing of the local store for the last committed batch: the next batch does not wait, its reads see it already (R7). */
  #storing: Promise<unknown> = Promise.resolve();
  readonly #due: DueSagas;

  constructor(private readonly parts: SagaProcessorParts) {
    this.#due = new DueSagas(parts.aside);
  }

  async open(opening: PartitionOpening): Promise<void> {
    const { partition, signal } = opening;
    const store = this.parts.store.partition(partition);
    try {
      const unreadable = this.#unreadable.get(partition);
      this.#unreadable.delete(partition);
      if (unreadable !== undefined) throw unreadable;
      await this.parts.restore.restore(partition, store, signal);
    } catch (error) {
      if (!(error instanceof UnreadableSaga)) throw error;
      throw new PartitionStoppedError('OWNER_STOPPED', partition, error.message, { cause: error });
    }
    this.#partitions.set(partition, new PartitionSagas(partition, store));
  }

  async close(partition: number): Promise<void> {
    this.#partitions.delete(partition);
    this.parts.metrics.forget(partition);
    await Promise.resolve();
  }

  async process(batch: LaneBatch, nowMs: number): Promise<{ readonly records: readonly OutboundRecord[] }> {
    try {
      const out: OutboundRecord[] = [];
      await this.parts.inputs.prepare(valuesOf(batch));
      for (const [partition, records] of batch.records) {
        const turn = { sagas: this.#sagas(partition), nowMs, out };
        for (const record of records) await this.#take(record, turn);
      }
      for (const [partition, sagaIds] of this.#due.take(batch.due, (of) => this.#sagas(of), nowMs)) {
        const turn = { sagas: this.#sagas(partition), nowMs, out };
        const untilMs = batch.due.get(partition) ?? nowMs;
        for (const sagaId of sagaIds) await this.#watched(turn, this.parts.runner.fire(sagaId, untilMs, turn));
      }
      for (const sagas of this.#partitions.values()) {
        // One snapshot a saga and batch: the compacted topic keeps the last one only.
        for (const [sagaId, { snapshot }] of sagas.changes) out.push(this.parts.writer.state(sagaId, snapshot));
      }
      return { records: out };
    } catch (error) {
      // The input is not to blame and must not be quarantined. Of an unreadable saga the partition stops when it is opened again.
      if (error instanceof RegistryUnavailable || error instanceof UnreadableSaga) throw new RetryLater(error.message, { cause: error });
      throw error;
    }
  }

  quarantined(record: ConsumedRecord, reason: QuarantineReason, nowMs: number): readonly OutboundRecord[] {
    return this.parts.runner.refused(record, reason, nowMs);
  }

  timersFailed(error: unknown): void {
    this.#due.failed(error);
  }

  async committed(commit: LaneCommit): Promise<void> {
    this.#due.succeeded();
    await this.#storing;
    const positions = new Map<number, bigint>();
    for (const { topic, partition, offset } of commit.appended) {
      if (topic === this.parts.stateTopic) positions.set(partition, offset + 1n);
    }
    const writes: Promise<void>[] = [];
    for (const [partition, position] of positions) {
      const sagas = this.#sagas(partition);
      writes.push(sagas.commit(position));
    }
    this.#storing = Promise.all(writes);
    // It is awaited at the next commit; until then it must not count as unhandled.
    this.#storing.catch(() => {});
  }

  async rolledBack(): Promise<void> {
    for (const sagas of this.#partitions.values()) sagas.rollBack();
    // Every partition is opened again, from what the store and the topic hold: a write that failed does not matter any more.
    await this.#storing.catch(() => {});
  }

  nextDueMs(partition: number): number | undefined {
    const sagas = this.#partitions.get(partition);
    return sagas && this.#due.nextDueMs(partition, sagas);
  }

  async #take(record: ConsumedRecord, turn: Turn): Promise<void> {
    const { reader, writer, runner, metrics } = this.parts;
    const located = reader.locate(record);
    metrics.consumed(located.kind);
    switch (located.kind) {
      case 'quarantine':
        runner.refuse(record, located, turn);
        return;
      case 'forward':
        turn.out.push(writer.forward(record, located.partition, located.origin));
        return;
      case 'home':
        await this.#watched(turn, runner.take(record, located, turn));
    }
  }

  /** Remembers the partition of a saga that cannot be read. */
  async #watched({ sagas }: Turn, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (error instanceof UnreadableSaga) this.#unreadable.set(sagas.partition, error);
      throw error;
    }
  }

  #sagas(partition: number): PartitionSagas {
    const sagas = this.#partitions.get(partition);
    if (sagas === undefined) throw new Error(`Partition ${partition} is not open.`);
    return sagas;
  }
}

function* valuesOf(batch: LaneBatch): Generator<Buffer | null> {
  for (const records of batch.records.values()) for (const { value } of records) yield value;
}
