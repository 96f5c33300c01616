import { nextDueMs } from '@onward/saga';
import type { PartitionStore } from '@onward/state-store';
import type { StoredSaga } from './saga-codec.js';

/** A saga as the lane holds it. */
export interface HeldSaga {
  readonly saga: StoredSaga;
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
/** Due time of sagas whose plan is not here: found when a partition is opened, fired never. */
const WAITS_FOR_PLAN_MS = 0;
/** Due time of sagas with inputs put aside that can be taken now: at once. */
const CATCHES_UP_MS = 1;

/** When a saga has to be looked at, as the store's index holds it; `undefined` when it waits for no time. */
export function indexedDueMs(saga: StoredSaga): number | undefined {
  if (saga.kind === 'withoutPlan') return WAITS_FOR_PLAN_MS;
  return saga.kind === 'open' && saga.deferred.length > 0 ? CATCHES_UP_MS : nextDueMs(saga);
}

/** Ids of the sagas in a store that waited for their plan when they were stored. */
export function waitingForPlan(store: PartitionStore): string[] {
  return store.due(WAITS_FOR_PLAN_MS, Infinity).map(({ sagaId }) => sagaId);
}

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
    const stored = [...this.#changed].map(([sagaId, { saga, snapshot }]) => ({ sagaId, snapshot, dueMs: indexedDueMs(saga) }));
    for (const [sagaId, { saga, hash }] of this.#changed) {
      this.#hot.delete(sagaId);
      if (saga.kind === 'open') this.#hot.set(sagaId, { saga, hash });
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

  /** Takes a saga out of the timers until a build with its plan opens the partition. The index is the store's own: no batch decides on it. */
  async waitForPlan(sagaId: string): Promise<void> {
    const snapshot = this.store.get(sagaId);
    const { position } = this.store;
    if (snapshot === undefined || position === undefined || this.#changed.has(sagaId)) return;
    await this.store.apply([{ sagaId, snapshot, dueMs: WAITS_FOR_PLAN_MS }], position);
  }

  /** Sagas whose time has come, soonest first. */
  due(nowMs: number, limit: number): string[] {
    return this.store.due(nowMs, limit, CATCHES_UP_MS).map(({ sagaId }) => sagaId);
  }

  nextDueMs(): number | undefined {
    return this.store.nextDueMs(CATCHES_UP_MS);
  }

  /** As {@link nextDueMs}, when some sagas have to wait until another time. */
  nextDueMsBut(waiting: ReadonlyMap<string, number>): number | undefined {
    const soonest = this.store.due(Infinity, waiting.size + 1, CATCHES_UP_MS).map(({ sagaId, dueMs }) => Math.max(dueMs, waiting.get(sagaId) ?? 0));
    return soonest.length === 0 ? undefined : Math.min(...soonest);
  }
}
