import { setImmediate } from 'node:timers/promises';
import { endOffsets, readTopic, type KafkaCluster } from '@onward/kafka';
import type { PartitionStore, StoredChange } from '@onward/state-store';
import { indexedDueMs, waitingForPlan } from './partition-sagas.js';
import type { SagaCodec } from './saga-codec.js';

/** Sagas looked at before others get their turn. */
const LOOKS_AT_ONCE = 1_000;

/** What a restore did, for the log. */
export interface RestoreReport {
  readonly partition: number;
  /** False when the local store was empty, of another topic, or ahead of the topic, and all of it was read. */
  readonly fromStore: boolean;
  readonly records: number;
  readonly elapsedMs: number;
  /** Ids of the sagas whose plan is not here, by plan (`place-order v3`): what comes for them is put aside, and their timers wait. */
  readonly withoutPlan: ReadonlyMap<string, readonly string[]>;
}

/**
 * Brings a partition's local store up to its state topic: the tail behind what the store reflects, or all of it.
 *
 * Reads up to the high watermark, not the last stable offset (R1): committed snapshots can lie above a transaction that is
 * still open, and a lane that missed them would fold its inputs into an old state.
 */
export class StateRestore {
  constructor(
    private readonly cluster: KafkaCluster,
    private readonly topic: string,
    private readonly codec: SagaCodec,
    private readonly report: (report: RestoreReport) => void,
  ) {}

  async restore(partition: number, store: PartitionStore, signal: AbortSignal): Promise<void> {
    const startedMs = performance.now();
    const { topicId } = await this.cluster.topic(this.topic, { refresh: true });
    const end = (await endOffsets(this.cluster, this.topic, [partition], 'read_uncommitted')).get(partition) ?? 0n;
    let from = await store.claim(topicId);
    if (from !== undefined && from > end) {
      // A store ahead of its topic remembers what never was: a topic cut or restored from a copy (R7).
      await store.clear();
      from = undefined;
    }
    const start = from === undefined ? 'beginning' : { offsets: new Map([[partition, from]]) };
    let records = 0;
    for await (const batch of readTopic({ cluster: this.cluster, topic: this.topic, partitions: [partition], from: start, until: 'end', signal })) {
      const changes = new Map<string, StoredChange>();
      for (const { key, value } of batch.records) {
        if (key === null) continue;
        const sagaId = key.toString();
        changes.set(sagaId, { sagaId, snapshot: value, dueMs: await this.#dueMs(sagaId, value) });
      }
      records += batch.records.length;
      await store.apply([...changes.values()], batch.nextOffset);
    }
    signal.throwIfAborted();
    const withoutPlan = await this.#withoutPlan(store, signal);
    this.report({ partition, fromStore: from !== undefined, records, elapsedMs: performance.now() - startedMs, withoutPlan });
  }

  /** Looks through the sagas that waited for their plan. Those that have it now get their time in the index. */
  async #withoutPlan(store: PartitionStore, signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
    const waiting = new Map<string, string[]>();
    let looked = 0;
    for (const sagaId of waitingForPlan(store)) {
      // Heartbeats must not wait for a long list (R3).
      if (++looked % LOOKS_AT_ONCE === 0) await setImmediate(undefined, { signal });
      const snapshot = store.get(sagaId);
      if (snapshot === undefined || store.position === undefined) continue;
      const plan = await this.codec.missingPlan(snapshot);
      if (plan === undefined) await store.apply([{ sagaId, snapshot, dueMs: await this.#dueMs(sagaId, snapshot) }], store.position);
      else if (waiting.get(plan)?.push(sagaId) === undefined) waiting.set(plan, [sagaId]);
    }
    return waiting;
  }

  async #dueMs(sagaId: string, value: Buffer | null): Promise<number | undefined> {
    return value === null ? undefined : indexedDueMs(await this.codec.decodeState(sagaId, value));
  }
}
