import { hash as digest } from 'node:crypto';
import {
  PartitionStoppedError,
  quarantineRecord,
  RegistryUnavailable,
  RetryLater,
  type ConsumedRecord,
  type LaneBatch,
  type LaneCommit,
  type LaneProcessor,
  type OutboundRecord,
  type PartitionOpening,
  type QuarantineReason,
  type ValueDecoder,
} from '@onward/kafka';
import { advance, nextDueMs, type Plan, type SagaInput, type SagaState } from '@onward/saga';
import type { StateStore } from '@onward/state-store';
import type { Inbound, InboundReader } from './inbound.js';
import type { LaneMetrics } from './lane-metrics.js';
import type { OutboundWriter, TransitionContext } from './outbound.js';
import { PartitionSagas, type HeldSaga } from './partition-sagas.js';
import type { PlanCatalogue } from './plan-catalogue.js';
import { UnreadableSaga, type SagaCodec } from './saga-codec.js';
import type { StateRestore } from './state-restore.js';

export interface SagaProcessorParts {
  readonly catalogue: PlanCatalogue;
  readonly codec: SagaCodec;
  readonly inputs: ValueDecoder;
  readonly reader: InboundReader;
  readonly writer: OutboundWriter;
  readonly store: StateStore;
  readonly restore: StateRestore;
  readonly metrics: LaneMetrics;
  readonly quarantine: { readonly topic: string; readonly partitionCount: number };
  readonly stateTopic: string;
}

/** Timers that one transaction fires for a partition; the rest are due again at once. */
const DUE_SAGAS_MAX = 500;

type Input = Extract<Inbound, { kind: 'input' }>;

/** Folds a lane's inputs into sagas: the seam between Kafka and the engine. Nothing here decides what a saga does. */
export class SagaProcessor implements LaneProcessor {
  readonly #partitions = new Map<number, PartitionSagas>();
  /** Partitions with a saga that this build cannot read: to be stopped when the lane opens them again. */
  readonly #unreadable = new Map<number, UnreadableSaga>();
  /** Writing of the local store for the last committed batch: the next batch does not wait, its reads see it already (R7). */
  #storing: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: SagaProcessorParts) {}

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
    await Promise.resolve();
  }

  async process(batch: LaneBatch, nowMs: number): Promise<{ readonly records: readonly OutboundRecord[] }> {
    try {
      const out: OutboundRecord[] = [];
      await this.parts.inputs.prepare(valuesOf(batch));
      for (const [partition, records] of batch.records) {
        const sagas = this.#sagas(partition);
        for (const record of records) await this.#take(sagas, record, nowMs, out);
      }
      for (const [partition, untilMs] of batch.due) await this.#fire(this.#sagas(partition), untilMs, nowMs, out);
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

  async committed(commit: LaneCommit): Promise<void> {
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
    return this.#partitions.get(partition)?.nextDueMs();
  }

  async #take(sagas: PartitionSagas, record: ConsumedRecord, nowMs: number, out: OutboundRecord[]): Promise<void> {
    const inbound = this.parts.reader.read(record);
    this.parts.metrics.consumed(inbound.kind);
    switch (inbound.kind) {
      case 'quarantine':
        out.push(this.#quarantine(record, { code: inbound.code, message: inbound.reason }));
        return;
      case 'forward':
        out.push(this.parts.writer.forward(record, inbound.partition, inbound.origin));
        return;
      case 'input': {
        const unroutable = await this.#advance(sagas, inbound.input, inbound, nowMs, out);
        if (unroutable !== undefined) out.push(this.#quarantine(record, unroutable));
      }
    }
  }

  async #fire(sagas: PartitionSagas, untilMs: number, nowMs: number, out: OutboundRecord[]): Promise<void> {
    for (const sagaId of sagas.due(untilMs, DUE_SAGAS_MAX)) {
      const held = await this.#load(sagas, sagaId);
      const dueMs = held === undefined ? undefined : nextDueMs(held.state);
      // The index is of the last commit; a record of this very batch may have moved the saga on.
      if (dueMs === undefined || dueMs > untilMs) continue;
      await this.#advance(sagas, { kind: 'timer', sagaId }, undefined, nowMs, out);
    }
  }

  /** @returns the reason when there is no saga that could take the input */
  async #advance(sagas: PartitionSagas, input: SagaInput, from: Input | undefined, nowMs: number, out: OutboundRecord[]): Promise<QuarantineReason | undefined> {
    const { codec, writer, metrics } = this.parts;
    const held = await this.#load(sagas, input.sagaId);
    const plan = this.#planFor(sagas.partition, held?.state, from?.plan);
    const origin = from === undefined ? null : { id: from.id, topic: from.origin.topic, partition: from.origin.partition, offset: Number(from.origin.offset) };
    const advanced = advance(plan, held?.state, input, nowMs, origin);
    const context: TransitionContext = {
      causeId: from?.id,
      traceparent: from?.traceparent,
      atMs: advanced.kind === 'transition' ? advanced.transition.atMs : nowMs,
    };
    for (const effect of advanced.effects) out.push(writer.effect(plan, effect, context));
    if (advanced.kind === 'unroutable') return { code: advanced.code, message: advanced.reason };
    const snapshot = codec.encodeState(plan, advanced.state);
    const hash = digest('sha256', snapshot, 'buffer');
    out.push(writer.transition(plan, advanced.transition, { before: held?.hash ?? null, after: hash }, context));
    sagas.change(input.sagaId, { state: advanced.state, hash, snapshot });
    metrics.transition();
    if (advanced.state.kind === 'closed' && held?.state.kind !== 'closed') metrics.closed(advanced.state.outcome);
    return undefined;
  }

  async #load(sagas: PartitionSagas, sagaId: string): Promise<HeldSaga | undefined> {
    const held = sagas.held(sagaId);
    if (held !== undefined) return held;
    try {
      const stored = sagas.stored(sagaId);
      if (stored === undefined) return undefined;
      return { state: await this.parts.codec.decodeState(sagaId, stored), hash: digest('sha256', stored, 'buffer') };
    } catch (error) {
      if (error instanceof RegistryUnavailable) throw error;
      // Also a store that cannot be read: whatever it is, the input that asks for the saga is not to blame.
      const unreadable = error instanceof UnreadableSaga ? error : new UnreadableSaga(sagaId, (error as Error).message, { cause: error });
      this.#unreadable.set(sagas.partition, unreadable);
      throw unreadable;
    }
  }

  #planFor(partition: number, state: SagaState | undefined, started: Plan | undefined): Plan {
    const { catalogue, codec } = this.parts;
    if (state === undefined || state.kind === 'closed') return started ?? codec.anyPlan;
    const plan = catalogue.find(state.sagaType, state.planVersion);
    if (plan === undefined) {
      const error = new UnreadableSaga(state.sagaId, `no plan ${state.sagaType} version ${state.planVersion} is here`);
      this.#unreadable.set(partition, error);
      throw error;
    }
    return plan;
  }

  #quarantine(record: ConsumedRecord, reason: QuarantineReason): OutboundRecord {
    this.parts.metrics.quarantined(reason.code);
    return quarantineRecord(record, reason, this.parts.quarantine);
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
