import type { Database, Key, RootDatabase } from 'lmdb';
import { StoreFenced } from './errors.js';

/** What one transition leaves behind. */
export interface StoredChange {
  readonly sagaId: string;
  /** The new snapshot; `null` when the topic's record is a tombstone. */
  readonly snapshot: Buffer | null;
  /** When the saga wants to be woken, epoch ms; `undefined` when it waits for no time. */
  readonly dueMs: number | undefined;
}

export interface DueSaga {
  readonly sagaId: string;
  /** Epoch ms. */
  readonly dueMs: number;
}

interface Pending {
  readonly snapshot: Buffer | null;
  readonly dueMs: number | undefined;
  readonly write: number;
}

const DUE_BYTES = 8;

/**
 * One partition's part of the {@link StateStore}.
 *
 * Invariants:
 * - S1 a read sees every earlier {@link apply}, also while its write is under way (an overlay holds it until then, R7).
 * - S2 snapshots, due index and position change together or not at all.
 * - S3 only the owner that claimed last writes (R7).
 */
export class PartitionStore {
  /** sagaId → due time (float64, NaN = none) + snapshot. */
  readonly #snapshots: Database<Buffer, Key>;
  /** [dueMs, sagaId] → nothing. */
  readonly #due: Database<Buffer, Key>;
  /** identity, position, owner of the partition. */
  readonly #meta: Database<string, Key>;
  readonly #overlay = new Map<string, Pending>();
  #position: bigint | undefined;
  #owner = 0;
  #writes = 0;

  constructor(
    private readonly root: RootDatabase,
    readonly partition: number,
  ) {
    this.#snapshots = root.openDB({ name: `snapshots-${partition}`, encoding: 'binary' });
    this.#due = root.openDB({ name: `due-${partition}`, encoding: 'binary' });
    this.#meta = root.openDB({ name: `meta-${partition}`, encoding: 'string' });
  }

  /**
   * Takes the partition over from whoever had it. What is stored is kept only when it is of the same topic.
   * @param identity the state topic's id: a topic made anew has another, and its offsets mean other records.
   * @returns the state-topic offset up to which the store reflects it (the next to read), or `undefined` when it is empty.
   */
  async claim(identity: string): Promise<bigint | undefined> {
    this.#overlay.clear();
    await this.root.transaction(() => {
      this.#owner = Number(this.#meta.get('owner') ?? '0') + 1;
      void this.#meta.put('owner', String(this.#owner));
      if (this.#meta.get('identity') !== identity) this.#clear();
      void this.#meta.put('identity', identity);
    });
    const position = this.#meta.get('position');
    this.#position = position === undefined ? undefined : BigInt(position);
    return this.#position;
  }

  /** Forgets everything, to be filled again from the topic. */
  async clear(): Promise<void> {
    this.#overlay.clear();
    await this.root.transaction(() => {
      this.#refuseStrangers();
      this.#clear();
    });
    this.#position = undefined;
  }

  #clear(): void {
    this.#snapshots.clearSync();
    this.#due.clearSync();
    void this.#meta.remove('position');
  }

  /** The next state-topic offset that is not in here yet. */
  get position(): bigint | undefined {
    return this.#position;
  }

  get(sagaId: string): Buffer | undefined {
    const pending = this.#overlay.get(sagaId);
    if (pending !== undefined) return pending.snapshot ?? undefined;
    const stored = this.#snapshots.get(sagaId);
    return stored?.subarray(DUE_BYTES);
  }

  /**
   * Records what a committed transaction (or a stretch of the restored topic) says, in order.
   * Visible at once; the promise resolves when it is in the store.
   * @param position the state-topic offset after the last of these.
   * @throws StoreFenced when another owner has claimed the partition.
   */
  async apply(changes: readonly StoredChange[], position: bigint): Promise<void> {
    const write = ++this.#writes;
    for (const c of changes) this.#overlay.set(c.sagaId, { snapshot: c.snapshot, dueMs: c.dueMs, write });
    this.#position = position;
    await this.root.transaction(() => {
      this.#refuseStrangers();
      for (const c of changes) this.#write(c);
      void this.#meta.put('position', String(position));
    });
    // Only now: after a write that failed, the store is behind, and a read must not see that (S1) until the partition is claimed anew.
    for (const c of changes) if (this.#overlay.get(c.sagaId)?.write === write) this.#overlay.delete(c.sagaId);
  }

  #write(change: StoredChange): void {
    const before = this.#snapshots.get(change.sagaId);
    const dueBefore = before?.readDoubleBE(0);
    if (dueBefore !== undefined && !Number.isNaN(dueBefore) && dueBefore !== change.dueMs) void this.#due.remove([dueBefore, change.sagaId]);
    if (change.snapshot === null) {
      void this.#snapshots.remove(change.sagaId);
      return;
    }
    const value = Buffer.allocUnsafe(DUE_BYTES + change.snapshot.length);
    value.writeDoubleBE(change.dueMs ?? Number.NaN, 0);
    change.snapshot.copy(value, DUE_BYTES);
    void this.#snapshots.put(change.sagaId, value);
    if (change.dueMs !== undefined && change.dueMs !== dueBefore) void this.#due.put([change.dueMs, change.sagaId], EMPTY);
  }

  #refuseStrangers(): void {
    if (Number(this.#meta.get('owner')) !== this.#owner) throw new StoreFenced(this.partition);
  }

  /** Sagas due at or before a time, and not before another one, soonest first, at most `limit`. */
  due(untilMs: number, limit: number, fromMs = 0): DueSaga[] {
    const found: DueSaga[] = [];
    for (const [sagaId, pending] of this.#overlay) {
      if (pending.snapshot !== null && pending.dueMs !== undefined && pending.dueMs >= fromMs && pending.dueMs <= untilMs) found.push({ sagaId, dueMs: pending.dueMs });
    }
    let stored = 0;
    for (const saga of this.#storedDue(fromMs)) {
      if (saga.dueMs > untilMs || stored === limit) break;
      stored++;
      found.push(saga);
    }
    return found.sort((a, b) => a.dueMs - b.dueMs).slice(0, limit);
  }

  /** When the soonest saga that is not due before a time is due, epoch ms; `undefined` when none is. */
  nextDueMs(fromMs = 0): number | undefined {
    let soonest = Infinity;
    for (const pending of this.#overlay.values()) {
      if (pending.snapshot !== null && pending.dueMs !== undefined && pending.dueMs >= fromMs) soonest = Math.min(soonest, pending.dueMs);
    }
    for (const saga of this.#storedDue(fromMs)) {
      soonest = Math.min(soonest, saga.dueMs);
      break;
    }
    return soonest === Infinity ? undefined : soonest;
  }

  /** The stored index without the sagas that the overlay knows better. */
  *#storedDue(fromMs: number): Generator<DueSaga> {
    for (const key of this.#due.getKeys({ start: [fromMs] })) {
      const [dueMs, sagaId] = key as [number, string];
      if (!this.#overlay.has(sagaId)) yield { sagaId, dueMs };
    }
  }

  /** Every saga that is in the store; what is still being written is not. */
  *entries(): Generator<{ sagaId: string; snapshot: Buffer }> {
    for (const { key, value } of this.#snapshots.getRange({})) yield { sagaId: key as string, snapshot: value.subarray(DUE_BYTES) };
  }
}

const EMPTY = Buffer.alloc(0);
