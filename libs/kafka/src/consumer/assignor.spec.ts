import { assignPartitions, type AssignorMember } from './assignor.js';

const member = (memberId: string, owned: number[] = [], generationId = -1): AssignorMember => ({ memberId, owned, generationId });
const sizes = (assigned: Map<string, number[]>): number[] => [...assigned.values()].map((partitions) => partitions.length);

/** Small deterministic generator (mulberry32): a failing case names its seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function randomGroup(seed: number): { members: AssignorMember[]; partitionCount: number } {
  const next = random(seed);
  const partitionCount = Math.floor(next() * 25);
  const members = Array.from({ length: 1 + Math.floor(next() * 7) }, (_, index) => {
    const owned = Array.from({ length: Math.floor(next() * 12) }, () => Math.floor(next() * 30) - 2);
    return member(`m${index}`, owned, Math.floor(next() * 4) - 1);
  });
  return { members, partitionCount };
}

describe('assignPartitions', () => {
  it('gives every partition to exactly one member, in shares that differ by one at most, whatever members claim', () => {
    for (let seed = 0; seed < 2000; seed += 1) {
      const { members, partitionCount } = randomGroup(seed);
      const assigned = assignPartitions(members, partitionCount);
      const all = [...assigned.values()].flat().sort((a, b) => a - b);
      expect({ seed, all }).toEqual({ seed, all: Array.from({ length: partitionCount }, (_, partition) => partition) });
      expect(assigned.size).toBe(members.length);
      expect(Math.max(...sizes(assigned)) - Math.min(...sizes(assigned))).toBeLessThanOrEqual(1);
    }
  });

  it('does not depend on the order in which members are listed', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const { members, partitionCount } = randomGroup(seed);
      const there = assignPartitions(members, partitionCount);
      const back = assignPartitions([...members].reverse(), partitionCount);
      expect(new Map([...back].sort())).toEqual(new Map([...there].sort()));
    }
  });

  it('moves nothing when the group has not changed', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const { members, partitionCount } = randomGroup(seed);
      const first = assignPartitions(members, partitionCount);
      const again = assignPartitions(members.map(({ memberId }) => member(memberId, first.get(memberId), 7)), partitionCount);
      expect(again).toEqual(first);
    }
  });

  it('moves only what the balance asks for when a member joins or leaves', () => {
    const three = assignPartitions([member('a', [0, 1, 2, 3, 4, 5], 3), member('b', [6, 7, 8, 9, 10, 11], 3), member('c')], 12);
    expect(three.get('a')).toEqual([0, 1, 2, 3]);
    expect(three.get('b')).toEqual([6, 7, 8, 9]);
    expect(three.get('c')).toEqual([4, 5, 10, 11]);
    const two = assignPartitions([member('a', [0, 1, 2, 3], 4), member('b', [6, 7, 8, 9], 4)], 12);
    expect(two.get('a')).toEqual([0, 1, 2, 3, 4, 5]);
    expect(two.get('b')).toEqual([6, 7, 8, 9, 10, 11]);
  });

  it('believes the younger generation where two members claim a partition', () => {
    const assigned = assignPartitions([member('a', [0, 1], 4), member('b', [0, 1], 9)], 2);
    expect(assigned.get('b')).toEqual([0]);
    expect(assigned.get('a')).toEqual([1]);
  });

  it('in single mode gives everything to one member and keeps it there while it lives', () => {
    const first = assignPartitions([member('a'), member('b')], 3, { single: true });
    expect(first).toEqual(new Map([['a', [0, 1, 2]], ['b', []]]));
    const later = assignPartitions([member('a', [], 1), member('b', [0, 1, 2], 2), member('c')], 3, { single: true });
    expect(later.get('b')).toEqual([0, 1, 2]);
    expect(sizes(later)).toEqual([0, 3, 0]);
  });
});
