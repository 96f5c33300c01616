/**
 * Which member reads which partition.
 *
 * A partition *number* is assigned, not a topic's partition: partition p of every subscribed topic goes to the same
 * member, because a saga's commands, replies and state all live at the same number.
 *
 * Pure: the group's leader runs it on what the members said about themselves; every input gives one answer.
 */
export interface AssignorMember {
  readonly memberId: string;
  /** Partitions the member owned when it asked to join. */
  readonly owned: readonly number[];
  /** Generation under which it owned them; where two members claim one partition, the younger generation is right. */
  readonly generationId: number;
}

export interface AssignorOptions {
  /** Everything goes to one member and the others stand by (audit: one writer of one log). */
  readonly single?: boolean;
}

/**
 * Balanced (sizes differ by one at most) and, within that, sticky: a member keeps what it owned as far as its share
 * allows.
 *
 * @param partitionCount the largest partition count among the subscribed topics
 * @returns partitions by member id, ascending; every member has an entry
 */
export function assignPartitions(
  members: readonly AssignorMember[],
  partitionCount: number,
  { single = false }: AssignorOptions = {},
): Map<string, number[]> {
  if (members.length === 0) return new Map();
  const sorted = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const claims = claimsOf(sorted, partitionCount);
  return single ? allToOne(sorted, claims, partitionCount) : spread(sorted, claims, partitionCount);
}

/** Valid claims by member id: one claimant for each partition at most. */
function claimsOf(sorted: readonly AssignorMember[], partitionCount: number): Map<string, number[]> {
  const claimant = new Map<number, AssignorMember>();
  for (const member of sorted) {
    for (const partition of member.owned) {
      if (!Number.isInteger(partition) || partition < 0 || partition >= partitionCount) continue;
      const rival = claimant.get(partition);
      if (rival === undefined || member.generationId > rival.generationId) claimant.set(partition, member);
    }
  }
  const claims = new Map<string, number[]>(sorted.map((member) => [member.memberId, []]));
  for (const [partition, member] of [...claimant].sort(([a], [b]) => a - b)) claims.get(member.memberId)?.push(partition);
  return claims;
}

function allToOne(sorted: readonly AssignorMember[], claims: Map<string, number[]>, partitionCount: number): Map<string, number[]> {
  const claimed = (member: AssignorMember): number => claims.get(member.memberId)?.length ?? 0;
  const active = sorted.reduce((best, member) => (claimed(member) > claimed(best) ? member : best));
  const everything = Array.from({ length: partitionCount }, (_, partition) => partition);
  return new Map(sorted.map((member) => [member.memberId, member === active ? everything : []]));
}

function spread(sorted: readonly AssignorMember[], claims: Map<string, number[]>, partitionCount: number): Map<string, number[]> {
  const share = Math.floor(partitionCount / sorted.length);
  let largerShares = partitionCount % sorted.length;
  const assigned = new Map<string, number[]>();
  const free = new Set(Array.from({ length: partitionCount }, (_, partition) => partition));

  for (const { memberId } of sorted) {
    const claimed = claims.get(memberId) ?? [];
    const keepsOneMore = claimed.length > share && largerShares > 0;
    if (keepsOneMore) largerShares -= 1;
    const kept = claimed.slice(0, keepsOneMore ? share + 1 : share);
    for (const partition of kept) free.delete(partition);
    assigned.set(memberId, kept);
  }

  const rest = [...free];
  const hand = (partitions: number[], upTo: number): void => {
    while (partitions.length < upTo && rest.length > 0) partitions.push(rest.shift()!);
  };
  for (const partitions of assigned.values()) hand(partitions, share);
  for (const partitions of assigned.values()) hand(partitions, Math.max(share + 1, partitions.length));
  for (const partitions of assigned.values()) partitions.sort((a, b) => a - b);
  return assigned;
}
