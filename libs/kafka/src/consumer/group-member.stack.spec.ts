import { jest } from '@jest/globals';
import { KafkaFixture, until } from '../../../../test/support/kafka-fixture.js';
import { testStack } from '../../../../test/support/stack.js';
import { TransactionAborted } from '../producer/producer-errors.js';
import { TransactionalProducer } from '../producer/transactional-producer.js';
import type { GroupMembership } from '../protocol/txn-offset-commit.js';
import { GroupMember, type GroupAssignment } from './group-member.js';
import { GroupOffsets } from './group-offsets.js';

jest.setTimeout(60_000);

const PARTITIONS = 4;

describe('a group member', () => {
  let kafka: KafkaFixture;
  let topic: string;
  let groupId: string;
  const members: GroupMember[] = [];

  beforeAll(async () => {
    kafka = await KafkaFixture.open(testStack());
  });
  afterAll(() => kafka.close());
  beforeEach(async () => {
    topic = await kafka.topic('in', PARTITIONS);
    groupId = kafka.unique('group');
  });
  afterEach(async () => {
    await Promise.all(members.splice(0).map((member) => member.stop()));
  });

  interface Joined {
    readonly member: GroupMember;
    readonly assignments: GroupAssignment[];
    next(count: number): Promise<GroupAssignment>;
  }

  async function join(owner: string, beforeRejoin: () => Promise<void> = async () => {}, rebalanceTimeoutMs = 15_000): Promise<Joined> {
    const assignments: GroupAssignment[] = [];
    const options = { groupId, topics: [topic], owner, sessionTimeoutMs: 1_500, rebalanceTimeoutMs };
    const member = await GroupMember.start(kafka.cluster, options, new Map([[topic, PARTITIONS]]), {
      beforeRejoin,
      assigned: (assignment) => assignments.push(assignment),
      failed: (error) => {
        throw error;
      },
    });
    members.push(member);
    return { member, assignments, next: (count) => until(() => (assignments.length >= count ? assignments.at(-1) : undefined), `assignment ${count} of ${owner}`) };
  }

  it('shares with others, knows who is there, and knows what it kept without a gap (R2, R4)', async () => {
    const first = await join('a');
    const alone = await first.next(1);
    expect([alone.partitions, alone.owners, alone.continuous]).toEqual([[0, 1, 2, 3], ['a'], false]);
    const second = await join('b');
    const [shared, theirs] = [await first.next(2), await second.next(1)];
    expect([shared.partitions, shared.continuous, theirs.partitions, theirs.continuous]).toEqual([[0, 1], true, [2, 3], false]);
    expect([shared.owners.toSorted(), theirs.owners.toSorted()]).toEqual([['a', 'b'], ['a', 'b']]);
    expect([shared.membership.memberId, shared.membership.generationId]).toEqual([alone.membership.memberId, alone.membership.generationId + 1]);
    const startedMs = performance.now();
    await second.member.stop();
    expect((await first.next(3)).partitions).toEqual([0, 1, 2, 3]);
    expect(performance.now() - startedMs).toBeLessThan(1_500); // it left: nobody waited for its session to end
  });

  it('holds its join for the running transaction (R2)', async () => {
    let release = (): void => {};
    const running = new Promise<void>((resolve) => (release = resolve));
    const first = await join('a', () => running);
    await first.next(1);
    const second = await join('b');
    await until(() => first.member.state === 'holding' || undefined, 'the first to hold');
    expect(second.assignments).toEqual([]);
    release();
    await second.next(1);
    expect((await first.next(2)).continuous).toBe(true);
  });

  it('commits nothing under another membership than its own, in a transaction or outside (R2)', async () => {
    const { member, next } = await join('a');
    const { membership } = await next(1);
    const producer = await TransactionalProducer.open({ cluster: kafka.cluster, transactionalId: kafka.unique('tx'), timeoutMs: 60_000 });
    const offsets = new GroupOffsets(kafka.cluster, groupId);
    const never = new AbortController().signal;
    const inTransaction = (under: GroupMembership, offset: bigint): Promise<unknown> =>
      producer.commit({ records: [], offsets: { groupId, membership: under, topics: [{ topic, partition: 0, offset, metadata: null }] } });
    const outside = (under: GroupMembership, offset: bigint): Promise<void> =>
      offsets.commit(under, [{ topic, partitions: [{ partition: 0, offset, metadata: null }] }], never);
    const committed = async (): Promise<bigint | undefined> => (await offsets.stable([topic], 0, never)).get(topic)!.offset;

    await inTransaction(membership, 5n);
    const older = { ...membership, generationId: membership.generationId - 1 };
    const stranger = { ...membership, memberId: 'nobody' };
    for (const [wrong, brokerCode] of [[older, 22], [stranger, 25]] as const) {
      const refusal = await inTransaction(wrong, 7n).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(TransactionAborted);
      expect(refusal).toMatchObject({ membershipLost: true, cause: { brokerCode } });
      await expect(outside(wrong, 8n)).rejects.toMatchObject({ brokerCode });
    }
    expect(await committed()).toBe(5n);
    await member.stop();
    await expect(outside(membership, 9n)).rejects.toMatchObject({ brokerCode: 25 });
    expect(await committed()).toBe(5n);
  });
});
