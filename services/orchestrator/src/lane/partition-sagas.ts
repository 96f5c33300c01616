import type { SagaState } from '@onward/saga';
import { nextDueMs } from '@onward/saga';
import type { PartitionStore } from '@onward/state-store';

/** A saga as the lane holds it: the state, and the hash of the snapshot that was written for it. */
export interface HeldSaga {
  readonly state: SagaState;
  /** SHA-256 of the state record's value. */
  readonly hash: Buffer;
}

/** A saga after a batch: what is to be held and stored once the batch is committed. */
export interface ChangedSaga extends HeldSaga {
  /** The state record's value. */
  readonly snapshot: Buffer;
}

/** Open sagas held decoded, a partition; the others are read from the store. A saga at rest costs no heap. */
const HOT_SAGAS_MAX = 5_000;

/**
 * The sagas of one partition: hot ones in memory, all of them in the local store.
 *
 * What a batch changes is visible to the rest of that batch only; {@link commit} makes it the truth, {@link rollBack} forgets it.
 */
export class PartitionSagas {
  /** Least recently used first. */
  readonly #hot = new Map<string, HeldSaga>();
  readonly #changed = new Map<string, ChangedSaga>();

  constructor(
    readonly partition: number,
    private readonly store: PartitionStore,
  ) {}

  /** A saga that is in memory, this batch's changes included. */
  held(sagaId: string): HeldSaga | undefined {
    return this.#changed.get(sagaId) ?? this.#hot.get(sagaId);
  }

  /** The stored snapshot of a saga that is not in memory. */
  stored(sagaId: string): Buffer | undefined {
    return this.store.get(sagaId);
  }

  change(sagaId: string, changed: ChangedSaga): void {
    this.#changed.set(sagaId, changed);
  }

  get changes(): ReadonlyMap<string, ChangedSaga> {
    return this.#changed;
  }

  /** @param position the state topic's offset after the last snapshot written */
  async commit(position: bigint): Promise<void> {
    const stored = [...this.#changed].map(([sagaId, { state, snapshot }]) => ({ sagaId, snapshot, dueMs: nextDueMs(state) }));
    for (const [sagaId, { state, hash }] of this.#changed) {
      this.#hot.delete(sagaId);
      if (state.kind === 'open') this.#hot.set(sagaId, { state, hash });
    }
    this.#changed.clear();
    for (const sagaId of this.#hot.keys()) {
      if (this.#hot.size <= HOT_SAGAS_MAX) break;
      this.#hot.delete(sagaId);
    }
    await this.store.apply(stored, position);
  }

  rollBack(): void {
    this.#changed.clear();
  }

  /** Sagas whose time has come, soonest first. */
  due(nowMs: number, limit: number): string[] {
    return this.store.due(nowMs, limit).map(({ sagaId }) => sagaId);
  }

  nextDueMs(): number | undefined {
    return this.store.nextDueMs();
  }
}
