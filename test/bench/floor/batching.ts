import type { TopicOffsets } from 'kafkajs';

/** Where a batch of inputs ends, by topic and partition. */
export class BatchOffsets {
  private readonly next = new Map<string, Map<number, bigint>>();

  add(topic: string, partition: number, offset: string): void {
    let partitions = this.next.get(topic);
    if (partitions === undefined) this.next.set(topic, (partitions = new Map()));
    partitions.set(partition, BigInt(offset) + 1n);
  }

  toTopics(): TopicOffsets[] {
    return [...this.next].map(([topic, partitions]) => ({
      topic,
      partitions: [...partitions].map(([partition, offset]) => ({ partition, offset: String(offset) })),
    }));
  }
}

/** Inputs that pile up while the last batch is worked off, handed over all at once. */
export class Pile<T> {
  private items: T[] = [];
  private working = false;

  constructor(private readonly work: (items: T[]) => Promise<void>) {}

  push(items: readonly T[]): void {
    for (const item of items) this.items.push(item);
    if (!this.working && this.items.length > 0) void this.drain();
  }

  private async drain(): Promise<void> {
    this.working = true;
    while (this.items.length > 0) {
      const items = this.items;
      this.items = [];
      await this.work(items);
    }
    this.working = false;
  }
}
