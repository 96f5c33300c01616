import { jest } from '@jest/globals';
import { KafkaFixture } from '../../../../test/support/kafka-fixture.js';
import { RawMember } from '../../../../test/support/raw-member.js';
import { RawTransaction } from '../../../../test/support/raw-transaction.js';
import { testStack } from '../../../../test/support/stack.js';
import type { KafkaCluster } from '../connection/kafka-cluster.js';
import { ErrorCode } from './error-codes.js';
import type { GroupMembership } from './txn-offset-commit.js';

jest.setTimeout(60_000);

/** What the rest of this package relies on a broker to refuse. A newer broker that answers otherwise fails here first. */
let kafka: KafkaFixture;
let cluster: KafkaCluster;

beforeAll(async () => {
  kafka = await KafkaFixture.open(testStack());
  cluster = kafka.cluster;
});
afterAll(() => kafka.close());

describe('after the end of a transaction, under protocol v2 (KIP-890)', () => {
  const ended = async (): Promise<{ txn: RawTransaction; topic: string; old: RawTransaction['identity'] }> => {
    const topic = await kafka.topic('out', 1);
    const txn = await RawTransaction.open(cluster, kafka.unique('tx'));
    expect(await txn.produce(topic, 0, 'one')).toBe(0);
    const old = txn.identity;
    expect(await txn.end(true)).toBe(0);
    return { txn, topic, old };
  };

  it('the epoch is one higher', async () => {
    const { txn, old } = await ended();
    expect(txn.identity).toEqual({ producerId: old.producerId, producerEpoch: old.producerEpoch + 1 });
  });

  it('the same commit is answered the same while nothing new has begun', async () => {
    const { txn, old } = await ended();
    const { identity } = txn;
    expect(await txn.end(true, old)).toBe(0);
    expect(txn.identity).toEqual(identity);
    expect(await txn.end(false, old)).toBe(ErrorCode.INVALID_TXN_STATE);
  });

  it('a late end cannot touch the next transaction', async () => {
    const { txn, topic, old } = await ended();
    await txn.produce(topic, 0, 'two');
    expect(await txn.end(true, old)).toBe(ErrorCode.PRODUCER_FENCED);
    expect(await txn.end(false, old)).toBe(ErrorCode.PRODUCER_FENCED);
    expect(await txn.end(false)).toBe(0);
    expect(await kafka.values(topic, 1)).toEqual(['one']);
  });

  it('a late record cannot slip into the next transaction', async () => {
    const { txn, topic, old } = await ended();
    expect(await kafka.values(topic, 1)).toEqual(['one']); // its marker is written
    const late = await RawTransaction.open(cluster, kafka.unique('tx'));
    Object.assign(late, { transactionalId: txn.transactionalId, identity: old });
    expect(await late.produce(topic, 0, 'late')).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
    await txn.produce(topic, 0, 'two');
    expect(await txn.end(true)).toBe(0);
    expect(await kafka.values(topic, 2)).toEqual(['one', 'two']);
  });

  it('an abort may come before anything has begun, and again', async () => {
    const { txn } = await ended();
    const before = txn.identity;
    expect(await txn.end(false)).toBe(0);
    const after = txn.identity;
    expect(after.producerEpoch).toBeGreaterThan(before.producerEpoch);
    expect(await txn.end(false, before)).toBe(0);
    expect(txn.identity).toEqual(after);
  });

  it('a client that was taken over can do nothing more', async () => {
    const { txn, topic } = await ended();
    await txn.produce(topic, 0, 'left open');
    await RawTransaction.open(cluster, txn.transactionalId);
    const fenced = [ErrorCode.INVALID_PRODUCER_EPOCH, ErrorCode.PRODUCER_FENCED];
    expect(fenced).toContain(await txn.produce(topic, 0, 'late'));
    expect(fenced).toContain(await txn.commitOffset(kafka.unique('group'), { memberId: '', generationId: -1 }, topic, 0, 1n));
    expect(fenced).toContain(await txn.end(true));
    expect(fenced).toContain(await txn.end(false));
    expect(await kafka.values(topic, 1)).toEqual(['one']);
  });
});

describe('offsets in a transaction are refused (KIP-447)', () => {
  let groupId: string;
  let topic: string;
  let first: RawMember;

  beforeEach(async () => {
    groupId = kafka.unique('group');
    topic = await kafka.topic('in', 1);
    first = new RawMember(cluster, groupId);
  });

  const tryToCommit = async (membership: GroupMembership): Promise<number> => {
    const txn = await RawTransaction.open(cluster, kafka.unique('tx'));
    const code = await txn.commitOffset(groupId, membership, topic, 0, 1n);
    expect(await txn.end(false)).toBe(0);
    return code;
  };

  it('from an older or a later generation, an unknown member, and nobody; not from the member itself', async () => {
    const old = await first.join();
    expect(await tryToCommit(old)).toBe(0);
    const now = await first.join();
    expect(now).toEqual({ memberId: old.memberId, generationId: old.generationId + 1 });
    expect(await tryToCommit(now)).toBe(0);
    expect(await tryToCommit(old)).toBe(ErrorCode.ILLEGAL_GENERATION);
    expect(await tryToCommit({ ...now, generationId: 99 })).toBe(ErrorCode.ILLEGAL_GENERATION);
    expect(await tryToCommit({ ...now, memberId: 'nobody' })).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect(await tryToCommit({ ...old, memberId: 'nobody' })).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  it('from a member that has left', async () => {
    const membership = await first.join();
    await first.leave();
    expect(await tryToCommit(membership)).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  it('but not without a membership, which is why it is a required argument', async () => {
    await first.join();
    expect(await tryToCommit({ memberId: '', generationId: -1 })).toBe(0);
  });
});
