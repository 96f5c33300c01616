import { jest } from '@jest/globals';
import { KafkaFixture } from '../../../../test/support/kafka-fixture.js';
import { ApiKey, KafkaProxy, type Mishap } from '../../../../test/support/kafka-proxy.js';
import { coordinatorOf, RawTransaction } from '../../../../test/support/raw-transaction.js';
import { testStack } from '../../../../test/support/stack.js';
import { KafkaCluster } from '../connection/kafka-cluster.js';
import { ErrorCode } from '../protocol/error-codes.js';
import { offsetFetchCall } from '../protocol/offset-fetch.js';
import type { AppendedRecord, OutboundRecord } from './outbound-record.js';
import { AppendedTooEarly, ProducerFenced, ProducerNotOpened, TransactionAborted } from './producer-errors.js';
import { fence, TransactionalProducer, type Transaction } from './transactional-producer.js';

jest.setTimeout(60_000);

/** No member of any group: what tools outside the group protocol send. Only allowed while the group has no members. */
const NO_MEMBER = { memberId: '', generationId: -1 };
const STRANGER = { memberId: 'stranger', generationId: 1 };

const stack = testStack();
let kafka: KafkaFixture;
let cluster: KafkaCluster;

beforeAll(async () => {
  kafka = await KafkaFixture.open(stack);
  cluster = kafka.cluster;
});
afterAll(() => kafka.close());

const record = (topic: string, partition: number, value: string): OutboundRecord => ({ topic, partition, key: Buffer.from('k'), value: Buffer.from(value) });
const open = (transactionalId: string, through: KafkaCluster = cluster): Promise<TransactionalProducer> =>
  TransactionalProducer.open({ cluster: through, transactionalId, timeoutMs: 20_000 });
const names = () => ({ transactionalId: kafka.unique('tx'), groupId: kafka.unique('group') });

function transaction(groupId: string, input: string, offset: number, records: OutboundRecord[], membership = NO_MEMBER): Transaction {
  return { records, offsets: { groupId, membership, topics: [{ topic: input, partition: 0, offset: BigInt(offset), metadata: `at ${offset}` }] } };
}

async function committed(groupId: string, topic: string, requireStable = true): Promise<[errorCode: number, offset: bigint, metadata: string | null]> {
  const call = offsetFetchCall({ groupId, topics: [{ topic, partitions: [0] }], requireStable });
  const { errorCode, offset, metadata } = (await cluster.send(await coordinatorOf(cluster, groupId), call)).topics[0]!.partitions[0]!;
  return [errorCode, offset, metadata];
}

async function stableOffset(groupId: string, topic: string): Promise<bigint> {
  for (;;) {
    const [code, offset] = await committed(groupId, topic);
    if (code !== ErrorCode.UNSTABLE_OFFSET_COMMIT) return offset;
  }
}

