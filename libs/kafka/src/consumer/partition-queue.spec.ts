import { PartitionQueue, takeInTurns } from './partition-queue.js';
import type { ConsumedRecord } from './record.js';

const record = (offset: bigint, valueBytes = 10): ConsumedRecord => ({
  topic: 't', partition: 0, offset, timestampMs: 0, key: null, value: Buffer.alloc(valueBytes), headers: {},
});

describe('a partition queue', () => {
  it('knows what to commit: the next record that was not taken, or what comes after a marker', () => {
    const queue = new PartitionQueue('t', 0, 5n);
    expect(queue.position).toBe(5n);
    queue.push([record(7n), record(8n)], 10n);
    expect([queue.position, queue.nextFetchOffset]).toEqual([7n, 10n]);
    queue.take();
    expect(queue.position).toBe(8n);
    queue.take();
    expect([queue.position, queue.length, queue.take()]).toEqual([10n, 0, undefined]);
  });

  it('is full by records or by bytes, and has room again when they are taken', () => {
    const queue = new PartitionQueue('t', 0, 0n);
    const limits = { recordsMax: 3, bytesMax: 5_000 };
    queue.push([record(0n), record(1n)], 2n);
    expect(queue.isFull(limits)).toBe(false);
    queue.push([record(2n)], 3n);
    expect(queue.isFull(limits)).toBe(true);
    queue.take();
    expect(queue.isFull(limits)).toBe(false);
    queue.push([record(3n, 10_000)], 4n);
    queue.take();
    expect(queue.isFull(limits)).toBe(true);
  });

  it('hands out thousands in order', () => {
    const queue = new PartitionQueue('t', 0, 0n);
    queue.push(Array.from({ length: 5_000 }, (_, i) => record(BigInt(i))), 5_000n);
    for (let i = 0n; i < 5_000n; i += 1n) expect(queue.take()?.offset).toBe(i);
  });

  it('gives each of several its share, up to the limits', () => {
    const queues = [0, 1, 2].map((partition) => new PartitionQueue('t', partition, 0n));
    queues.forEach((queue, i) => queue.push(Array.from({ length: [100, 2, 100][i]! }, (_, offset) => record(BigInt(offset))), 100n));
    const sizes = (taken: Map<number, ConsumedRecord[]>): number[] => [...taken.values()].map((list) => list.length);
    expect(sizes(takeInTurns(queues, { recordsMax: 30, bytesMax: 1_000_000 }))).toEqual([14, 2, 14]);
    expect(sizes(takeInTurns([queues[0]!, queues[2]!], { recordsMax: 1_000, bytesMax: 1 }))).toEqual([1]);
    expect(sizes(takeInTurns([queues[0]!, queues[2]!], { recordsMax: 1_000, bytesMax: 1_000_000 }))).toEqual([85, 86]);
  });
});
