import { ErrorCode, readTopic, type KafkaCluster } from '@onward/kafka';
import { initProducerIdCall } from '../../../libs/kafka/src/protocol/init-producer-id.js';
import { RawMember } from '../../support/raw-member.js';
import { RawTransaction } from '../../support/raw-transaction.js';
import { identify, produce } from './raw-producer.js';
import { commitOutside, committed, endOf, fetchFrom, stableAt, values, type Seam, type SeamCase } from './seam.js';

const NOBODY = { memberId: '', generationId: -1 };

async function begun(seam: Seam): Promise<{ cluster: KafkaCluster; topic: string; txn: RawTransaction }> {
  const cluster = await seam.connect();
  const topic = await seam.topic(1);
  return { cluster, topic, txn: await RawTransaction.open(cluster, seam.unique('tx')) };
}

/** What transactions show, hide and refuse (protocol v2, KIP-890). */
export const transactionCases: Readonly<Record<string, SeamCase>> = {
  'shows records to read_committed when they are committed, to read_uncommitted at once': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    expect(await txn.produce(topic, 0, 'a', 'b')).toBe(0);
    expect([await values(cluster, topic), await values(cluster, topic, 'read_uncommitted')]).toEqual([[], ['a', 'b']]);
    expect(await txn.end(true)).toBe(0);
    await stableAt(cluster, topic, 3n);
    expect(await values(cluster, topic)).toEqual(['a', 'b']);
  },

  'never shows to read_committed what is aborted': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    await txn.produce(topic, 0, 'aborted');
    expect(await txn.end(false)).toBe(0);
    await txn.produce(topic, 0, 'committed');
    expect(await txn.end(true)).toBe(0);
    await stableAt(cluster, topic, 4n);
    expect(await values(cluster, topic)).toEqual(['committed']);
    expect(await values(cluster, topic, 'read_uncommitted')).toEqual(['aborted', 'committed']);
  },

  'writes a marker that takes up an offset': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    for (const value of ['a', 'b']) {
      await txn.produce(topic, 0, value);
      await txn.end(true);
    }
    await stableAt(cluster, topic, 4n);
    const offsets = [];
    for await (const batch of readTopic({ cluster, topic, from: 'beginning', until: 'end' })) offsets.push(...batch.records.map(({ offset }) => offset));
    expect(offsets).toEqual([0n, 2n]);
    expect(await endOf(cluster, topic, 'read_uncommitted')).toBe(4n);
  },

  'lets the last stable offset stand at the first open transaction, below what others commit behind it': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    await produce(cluster, topic, ['before']);
    await txn.produce(topic, 0, 'open');
    const other = await RawTransaction.open(cluster, seam.unique('tx'));
    await other.produce(topic, 0, 'behind');
    expect(await other.end(true)).toBe(0);
    expect([await endOf(cluster, topic, 'read_committed'), await values(cluster, topic)]).toEqual([1n, ['before']]);
    expect((await fetchFrom(cluster, topic, 1n, 'read_committed')).records.length).toBe(0);
    expect(await endOf(cluster, topic, 'read_uncommitted')).toBeGreaterThanOrEqual(3n);
    await txn.end(false);
    await stableAt(cluster, topic, 5n);
    expect(await values(cluster, topic)).toEqual(['before', 'behind']);
  },

  'names aborted transactions that interleave, and those that began before the fetched offset': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    const other = await RawTransaction.open(cluster, seam.unique('tx'));
    await txn.produce(topic, 0, 'a1');
    await other.produce(topic, 0, 'b1');
    await txn.produce(topic, 0, 'a2');
    await other.end(false);
    await txn.produce(topic, 0, 'a3');
    await txn.end(false);
    await txn.produce(topic, 0, 'a4');
    await txn.end(true);
    await stableAt(cluster, topic, 8n);
    expect(await values(cluster, topic)).toEqual(['a4']);
    const { abortedTransactions } = await fetchFrom(cluster, topic, 2n, 'read_committed');
    const byFirst = [...abortedTransactions].sort((a, b) => Number(a.firstOffset - b.firstOffset));
    expect(byFirst.map(({ producerId, firstOffset }) => [producerId, firstOffset])).toEqual([[txn.identity.producerId, 0n], [other.identity.producerId, 1n]]);
    expect((await fetchFrom(cluster, topic, 6n, 'read_committed')).abortedTransactions).toEqual([]);
  },

  'commits over several partitions and topics at once, or none': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    const others = [await seam.topic(1), await seam.topic(1)];
    for (const each of [topic, ...others]) expect(await txn.produce(each, 0, 'x')).toBe(0);
    for (const each of [topic, ...others]) expect(await values(cluster, each)).toEqual([]);
    expect(await txn.end(true)).toBe(0);
    for (const each of [topic, ...others]) {
      await stableAt(cluster, each, 2n);
      expect(await values(cluster, each)).toEqual(['x']);
    }
  },

  'raises the epoch with every end, commit or abort': async (seam) => {
    const { topic, txn } = await begun(seam);
    const epochs = [txn.identity.producerEpoch];
    for (const commit of [true, false, true]) {
      await txn.produce(topic, 0, 'x');
      expect(await txn.end(commit)).toBe(0);
      epochs.push(txn.identity.producerEpoch);
    }
    expect(epochs.map((epoch) => epoch - epochs[0]!)).toEqual([0, 1, 2, 3]);
  },

  'answers a repeated end the same, and its opposite with 48': async (seam) => {
    const { topic, txn } = await begun(seam);
    await txn.produce(topic, 0, 'x');
    const old = txn.identity;
    expect(await txn.end(true)).toBe(0);
    const { identity } = txn;
    expect(await txn.end(true, old)).toBe(0);
    expect(txn.identity).toEqual(identity);
    expect(await txn.end(false, old)).toBe(ErrorCode.INVALID_TXN_STATE);
  },

  'has nothing to commit where nothing has begun (48), and lets an abort pass': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    expect(await txn.end(true)).toBe(ErrorCode.INVALID_TXN_STATE);
    await txn.produce(topic, 0, 'x');
    expect(await txn.end(true)).toBe(0);
    await stableAt(cluster, topic, 2n);
    expect(await txn.end(true)).toBe(ErrorCode.INVALID_TXN_STATE);
    const before = txn.identity;
    expect(await txn.end(false)).toBe(0);
    expect(txn.identity.producerEpoch).toBe(before.producerEpoch + 1);
    expect(await txn.end(false, before)).toBe(0);
    expect(txn.identity.producerEpoch).toBe(before.producerEpoch + 1);
  },

  'fences a late end of the transaction before (90), and a late record of it (47)': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    await txn.produce(topic, 0, 'one');
    const old = txn.identity;
    await txn.end(true);
    await stableAt(cluster, topic, 2n);
    const { transactionalId } = txn;
    expect((await produce(cluster, topic, ['late'], { identity: old, sequence: 1, transactionalId })).errorCode).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
    await txn.produce(topic, 0, 'two');
    expect([await txn.end(true, old), await txn.end(false, old)]).toEqual([ErrorCode.PRODUCER_FENCED, ErrorCode.PRODUCER_FENCED]);
    expect(await txn.end(true)).toBe(0);
    await stableAt(cluster, topic, 4n);
    expect(await values(cluster, topic)).toEqual(['one', 'two']);
  },

  'fences a producer whose name is taken over (47, 47, 90), and aborts what it left open': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    const groupId = seam.unique('group');
    await txn.produce(topic, 0, 'left open');
    await txn.commitOffset(groupId, NOBODY, topic, 0, 1n);
    const successor = await RawTransaction.open(cluster, txn.transactionalId);
    expect(successor.identity.producerId).toBe(txn.identity.producerId);
    expect(successor.identity.producerEpoch).toBeGreaterThan(txn.identity.producerEpoch);
    expect(await txn.produce(topic, 0, 'late')).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
    expect(await txn.produce(await seam.topic(1), 0, 'late')).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
    expect(await txn.commitOffset(groupId, NOBODY, topic, 0, 2n)).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
    expect([await txn.end(true), await txn.end(false)]).toEqual([ErrorCode.PRODUCER_FENCED, ErrorCode.PRODUCER_FENCED]);
    await successor.produce(topic, 0, 'mine');
    expect(await successor.end(true)).toBe(0);
    await stableAt(cluster, topic, 4n);
    expect(await values(cluster, topic)).toEqual(['mine']);
    expect(await committed(cluster, groupId, topic)).toMatchObject({ errorCode: 0, offset: -1n });
  },

  'makes who takes a name over wait (51) until what was left open is aborted': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    await txn.produce(topic, 0, 'left open');
    const call = initProducerIdCall({ transactionalId: txn.transactionalId, transactionTimeoutMs: 60_000 });
    const { errorCode } = await cluster.send(await cluster.coordinator('transaction', txn.transactionalId), call);
    expect(errorCode).toBe(ErrorCode.CONCURRENT_TRANSACTIONS);
    await stableAt(cluster, topic, 2n);
    expect(await txn.produce(topic, 0, 'late')).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
    expect(await values(cluster, topic)).toEqual([]);
  },

  'wants sequences from 0 in every transaction (45), and writes a repeated batch of one once': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    const { transactionalId } = txn;
    const write = async (value: string, sequence: number): Promise<[number, bigint]> => {
      const { errorCode, baseOffset } = await produce(cluster, topic, [value], { identity: txn.identity, sequence, transactionalId });
      return [errorCode, baseOffset];
    };
    expect(await write('a', 0)).toEqual([0, 0n]);
    expect(await write('b', 1)).toEqual([0, 1n]);
    expect(await write('a', 0)).toEqual([0, 0n]);
    expect((await write('d', 3))[0]).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(await txn.end(true)).toBe(0);
    await stableAt(cluster, topic, 3n);
    expect((await write('c', 2))[0]).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(await write('c', 0)).toEqual([0, 3n]);
    expect(await txn.end(true)).toBe(0);
    await stableAt(cluster, topic, 5n);
    expect(await values(cluster, topic)).toEqual(['a', 'b', 'c']);
  },

  'does not know a transactional id, or a producer id under it, that was never given out (49)': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    const stranger = { producerId: txn.identity.producerId + 987_654n, producerEpoch: 0 };
    expect(await txn.end(true, stranger)).toBe(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
    const unknown = seam.unique('tx');
    expect((await produce(cluster, topic, ['x'], { identity: txn.identity, sequence: 0, transactionalId: unknown })).errorCode).toBe(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
    expect((await produce(cluster, topic, ['x'], { identity: stranger, sequence: 0, transactionalId: txn.transactionalId })).errorCode).toBe(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
  },

  'aborts a transaction that is open for too long: it cannot be committed (48) or gone on with (47), only be given up': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    txn.identity = await identify(cluster, txn.transactionalId, 1_000);
    await txn.produce(topic, 0, 'forgotten');
    expect(await endOf(cluster, topic, 'read_committed')).toBe(0n);
    await stableAt(cluster, topic, 2n);
    expect(await txn.end(true)).toBe(ErrorCode.INVALID_TXN_STATE);
    expect(await txn.produce(topic, 0, 'late')).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
    expect(await txn.end(false)).toBe(0);
    expect(await txn.produce(topic, 0, 'next')).toBe(0);
    expect(await txn.end(true)).toBe(0);
    await stableAt(cluster, topic, 4n);
    expect(await values(cluster, topic)).toEqual(['next']);
  },

  'refuses a transaction timeout beyond its limit (50)': async (seam) => {
    const cluster = await seam.connect();
    await expect(identify(cluster, seam.unique('tx'), 10_000_000)).rejects.toThrow(`InitProducerId: ${ErrorCode.INVALID_TRANSACTION_TIMEOUT}`);
  },
};

