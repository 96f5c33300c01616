import { FakeBroker, type FakeApi } from '../../../../test/support/fake-broker.js';
import { KafkaCluster } from '../connection/kafka-cluster.js';
import { KafkaApiError } from '../connection/kafka-error.js';
import { ErrorCode, errorName } from '../protocol/error-codes.js';
import { MEMBERSHIP_LOST, verdictOf, type ProducerApi, type Verdict } from './error-policy.js';
import { CommitOutcomeUnclear, ProducerFenced, ProducerNotOpened, ProducerUnusable, TransactionAborted, TransactionRefused } from './producer-errors.js';
import { TransactionalProducer, type CommittedTransaction } from './transactional-producer.js';

/** Written by hand, apart from the table in the code: what an answer with each code must lead to. What is not named is `reopen`. */
const EXPECTED: Record<ProducerApi, Partial<Record<keyof typeof ErrorCode, Verdict>>> = {
  InitProducerId: {
    CONCURRENT_TRANSACTIONS: 'retry',
    COORDINATOR_LOAD_IN_PROGRESS: 'retry',
    REQUEST_TIMED_OUT: 'retry',
    COORDINATOR_NOT_AVAILABLE: 'relocate',
    NOT_COORDINATOR: 'relocate',
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'refuse',
    CLUSTER_AUTHORIZATION_FAILED: 'refuse',
    SASL_AUTHENTICATION_FAILED: 'refuse',
    UNSUPPORTED_VERSION: 'refuse',
    INVALID_TRANSACTION_TIMEOUT: 'refuse',
    INVALID_REQUEST: 'refuse',
    INVALID_PRODUCER_EPOCH: 'fenced',
    PRODUCER_FENCED: 'fenced',
  },
  Produce: {
    CONCURRENT_TRANSACTIONS: 'retry',
    COORDINATOR_LOAD_IN_PROGRESS: 'retry',
    CORRUPT_MESSAGE: 'retry',
    REQUEST_TIMED_OUT: 'retry',
    NOT_ENOUGH_REPLICAS: 'retry',
    NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'retry',
    THROTTLING_QUOTA_EXCEEDED: 'retry',
    COORDINATOR_NOT_AVAILABLE: 'relocate',
    NOT_COORDINATOR: 'relocate',
    UNKNOWN_TOPIC_OR_PARTITION: 'relocate',
    LEADER_NOT_AVAILABLE: 'relocate',
    NOT_LEADER_OR_FOLLOWER: 'relocate',
    REPLICA_NOT_AVAILABLE: 'relocate',
    BROKER_NOT_AVAILABLE: 'relocate',
    NETWORK_EXCEPTION: 'relocate',
    KAFKA_STORAGE_ERROR: 'relocate',
    FENCED_LEADER_EPOCH: 'relocate',
    UNKNOWN_LEADER_EPOCH: 'relocate',
    MESSAGE_TOO_LARGE: 'abort',
    RECORD_LIST_TOO_LARGE: 'abort',
    INVALID_RECORD: 'abort',
    INVALID_TIMESTAMP: 'abort',
    TRANSACTION_ABORTABLE: 'abort',
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'refuse',
    CLUSTER_AUTHORIZATION_FAILED: 'refuse',
    SASL_AUTHENTICATION_FAILED: 'refuse',
    UNSUPPORTED_VERSION: 'refuse',
    TOPIC_AUTHORIZATION_FAILED: 'refuse',
    INVALID_TOPIC_EXCEPTION: 'refuse',
    INVALID_REQUIRED_ACKS: 'refuse',
    INVALID_REQUEST: 'refuse',
    POLICY_VIOLATION: 'refuse',
    UNSUPPORTED_FOR_MESSAGE_FORMAT: 'refuse',
    UNSUPPORTED_COMPRESSION_TYPE: 'refuse',
    INVALID_PRODUCER_EPOCH: 'fenced',
    PRODUCER_FENCED: 'fenced',
  },
  TxnOffsetCommit: {
    CONCURRENT_TRANSACTIONS: 'retry',
    COORDINATOR_LOAD_IN_PROGRESS: 'retry',
    REQUEST_TIMED_OUT: 'retry',
    COORDINATOR_NOT_AVAILABLE: 'relocate',
    NOT_COORDINATOR: 'relocate',
    UNKNOWN_TOPIC_OR_PARTITION: 'relocate',
    NETWORK_EXCEPTION: 'relocate',
    ILLEGAL_GENERATION: 'abort',
    UNKNOWN_MEMBER_ID: 'abort',
    REBALANCE_IN_PROGRESS: 'abort',
    FENCED_INSTANCE_ID: 'abort',
    STALE_MEMBER_EPOCH: 'abort',
    OFFSET_METADATA_TOO_LARGE: 'abort',
    INVALID_COMMIT_OFFSET_SIZE: 'abort',
    TRANSACTION_ABORTABLE: 'abort',
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'refuse',
    CLUSTER_AUTHORIZATION_FAILED: 'refuse',
    SASL_AUTHENTICATION_FAILED: 'refuse',
    UNSUPPORTED_VERSION: 'refuse',
    TOPIC_AUTHORIZATION_FAILED: 'refuse',
    GROUP_AUTHORIZATION_FAILED: 'refuse',
    INVALID_GROUP_ID: 'refuse',
    INVALID_REQUEST: 'refuse',
    INVALID_PRODUCER_EPOCH: 'fenced',
    PRODUCER_FENCED: 'fenced',
  },
  EndTxn: {
    CONCURRENT_TRANSACTIONS: 'retry',
    COORDINATOR_LOAD_IN_PROGRESS: 'retry',
    REQUEST_TIMED_OUT: 'retry',
    COORDINATOR_NOT_AVAILABLE: 'relocate',
    NOT_COORDINATOR: 'relocate',
    TRANSACTION_ABORTABLE: 'abort',
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'refuse',
    CLUSTER_AUTHORIZATION_FAILED: 'refuse',
    SASL_AUTHENTICATION_FAILED: 'refuse',
    UNSUPPORTED_VERSION: 'refuse',
    INVALID_PRODUCER_EPOCH: 'fenced',
    PRODUCER_FENCED: 'fenced',
  },
};