describe('a transaction', () => {
  it('is aborted when the broker appends it before its time, where the broker sets the time', async () => {
    const { transactionalId, groupId } = names();
    const [input, free, timed] = [await kafka.topic('in', 1), await kafka.topic('out', 1), await kafka.topic('out', 1, { 'message.timestamp.type': 'LogAppendTime' })];
    const producer = await open(transactionalId);
    const early = { notBeforeMs: Date.now() + 60_000 };
    const refused: unknown = await producer.commit({ ...transaction(groupId, input, 1, [record(timed, 0, 'early')]), ...early }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TransactionAborted);
    expect((refused as TransactionAborted).cause).toBeInstanceOf(AppendedTooEarly);
    await producer.commit({ ...transaction(groupId, input, 2, [record(free, 0, 'no time')]), ...early });
    await producer.commit({ ...transaction(groupId, input, 3, [record(timed, 0, 'in time')]), notBeforeMs: Date.now() - 60_000 });
    expect([await kafka.values(free, 1), await kafka.values(timed, 1), await stableOffset(groupId, input)]).toEqual([['no time'], ['in time'], 3n]);
  });

  it('makes records of many partitions and the consumed offset visible together, in two round trips', async () => {
    const { transactionalId, groupId } = names();
    const input = await kafka.topic('in', 1);
    const outputs = [await kafka.topic('out', 12), await kafka.topic('out', 12), await kafka.topic('out', 12, { 'message.timestamp.type': 'LogAppendTime' })];
    const records = outputs.flatMap((topic) => Array.from({ length: 36 }, (_, i) => record(topic, i % 12, `${i}`)));
    const producer = await open(transactionalId);
    const startMs = Date.now();
    const trips: number[] = [];
    let first: readonly AppendedRecord[] = [];
    for (let round = 0; round < 10; round++) {
      const committed = await producer.commit(transaction(groupId, input, 7, records));
      trips.push(committed.roundTrips);
      if (round === 0) first = committed.records;
    }

    expect(Math.min(...trips)).toBe(2); // more right after the one before, and while topics are new
    expect(first).toHaveLength(records.length);
    first.forEach(({ topic, partition, offset }, i) => {
      expect([topic, partition, offset]).toEqual([records[i]!.topic, records[i]!.partition, BigInt(Math.floor((i % 36) / 12))]);
    });
    expect(first.at(0)!.appendTimeMs).toBe(-1);
    expect(Math.abs(first.at(-1)!.appendTimeMs - startMs)).toBeLessThan(60_000);
    for (const topic of outputs) expect(await kafka.values(topic, 360)).toHaveLength(360);
    expect(await stableOffset(groupId, input)).toBe(7n);
    expect(await committed(groupId, input)).toEqual([0, 7n, 'at 7']);
  });

  it('keeps the order of every partition through retries, and shows nothing of the aborted ones', async () => {
    const { transactionalId, groupId } = names();
    const [input, output] = [await kafka.topic('in', 1), await kafka.topic('out', 2)];
    const producer = await open(transactionalId);
    const expected: string[] = [];
    for (let i = 0; i < 60; i++) {
      const values = [`${i}a`, `${i}b`];
      const records = values.flatMap((value) => [record(output, 0, value), record(output, 1, value)]);
      if (i % 5 === 4) {
        await expect(producer.commit(transaction(groupId, input, i, records, STRANGER))).rejects.toThrow(TransactionAborted);
      } else {
        await producer.commit(transaction(groupId, input, i, records));
        expected.push(...values);
      }
    }
    const read = await kafka.read(output);
    for (const partition of [0, 1]) {
      expect(read.filter((each) => each.partition === partition).map(({ value }) => String(value))).toEqual(expected);
    }
    expect(await stableOffset(groupId, input)).toBe(58n);
  });

  it('takes more than a batch may hold of one partition', async () => {
    const { transactionalId, groupId } = names();
    const [input, output] = [await kafka.topic('in', 1), await kafka.topic('out', 1)];
    const records = Array.from({ length: 7 }, (_, i) => record(output, 0, `${i}`.repeat(400_000)));
    const { records: appended } = await (await open(transactionalId)).commit(transaction(groupId, input, 1, records));
    expect(appended.map(({ offset }) => offset)).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n]);
    expect((await kafka.values(output, 7)).map((value) => value[0])).toEqual(['0', '1', '2', '3', '4', '5', '6']);
  });

  it('is aborted when a record is too large for its topic, and the producer goes on', async () => {
    const { transactionalId, groupId } = names();
    const [input, output] = [await kafka.topic('in', 1), await kafka.topic('out', 1, { 'max.message.bytes': '2000' })];
    const producer = await open(transactionalId);
    const error = await producer.commit(transaction(groupId, input, 1, [record(output, 0, 'x'.repeat(5_000))])).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(TransactionAborted);
    expect(error).toMatchObject({ membershipLost: false, cause: { brokerCode: ErrorCode.MESSAGE_TOO_LARGE } });
    await producer.commit(transaction(groupId, input, 1, [record(output, 0, 'small')]));
    expect(await kafka.values(output, 1)).toEqual(['small']);
  });

  it('is aborted when its member is not one of the group, and the offset stays (KIP-447)', async () => {
    const { transactionalId, groupId } = names();
    const [input, output] = [await kafka.topic('in', 1), await kafka.topic('out', 1)];
    const producer = await open(transactionalId);
    await producer.commit(transaction(groupId, input, 1, []));
    await expect(producer.commit(transaction(groupId, input, 2, [record(output, 0, 'x')], STRANGER))).rejects.toMatchObject({
      code: 'KAFKA_TRANSACTION_ABORTED',
      membershipLost: true,
      cause: { brokerCode: ErrorCode.UNKNOWN_MEMBER_ID },
    });
    expect(await stableOffset(groupId, input)).toBe(1n);
    expect(await kafka.read(output)).toEqual([]);
  });
});

