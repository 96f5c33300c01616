import { mkdirSync } from 'node:fs';
import { open, type RootDatabase } from 'lmdb';
import { PartitionStore } from './partition-store.js';

/**
 * The latest snapshot of every saga and an index of when each is due, per partition, on LMDB.
 *
 * A cache of the compacted state topic and nothing more: it may be lost, stale or deleted at any time, and is then
 * filled again from the topic. Snapshots are opaque bytes here.
 */
export class StateStore {
  readonly #partitions = new Map<number, PartitionStore>();

  private constructor(private readonly root: RootDatabase) {}

  /** @param directory made when missing; one process at a time. */
  static open(directory: string): StateStore {
    mkdirSync(directory, { recursive: true });
    // Two databases a partition, so that one partition can be cleared without a scan.
    return new StateStore(open({ path: directory, maxDbs: 4096, encoding: 'binary', keyEncoding: 'ordered-binary' }));
  }

  partition(partition: number): PartitionStore {
    let store = this.#partitions.get(partition);
    if (store === undefined) {
      store = new PartitionStore(this.root, partition);
      this.#partitions.set(partition, store);
    }
    return store;
  }

  async close(): Promise<void> {
    await this.root.close();
  }
}
