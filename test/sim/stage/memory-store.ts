import type { DueSaga, PartitionStore, StateStore, StoredChange } from '@onward/state-store';

/** What is on the disk of an instance for one partition: it outlives the process. */
interface OnDisk {
  identity: string | undefined;
  position: bigint | undefined;
  owner: number;
  snapshots: Map<string, { readonly snapshot: Buffer; readonly dueMs: number | undefined }>;
}

/** The disk of an instance. It can be lost, or an old copy of it put back. */
export class MemoryDisk {
  private partitions = new Map<number, OnDisk>();
  private copy: Map<number, OnDisk> | undefined;

  of(partition: number): OnDisk {
    let found = this.partitions.get(partition);
    if (found === undefined) this.partitions.set(partition, (found = { identity: undefined, position: undefined, owner: 0, snapshots: new Map() }));
    return found;
  }

  lose(): void {
    this.partitions = new Map();
  }

  backUp(): void {
    this.copy = new Map([...this.partitions].map(([partition, disk]) => [partition, { ...disk, snapshots: new Map(disk.snapshots) }]));
  }

  /** @returns whether there was a copy */
  putBack(): boolean {
    if (this.copy === undefined) return false;
    this.partitions = this.copy;
    this.copy = undefined;
    return true;
  }
}

/** Moments around a write, at which a process may die. */
export type WriteEdge = 'before-store-write' | 'after-store-write';

/** The part of the local store that belongs to one partition, by the contract of `PartitionStore`, on a {@link MemoryDisk}. */
class MemoryPartition implements Pick<PartitionStore, 'partition' | 'claim' | 'clear' | 'position' | 'get' | 'apply' | 'due' | 'nextDueMs'> {
  private readonly overlay = new Map<string, StoredChange & { readonly write: number }>();
  private owner = 0;
  private writes = 0;
  position: bigint | undefined;

  constructor(
    readonly partition: number,
    private readonly disk: MemoryDisk,
    private readonly writing: (edge: WriteEdge) => number,
  ) {}

  claim(identity: string): Promise<bigint | undefined> {
    const disk = this.disk.of(this.partition);
    this.overlay.clear();
    this.owner = disk.owner += 1;
    if (disk.identity !== identity) this.wipe();
    disk.identity = identity;
    this.position = disk.position;
    return Promise.resolve(disk.position);
  }

  clear(): Promise<void> {
    this.overlay.clear();
    this.refuseStrangers();
    this.wipe();
    this.position = undefined;
    return Promise.resolve();
  }

  get(sagaId: string): Buffer | undefined {
    const pending = this.overlay.get(sagaId);
    if (pending !== undefined) return pending.snapshot ?? undefined;
    return this.disk.of(this.partition).snapshots.get(sagaId)?.snapshot;
  }

  async apply(changes: readonly StoredChange[], position: bigint): Promise<void> {
    const write = ++this.writes;
    for (const change of changes) this.overlay.set(change.sagaId, { ...change, write });
    this.position = position;
    const delayMs = this.writing('before-store-write');
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    this.refuseStrangers();
    const disk = this.disk.of(this.partition);
    for (const { sagaId, snapshot, dueMs } of changes) {
      if (snapshot === null) disk.snapshots.delete(sagaId);
      else disk.snapshots.set(sagaId, { snapshot, dueMs });
    }
    disk.position = position;
    this.writing('after-store-write');
    for (const { sagaId } of changes) if (this.overlay.get(sagaId)?.write === write) this.overlay.delete(sagaId);
  }

  due(untilMs: number, limit: number, fromMs = 0): DueSaga[] {
    return this.index(fromMs)
      .filter(({ dueMs }) => dueMs <= untilMs)
      .sort((a, b) => a.dueMs - b.dueMs)
      .slice(0, limit);
  }

  nextDueMs(fromMs = 0): number | undefined {
    let soonest = Infinity;
    for (const { dueMs } of this.index(fromMs)) soonest = Math.min(soonest, dueMs);
    return soonest === Infinity ? undefined : soonest;
  }

  private index(fromMs: number): DueSaga[] {
    const found: DueSaga[] = [];
    for (const { sagaId, snapshot, dueMs } of this.overlay.values()) if (snapshot !== null && dueMs !== undefined && dueMs >= fromMs) found.push({ sagaId, dueMs });
    for (const [sagaId, { dueMs }] of this.disk.of(this.partition).snapshots) {
      if (dueMs !== undefined && dueMs >= fromMs && !this.overlay.has(sagaId)) found.push({ sagaId, dueMs });
    }
    return found;
  }

  private wipe(): void {
    const disk = this.disk.of(this.partition);
    disk.snapshots.clear();
    disk.position = undefined;
  }

  private refuseStrangers(): void {
    if (this.disk.of(this.partition).owner !== this.owner) throw new Error(`Another owner has claimed partition ${this.partition} of the store.`);
  }
}

/**
 * The local store of a process.
 *
 * @param writing - says how long a write takes, and may end the process
 */
export function memoryStore(disk: MemoryDisk, writing: (edge: WriteEdge) => number): StateStore {
  const partitions = new Map<number, MemoryPartition>();
  const partition = (number: number): MemoryPartition => {
    let store = partitions.get(number);
    if (store === undefined) partitions.set(number, (store = new MemoryPartition(number, disk, writing)));
    return store;
  };
  return { partition, close: () => Promise.resolve() } as unknown as StateStore;
}
