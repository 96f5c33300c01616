import { assignPartitions } from './assignor.js';
import { decodeSubscription, encodeAssignment, type Subscription } from './consumer-protocol.js';
import { GroupFailedError } from './group-error.js';

/**
 * The leader's part of a join: reads what the members say about themselves and gives each its partitions.
 *
 * @param partitionCounts by topic, as the leader knows them; a member may subscribe to more, which then get the same partition numbers
 * @throws GroupFailedError when another program is in the group
 */
export function assignAsLeader(
  members: readonly { readonly memberId: string; readonly metadata: Buffer }[],
  partitionCounts: ReadonlyMap<string, number>,
  { groupId, single }: { readonly groupId: string; readonly single: boolean },
): { memberId: string; assignment: Buffer }[] {
  const subscribed = members.map(({ memberId, metadata }) => ({ memberId, ...read(metadata, memberId, groupId) }));
  const partitionCount = Math.max(0, ...partitionCounts.values());
  const assigned = assignPartitions(subscribed, partitionCount, { single });
  const owners = subscribed.map(({ owner }) => owner);
  return subscribed.map(({ memberId, topics }) => {
    const numbers = assigned.get(memberId) ?? [];
    const partitionsByTopic = new Map(topics.map((topic) => [topic, numbers.filter((partition) => partition < (partitionCounts.get(topic) ?? Infinity))]));
    return { memberId, assignment: encodeAssignment({ partitionsByTopic, owners }) };
  });
}

function read(metadata: Buffer, memberId: string, groupId: string): Subscription {
  try {
    return decodeSubscription(metadata);
  } catch (cause) {
    throw new GroupFailedError(groupId, `member ${memberId} is not one of this program's. Give each service a group of its own.`, { cause });
  }
}