/** Offsets that are committed in transactions (KIP-447). */
export const offsetCases: Readonly<Record<string, SeamCase>> = {
  'are not there before the commit, and are after it': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    const groupId = seam.unique('group');
    expect(await committed(cluster, groupId, topic)).toMatchObject({ errorCode: 0, offset: -1n });
    expect(await txn.commitOffset(groupId, NOBODY, topic, 0, 5n)).toBe(0);
    expect(await committed(cluster, groupId, topic, false)).toMatchObject({ errorCode: 0, offset: -1n });
    expect(await committed(cluster, groupId, topic)).toMatchObject({ errorCode: ErrorCode.UNSTABLE_OFFSET_COMMIT });
    expect(await txn.end(true)).toBe(0);
    await settled(cluster, groupId, topic);
    expect(await committed(cluster, groupId, topic)).toMatchObject({ errorCode: 0, offset: 5n });
  },

  'are unstable (88) while the transaction is open, and as before when it is aborted': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    const groupId = seam.unique('group');
    await txn.commitOffset(groupId, NOBODY, topic, 0, 5n);
    await txn.end(true);
    await settled(cluster, groupId, topic);
    expect(await txn.commitOffset(groupId, NOBODY, topic, 0, 9n)).toBe(0);
    expect((await committed(cluster, groupId, topic)).errorCode).toBe(ErrorCode.UNSTABLE_OFFSET_COMMIT);
    expect(await committed(cluster, groupId, topic, false)).toMatchObject({ errorCode: 0, offset: 5n });
    expect(await txn.end(false)).toBe(0);
    await settled(cluster, groupId, topic);
    expect(await committed(cluster, groupId, topic)).toMatchObject({ errorCode: 0, offset: 5n });
  },

  'are unstable for their own partition only': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    const [groupId, other] = [seam.unique('group'), await seam.topic(1)];
    await txn.commitOffset(groupId, NOBODY, topic, 0, 5n);
    expect(await committed(cluster, groupId, other)).toMatchObject({ errorCode: 0, offset: -1n });
    await txn.end(false);
  },

  'give way to a commit outside that was written after them': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    const member = new RawMember(cluster, seam.unique('group'));
    const membership = await member.join();
    expect(await txn.commitOffset(member.groupId, membership, topic, 0, 5n)).toBe(0);
    expect(await commitOutside(cluster, member.groupId, membership, topic, 7n)).toBe(0);
    expect(await txn.end(true)).toBe(0);
    await settled(cluster, member.groupId, topic);
    expect(await committed(cluster, member.groupId, topic)).toMatchObject({ errorCode: 0, offset: 7n, metadata: 'outside' });
  },

  'are refused under an old or a future generation (22), from a stranger and one that has left (25), and then the transaction can be aborted': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    const member = new RawMember(cluster, seam.unique('group'));
    const old = await member.join();
    const now = await member.join();
    const codes = [];
    for (const membership of [now, old, { ...now, generationId: now.generationId + 1 }, { ...now, memberId: 'nobody' }, { ...old, memberId: 'nobody' }]) {
      codes.push(await txn.commitOffset(member.groupId, membership, topic, 0, 3n));
      expect(await txn.end(false)).toBe(0);
    }
    await member.leave();
    codes.push(await txn.commitOffset(member.groupId, now, topic, 0, 3n));
    expect(await txn.end(false)).toBe(0);
    expect(codes).toEqual([0, 22, 22, 25, 25, 25]);
    await settled(cluster, member.groupId, topic);
    expect(await committed(cluster, member.groupId, topic)).toMatchObject({ offset: -1n });
  },

  'are taken without a membership, also while the group has members': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    const member = new RawMember(cluster, seam.unique('group'));
    await member.join();
    expect(await txn.commitOffset(member.groupId, NOBODY, topic, 0, 3n)).toBe(0);
    await txn.end(false);
  },

  'end with their transaction when its name is taken over: no 88 is left': async (seam) => {
    const { cluster, topic, txn } = await begun(seam);
    const groupId = seam.unique('group');
    await txn.commitOffset(groupId, NOBODY, topic, 0, 5n);
    await identify(cluster, txn.transactionalId);
    await settled(cluster, groupId, topic);
    expect(await committed(cluster, groupId, topic)).toMatchObject({ errorCode: 0, offset: -1n });
  },
};

async function settled(cluster: KafkaCluster, groupId: string, topic: string): Promise<void> {
  while ((await committed(cluster, groupId, topic)).errorCode === ErrorCode.UNSTABLE_OFFSET_COMMIT) await new Promise((resolve) => setTimeout(resolve, 20));
}