describe('a transactional id', () => {
  it('that is fenced loses what it left open, and one that is opened again fences the older producer', async () => {
    const { transactionalId, groupId } = names();
    const [input, output] = [await kafka.topic('in', 1), await kafka.topic('out', 1)];
    const old = await open(transactionalId);
    await old.commit(transaction(groupId, input, 10, [record(output, 0, 'first')]));
    const left = await RawTransaction.open(cluster, kafka.unique('tx'));
    await left.produce(output, 0, 'left open');
    await left.commitOffset(groupId, NO_MEMBER, input, 0, 20n);
    expect((await committed(groupId, input))[0]).toBe(ErrorCode.UNSTABLE_OFFSET_COMMIT);
    expect(await committed(groupId, input, false)).toEqual([0, 10n, 'at 10']); // without require_stable: silently the old one

    await fence({ cluster, transactionalId: left.transactionalId, timeoutMs: 20_000 });
    expect(await stableOffset(groupId, input)).toBe(10n);
    const next = await open(transactionalId);
    await expect(old.commit(transaction(groupId, input, 30, [record(output, 0, 'fenced')]))).rejects.toThrow(ProducerFenced);
    expect(old.usable).toBe(false);
    await next.commit(transaction(groupId, input, 11, [record(output, 0, 'second')]));
    expect(await kafka.values(output, 2)).toEqual(['first', 'second']);
    expect(await stableOffset(groupId, input)).toBe(11n);
  });

  it('is not opened by a principal that may not write it', async () => {
    const other = await KafkaCluster.connect(stack.kafka('client'));
    const error = await open(kafka.unique('tx'), other).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(ProducerNotOpened);
    expect(error).toMatchObject({ cause: { brokerCode: ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED } });
    other.disconnect();
  });
});

describe('when the network fails in the middle of a transaction, it is committed exactly once all the same', () => {
  let proxy: KafkaProxy;
  let flaky: KafkaCluster;

  beforeEach(async () => {
    proxy = await KafkaProxy.start(stack.brokers[0]!);
    flaky = await KafkaCluster.connect({ ...stack.kafka('admin'), brokers: [proxy.address] }, { requestTimeoutMs: 1_000 });
  });
  afterEach(async () => {
    flaky.disconnect();
    await proxy.close();
  });

  const apis = ['Produce', 'TxnOffsetCommit', 'EndTxn'] as const;
  const mishaps: Mishap[] = ['lose-request', 'lose-answer', 'swallow-answer'];
  const cases = apis.flatMap((api) => mishaps.map((mishap) => [api, mishap] as const));

  it.each(cases)('%s: %s', async (api, mishap) => {
    const { transactionalId, groupId } = names();
    const [input, output] = [await kafka.topic('in', 1), await kafka.topic('out', 2)];
    const producer = await open(transactionalId, flaky);
    await producer.commit(transaction(groupId, input, 1, [record(output, 0, 'before')]));
    const happened = proxy.next(ApiKey[api], mishap);
    await producer.commit(transaction(groupId, input, 2, [record(output, 0, 'during'), record(output, 1, 'during')]));
    await happened;
    await producer.commit(transaction(groupId, input, 3, [record(output, 0, 'after')]));

    const read = await kafka.read(output);
    expect(read.filter(({ partition }) => partition === 0).map(({ value }) => String(value))).toEqual(['before', 'during', 'after']);
    expect(read.filter(({ partition }) => partition === 1).map(({ value }) => String(value))).toEqual(['during']);
    expect(await stableOffset(groupId, input)).toBe(3n);
  });

  it('and aborted when the abort is answered late', async () => {
    const { transactionalId, groupId } = names();
    const [input, output] = [await kafka.topic('in', 1), await kafka.topic('out', 1)];
    const producer = await open(transactionalId, flaky);
    const happened = proxy.next(ApiKey.EndTxn, 'lose-answer');
    await expect(producer.commit(transaction(groupId, input, 1, [record(output, 0, 'no')], STRANGER))).rejects.toThrow(TransactionAborted);
    await happened;
    await producer.commit(transaction(groupId, input, 1, [record(output, 0, 'yes')]));
    expect(await kafka.values(output, 1)).toEqual(['yes']);
  });
});
