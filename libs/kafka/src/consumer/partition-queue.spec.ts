import { PartitionQueue } from './partition-queue.js';
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
});
