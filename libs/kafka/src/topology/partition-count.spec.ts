import { checkPartitionCount } from './partition-count.js';

const counts = (entries: Record<string, number>): Map<string, number> => new Map(Object.entries(entries));

describe('the partition count (R13)', () => {
  it('is taken from the topics where it was not declared, if they agree', () => {
    expect(checkPartitionCount(['a', 'b'], counts({ a: 4, b: 4, other: 1 }))).toBe(4);
  });

  it('stops when two inputs differ', () => {
    expect(() => checkPartitionCount(['a', 'b'], counts({ a: 4, b: 5 }))).toThrow('Topic b has 5 partitions where a says 4.');
  });

  it('stops when somebody added partitions since the start', () => {
    expect(() => checkPartitionCount(['a', 'b'], counts({ a: 5, b: 5 }), 4)).toThrow(expect.objectContaining({ code: 'TOPOLOGY_PARTITION_COUNT' }));
  });

  it('stops when a topic is missing or may not be seen', () => {
    expect(() => checkPartitionCount(['a', 'b'], counts({ a: 4 }))).toThrow(expect.objectContaining({ code: 'TOPOLOGY_TOPIC_MISSING' }));
  });
});
