import { ErrorCode } from '@onward/kafka';
import { until } from '../../support/kafka-fixture.js';
import { membershipOf, RawGroupClient } from './raw-group-client.js';
import { commitOutside, committed, type Seam, type SeamCase } from './seam.js';

async function clients(seam: Seam, count: number): Promise<RawGroupClient[]> {
  const groupId = seam.unique('group');
  return Promise.all(Array.from({ length: count }, () => RawGroupClient.open(seam, groupId)));
}

const rebalancing = (client: RawGroupClient, membership: { memberId: string; generationId: number }): Promise<true> =>
  until(async () => (await client.heartbeat(membership)) === ErrorCode.REBALANCE_IN_PROGRESS || undefined, 'the rebalance');

/** Consumer groups, classic protocol. */
export const groupCases: Readonly<Record<string, SeamCase>> = {
  'give out a member id first (79), then a generation to a lone member at once': async (seam) => {
    const [a] = (await clients(seam, 1)) as [RawGroupClient];
    const required = await a.joinOnce();
    expect([required.errorCode, required.memberId === '']).toEqual([ErrorCode.MEMBER_ID_REQUIRED, false]);
    const joined = await a.join();
    expect(joined).toMatchObject({ errorCode: 0, generationId: 1, memberId: required.memberId, leaderId: required.memberId, protocolName: 'p' });
    expect(joined.members.map(({ memberId }) => memberId)).toEqual([a.memberId]);
    const { errorCode, assignment } = await a.sync(membershipOf(joined), { [a.memberId]: 'mine' });
    expect([errorCode, String(assignment)]).toEqual([0, 'mine']);
    expect(await a.heartbeat(membershipOf(joined))).toBe(0);
  },

  'rebalance when another joins: 27 to a heartbeat, one generation for both, the leader assigns': async (seam) => {
    const [a, b] = (await clients(seam, 2)) as [RawGroupClient, RawGroupClient];
    const first = await a.enter();
    const joiningB = b.join();
    await rebalancing(a, first);
    const [joinedA, joinedB] = await Promise.all([a.join(), joiningB]);
    expect([joinedA.generationId, joinedB.generationId, joinedA.leaderId, joinedB.leaderId]).toEqual([2, 2, a.memberId, a.memberId]);
    expect([joinedA.members.map(({ memberId }) => memberId).sort(), joinedB.members]).toEqual([[a.memberId, b.memberId].sort(), []]);
    const syncingB = b.sync(membershipOf(joinedB));
    const syncedA = await a.sync(membershipOf(joinedA), { [a.memberId]: 'for a', [b.memberId]: 'for b' });
    expect([String(syncedA.assignment), String((await syncingB).assignment)]).toEqual(['for a', 'for b']);
    expect([await a.heartbeat(membershipOf(joinedA)), await b.heartbeat(membershipOf(joinedB))]).toEqual([0, 0]);
    expect(await a.heartbeat(first)).toBe(ErrorCode.ILLEGAL_GENERATION);
  },

  'refuse an older generation (22) and strangers (25) in heartbeats, syncs and commits': async (seam) => {
    const [a] = (await clients(seam, 1)) as [RawGroupClient];
    const topic = await seam.topic(1);
    const old = await a.enter();
    const now = await a.enter();
    expect(now).toEqual({ memberId: old.memberId, generationId: old.generationId + 1 });
    const codesFor = async (membership: typeof now): Promise<number[]> => [
      await a.heartbeat(membership),
      (await a.sync(membership)).errorCode,
      await commitOutside(a.control, a.groupId, membership, topic, 1n),
    ];
    expect(await codesFor(old)).toEqual([22, 22, 22]);
    expect(await codesFor({ ...now, generationId: 99 })).toEqual([22, 22, 22]);
    expect(await codesFor({ ...now, memberId: 'nobody' })).toEqual([25, 25, 25]);
    expect(await codesFor({ ...old, memberId: 'nobody' })).toEqual([25, 25, 25]);
    expect(await commitOutside(a.control, a.groupId, { memberId: '', generationId: -1 }, topic, 1n)).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect((await committed(a.control, a.groupId, topic)).offset).toBe(-1n);
    expect(await codesFor(now)).toEqual([0, 0, 0]);
    expect((await committed(a.control, a.groupId, topic)).offset).toBe(1n);
  },

  'do not let a stranger join (25), nor one of another protocol (23), nor with a session that is too short (26)': async (seam) => {
    const [a, b] = (await clients(seam, 2)) as [RawGroupClient, RawGroupClient];
    await a.enter();
    b.memberId = 'nobody';
    expect((await b.joinOnce()).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    b.memberId = '';
    expect((await b.joinOnce({ protocol: 'other' })).errorCode).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    expect((await b.joinOnce({ sessionTimeoutMs: 1 })).errorCode).toBe(ErrorCode.INVALID_SESSION_TIMEOUT);
  },

  'have no member of which nothing is heard for its session timeout': async (seam) => {
    const [a] = (await clients(seam, 1)) as [RawGroupClient];
    const membership = await a.enter({ sessionTimeoutMs: 1_500 });
    const topic = await seam.topic(1);
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect(await a.heartbeat(membership)).toBe(0);
    }
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await a.heartbeat(membership)).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect(await commitOutside(a.control, a.groupId, membership, topic, 1n)).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect((await a.joinOnce()).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  },

  'take a commit for a sign of life': async (seam) => {
    const [a] = (await clients(seam, 1)) as [RawGroupClient];
    const membership = await a.enter({ sessionTimeoutMs: 1_500 });
    const topic = await seam.topic(1);
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect(await commitOutside(a.control, a.groupId, membership, topic, BigInt(i))).toBe(0);
    }
    expect(await a.heartbeat(membership)).toBe(0);
  },

  'go on without one that does not join again within the rebalance timeout': async (seam) => {
    const [a, b] = (await clients(seam, 2)) as [RawGroupClient, RawGroupClient];
    const slow = await a.enter({ rebalanceTimeoutMs: 1_000 });
    const startedMs = performance.now();
    const joined = await b.join({ rebalanceTimeoutMs: 1_000 });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(900);
    expect([joined.generationId, joined.leaderId]).toEqual([2, b.memberId]);
    expect(await a.heartbeat(slow)).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  },

  'go on without one that dies: its session ends, the others are told (27)': async (seam) => {
    const [a, b] = (await clients(seam, 2)) as [RawGroupClient, RawGroupClient];
    const alone = await a.enter();
    const joiningB = b.join({ sessionTimeoutMs: 1_500 });
    await rebalancing(a, alone);
    const [joinedA, joinedB] = await Promise.all([a.join(), joiningB]);
    const [shared] = [membershipOf(joinedA)];
    await Promise.all([a.sync(shared, { [a.memberId]: '', [b.memberId]: '' }), b.sync(membershipOf(joinedB))]);
    expect(await a.heartbeat(shared)).toBe(0);
    await rebalancing(a, shared); // nothing is heard of b
    const next = await a.join();
    expect([next.generationId, next.members.length]).toEqual([3, 1]);
  },

  'keep one whose connection is lost while its join is held, until its session ends': async (seam) => {
    const [a, b] = (await clients(seam, 2)) as [RawGroupClient, RawGroupClient];
    const alone = await a.enter();
    await b.joinOnce({ sessionTimeoutMs: 1_500 });
    const lost = expect(b.joinOnce({ sessionTimeoutMs: 1_500 })).rejects.toMatchObject({ code: 'KAFKA_CONNECTION' });
    await rebalancing(a, alone);
    b.joining.disconnect();
    await lost;
    const shared = await a.join();
    expect(shared.members.map(({ memberId }) => memberId).sort()).toEqual([a.memberId, b.memberId].sort());
    expect((await a.sync(membershipOf(shared), {})).errorCode).toBe(0);
    await rebalancing(a, membershipOf(shared));
    expect((await a.join()).members.length).toBe(1);
  },

  'rebalance at once when a member leaves, and know it no more (25)': async (seam) => {
    const [a, b] = (await clients(seam, 2)) as [RawGroupClient, RawGroupClient];
    const alone = await a.enter();
    const joiningB = b.join();
    await rebalancing(a, alone);
    const [joinedA, joinedB] = await Promise.all([a.join(), joiningB]);
    const shared = membershipOf(joinedA);
    await Promise.all([a.sync(shared, {}), b.sync(membershipOf(joinedB))]);
    expect(await b.leave()).toBe(0);
    expect(await a.heartbeat(shared)).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    expect([await b.leave(), await b.heartbeat(membershipOf(joinedB))]).toEqual([ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.UNKNOWN_MEMBER_ID]);
    expect((await a.join()).generationId).toBe(3);
  },

  'refuse a sync while others are still joining (27), and the sync of a generation that is over (22)': async (seam) => {
    const [a, b] = (await clients(seam, 2)) as [RawGroupClient, RawGroupClient];
    const joined = membershipOf(await a.join());
    const joiningB = b.join(); // before a has synced
    await rebalancing(a, joined);
    expect((await a.sync(joined, { [a.memberId]: '' })).errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    await Promise.all([a.join(), joiningB]);
    expect((await a.sync(joined, { [a.memberId]: '' })).errorCode).toBe(ErrorCode.ILLEGAL_GENERATION);
  },

  'tell a member whose sync waits that the group rebalances (27)': async (seam) => {
    const [a, b, c] = (await clients(seam, 3)) as [RawGroupClient, RawGroupClient, RawGroupClient];
    const alone = await a.enter();
    const joiningB = b.join();
    await rebalancing(a, alone);
    const [joinedA, joinedB] = await Promise.all([a.join(), joiningB]);
    const waiting = b.sync(membershipOf(joinedB));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const joiningC = c.join();
    expect((await waiting).errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    expect(await a.heartbeat(membershipOf(joinedA))).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    const generations = await Promise.all([a.join(), b.join(), joiningC]);
    expect(generations.map(({ generationId }) => generationId)).toEqual([3, 3, 3]);
  },

  'take commits of members while others join, and none from outside before the leader has assigned (27)': async (seam) => {
    const [a, b] = (await clients(seam, 2)) as [RawGroupClient, RawGroupClient];
    const topic = await seam.topic(1);
    const alone = await a.enter();
    const joiningB = b.join();
    await rebalancing(a, alone);
    expect(await commitOutside(a.control, a.groupId, alone, topic, 1n)).toBe(0);
    const [joinedA] = await Promise.all([a.join(), joiningB]);
    expect(await commitOutside(a.control, a.groupId, alone, topic, 2n)).toBe(ErrorCode.ILLEGAL_GENERATION);
    expect(await commitOutside(a.control, a.groupId, membershipOf(joinedA), topic, 3n)).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    expect((await committed(a.control, a.groupId, topic)).offset).toBe(1n);
  },

  'give a member that asks again, and has nothing new to say, its place as it is': async (seam) => {
    const [a, b] = (await clients(seam, 2)) as [RawGroupClient, RawGroupClient];
    const alone = await a.enter();
    const joiningB = b.join({ metadata: 'same' });
    await rebalancing(a, alone);
    const [joinedA, joinedB] = await Promise.all([a.join(), joiningB]);
    const [syncedA] = await Promise.all([a.sync(membershipOf(joinedA), { [b.memberId]: 'for b' }), b.sync(membershipOf(joinedB))]);
    expect(syncedA.errorCode).toBe(0);
    expect((await b.join({ metadata: 'same' })).generationId).toBe(2);
    expect(String((await b.sync(membershipOf(joinedB))).assignment)).toBe('for b');
    expect(await a.heartbeat(membershipOf(joinedA))).toBe(0);
  },

  'keep committed offsets when the last member has left, and then take others without a membership': async (seam) => {
    const [a] = (await clients(seam, 1)) as [RawGroupClient];
    const topic = await seam.topic(1);
    const membership = await a.enter();
    expect(await commitOutside(a.control, a.groupId, membership, topic, 4n)).toBe(0);
    expect(await a.leave()).toBe(0);
    expect(await committed(a.control, a.groupId, topic)).toMatchObject({ errorCode: 0, offset: 4n, metadata: 'outside' });
    expect(await commitOutside(a.control, a.groupId, membership, topic, 5n)).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect(await commitOutside(a.control, a.groupId, { memberId: '', generationId: -1 }, topic, 6n)).toBe(0);
  },
};
