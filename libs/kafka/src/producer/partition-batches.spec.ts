import type { OutboundRecord } from './outbound-record.js';
import { partitionBatches } from './partition-batches.js';

const record = (topic: string, partition: number, valueBytes = 1): OutboundRecord => ({ topic, partition, key: null, value: Buffer.alloc(valueBytes) });
const shape = (records: OutboundRecord[]): unknown[][] =>
  partitionBatches(records).map((wave) => wave.map(({ topic, partition, baseSequence, indices }) => [topic, partition, baseSequence, indices]));

describe('records are sorted into batches', () => {
  it('one per partition, in order', () => {
    expect(shape([record('a', 0), record('b', 0), record('a', 1), record('a', 0)])).toEqual([
      [['a', 0, 0, [0, 3]], ['b', 0, 0, [1]], ['a', 1, 0, [2]]],
    ]);
  });

  it('more than one wave when a partition has more than a batch may hold', () => {
    const half = 600_000;
    expect(shape([record('a', 0, half), record('b', 0), record('a', 0, half), record('a', 0), record('a', 0, half)])).toEqual([
      [['a', 0, 0, [0]], ['b', 0, 0, [1]]],
      [['a', 0, 1, [2, 3]]],
      [['a', 0, 3, [4]]],
    ]);
  });

  it('with a record that is too large for any batch alone', () => {
    expect(shape([record('a', 0), record('a', 0, 2_000_000), record('a', 0)])).toEqual([[['a', 0, 0, [0]]], [['a', 0, 1, [1]]], [['a', 0, 2, [2]]]]);
  });

  it('none for no records', () => {
    expect(partitionBatches([])).toEqual([]);
  });
});