const APIS = Object.keys(EXPECTED) as ProducerApi[];
const CODES = (Object.entries(ErrorCode) as [keyof typeof ErrorCode, number][]).filter(([, code]) => code !== 0);

describe.each(APIS)('the verdict on an error code of %s', (api) => {
  it.each(CODES)('%s', (name, code) => {
    expect(verdictOf(api, code)).toBe(EXPECTED[api][name] ?? 'reopen');
  });

  it('is to open a new producer for a code of the future', () => {
    expect(verdictOf(api, 9999)).toBe('reopen');
  });
});

describe('a transactional producer whose broker answers once with an error code', () => {
  let broker: FakeBroker;
  let cluster: KafkaCluster;

  beforeAll(async () => {
    broker = await FakeBroker.start();
    cluster = await KafkaCluster.connect({ brokers: [broker.address], clientId: 'test' });
  });
  afterAll(async () => {
    cluster.disconnect();
    await broker.close();
  });
  beforeEach(() => broker.forget());

  const open = (): Promise<TransactionalProducer> => TransactionalProducer.open({ cluster, transactionalId: 'tx', timeoutMs: 60_000 });
  const commit = (producer: TransactionalProducer): Promise<CommittedTransaction> =>
    producer.commit({
      records: [{ topic: 'out', partition: 2, key: Buffer.from('k'), value: Buffer.from('v') }],
      offsets: { groupId: 'g', membership: { memberId: 'm', generationId: 3 }, topics: [{ topic: 'in', partition: 0, offset: 5n, metadata: null }] },
    });

  const codesOf = (api: ProducerApi, ...verdicts: Verdict[]): [string, number][] =>
    CODES.filter(([, code]) => verdicts.includes(verdictOf(api, code))).map(([name, code]) => [name, code]);

  it.each(codesOf('InitProducerId', 'retry', 'relocate'))('opens after %s', async (_name, code) => {
    broker.answer('InitProducerId', code);
    await open();
    expect(broker.count('InitProducerId')).toBe(2);
  });

  it.each(codesOf('InitProducerId', 'refuse', 'fenced', 'reopen'))('does not open after %s', async (_name, code) => {
    broker.answer('InitProducerId', code);
    await expect(open()).rejects.toMatchObject({ code: 'KAFKA_PRODUCER_NOT_OPENED', cause: { brokerCode: code } });
  });

  describe.each(['Produce', 'TxnOffsetCommit'] as const)('to %s', (api) => {
    it.each(codesOf(api, 'retry'))('commits after %s', async (_name, code) => {
      const producer = await open();
      await commit(producer); // the leader and the coordinator are known
      broker.forget();
      broker.answer(api, code);
      expect((await commit(producer)).roundTrips).toBe(3);
      expect([broker.count(api), broker.count('EndTxn')]).toEqual([2, 1]);
      expect([broker.count('Metadata'), broker.count('FindCoordinator')]).toEqual([0, 0]);
    });

    it.each(codesOf(api, 'relocate'))('looks again for where to send after %s, and commits', async (_name, code) => {
      const producer = await open();
      await commit(producer);
      broker.forget();
      broker.answer(api, code);
      await commit(producer);
      expect(broker.count(api)).toBe(2);
      expect(broker.count(api === 'Produce' ? 'Metadata' : 'FindCoordinator')).toBe(1);
    });

    it.each(codesOf(api, 'abort'))('aborts after %s and goes on', async (_name, code) => {
      const producer = await open();
      broker.answer(api, code);
      const error = await commit(producer).catch((each: unknown) => each);
      expect(error).toBeInstanceOf(TransactionAborted);
      expect((error as TransactionAborted).membershipLost).toBe(api === 'TxnOffsetCommit' && MEMBERSHIP_LOST.has(code));
      expect((error as TransactionAborted).cause).toBeInstanceOf(KafkaApiError);
      await commit(producer);
    });

    it.each(codesOf(api, 'refuse'))('aborts after %s and says that it is refused', async (name, code) => {
      const producer = await open();
      broker.answer(api, code);
      const error = await commit(producer).catch((each: unknown) => each);
      expect(error).toBeInstanceOf(TransactionRefused);
      expect((error as Error).message).toContain(name);
      await commit(producer);
    });

    it.each(codesOf(api, 'fenced'))('is fenced by %s and ends nothing', async (_name, code) => {
      const producer = await open();
      broker.answer(api, code);
      await expect(commit(producer)).rejects.toThrow(ProducerFenced);
      expect(broker.count('EndTxn')).toBe(0);
      await expect(commit(producer)).rejects.toThrow(ProducerUnusable);
    });

    it.each(codesOf(api, 'reopen'))('is unusable after %s', async (_name, code) => {
      const producer = await open();
      broker.answer(api, code);
      await expect(commit(producer)).rejects.toThrow(ProducerUnusable);
      expect(producer.usable).toBe(false);
    });
  });

  describe('to EndTxn', () => {
    it.each(codesOf('EndTxn', 'retry', 'relocate'))('commits after %s', async (_name, code) => {
      const producer = await open();
      broker.answer('EndTxn', code);
      await commit(producer);
      expect(broker.count('EndTxn')).toBe(2);
      await commit(producer);
    });

    it.each(codesOf('EndTxn', 'abort'))('aborts after %s and goes on', async (_name, code) => {
      const producer = await open();
      broker.answer('EndTxn', code);
      await expect(commit(producer)).rejects.toThrow(TransactionAborted);
      await commit(producer);
    });

    it.each(codesOf('EndTxn', 'refuse'))('is unusable after %s', async (_name, code) => {
      const producer = await open();
      broker.answer('EndTxn', code);
      await expect(commit(producer)).rejects.toThrow(ProducerUnusable);
    });

    it.each(codesOf('EndTxn', 'fenced'))('is fenced by %s', async (_name, code) => {
      const producer = await open();
      broker.answer('EndTxn', code);
      await expect(commit(producer)).rejects.toThrow(ProducerFenced);
    });

    it.each(codesOf('EndTxn', 'fenced'))('does not know the outcome when %s comes after a lost answer', async (_name, code) => {
      const producer = await open();
      broker.answer('EndTxn', 'close', code);
      await expect(commit(producer)).rejects.toThrow(CommitOutcomeUnclear);
    });

    it.each(codesOf('EndTxn', 'reopen'))('does not know the outcome after %s', async (_name, code) => {
      const producer = await open();
      broker.answer('EndTxn', code);
      await expect(commit(producer)).rejects.toThrow(CommitOutcomeUnclear);
      expect(producer.usable).toBe(false);
    });
  });

  it('takes the worst of several errors', async () => {
    const producer = await open();
    broker.answer('Produce', ErrorCode.NOT_ENOUGH_REPLICAS);
    broker.answer('TxnOffsetCommit', ErrorCode.PRODUCER_FENCED);
    await expect(commit(producer)).rejects.toThrow(ProducerFenced);
  });

  it('is unusable when the abort after an error is refused too', async () => {
    const producer = await open();
    broker.answer('Produce', ErrorCode.MESSAGE_TOO_LARGE);
    broker.answer('EndTxn', ErrorCode.INVALID_TXN_STATE);
    await expect(commit(producer)).rejects.toThrow(ProducerUnusable);
  });

  it.each(['Produce', 'TxnOffsetCommit', 'EndTxn'] satisfies FakeApi[])('commits when the connection is lost in %s', async (api) => {
    const producer = await open();
    broker.answer(api, 'close');
    await commit(producer);
    await commit(producer);
  });

  it('does not open while the coordinator is not found', async () => {
    broker.answer('FindCoordinator', ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
    await expect(TransactionalProducer.open({ cluster, transactionalId: 'other', timeoutMs: 60_000 })).rejects.toThrow(ProducerNotOpened);
  });

  it('refuses a transaction without offsets and a second one at the same time', async () => {
    const producer = await open();
    const offsets = { groupId: 'g', membership: { memberId: 'm', generationId: 3 }, topics: [] };
    await expect(producer.commit({ records: [], offsets })).rejects.toThrow(TypeError);
    const first = commit(producer);
    await expect(commit(producer)).rejects.toThrow(TypeError);
    await first;
  });
});

it('names the codes in messages', () => {
  expect(new KafkaApiError('Produce', 47, 'out/2').message).toBe('Produce for out/2 was answered with INVALID_PRODUCER_EPOCH (47).');
  expect(errorName(9999)).toBe('UNKNOWN_ERROR_CODE_9999');
});
