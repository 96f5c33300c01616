import { TopologyError } from './topology-error.js';

/** How many partitions the broker says a topic has; undefined: it does not exist or may not be seen. */
export type PartitionCounts = ReadonlyMap<string, number>;

/**
 * R13: the partition count is part of where a saga lives, so it may never change. Called at start with what the inputs have, and at
 * every metadata refresh with the count found at start.
 *
 * @param declared the count to hold to; undefined at a first start that was not told one: then all topics must have the same.
 * @returns the count
 * @throws TopologyError `TOPOLOGY_TOPIC_MISSING` or `TOPOLOGY_PARTITION_COUNT`; a service that gets one stops.
 */
export function checkPartitionCount(topics: readonly string[], found: PartitionCounts, declared?: number): number {
  let expected = declared;
  let expectedFrom = 'the declared count';
  for (const topic of topics) {
    const count = found.get(topic);
    if (count === undefined) {
      throw new TopologyError('TOPOLOGY_TOPIC_MISSING', `Topic ${topic} does not exist or this principal may not see it. Run "onward topology apply" as an administrator.`);
    }
    if (expected === undefined) {
      expected = count;
      expectedFrom = topic;
    } else if (count !== expected) {
      throw new TopologyError(
        'TOPOLOGY_PARTITION_COUNT',
        `Topic ${topic} has ${count} partitions where ${expectedFrom} says ${expected}. Partitions decide where a saga lives and must never be ` +
          'added: make new topics with the right count and move over, or restore the topic.',
      );
    }
  }
  if (expected === undefined) throw new TopologyError('TOPOLOGY_TOPIC_MISSING', 'There is no topic to take the partition count from.');
  return expected;
}
