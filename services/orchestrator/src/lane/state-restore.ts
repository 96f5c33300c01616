import { endOffsets, readTopic, type KafkaCluster } from '@onward/kafka';
import { nextDueMs } from '@onward/saga';
import type { PartitionStore, StoredChange } from '@onward/state-store';
import type { SagaCodec } from './saga-codec.js';

/** What a restore did, for the log. */
export interface RestoreReport {
  readonly partition: number;
  /** False when the local store was empty, of another topic, or ahead of the topic, and all of it was read. */
  readonly fromStore: boolean;
  readonly records: number;
  readonly elapsedMs: number;
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
    this.report({ partition, fromStore: from !== undefined, records, elapsedMs: performance.now() - startedMs });
  }

  async #dueMs(sagaId: string, value: Buffer | null): Promise<number | undefined> {
    return value === null ? undefined : nextDueMs(await this.codec.decodeState(sagaId, value));
  }
}
