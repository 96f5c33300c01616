import { FakeBroker } from '../../../../test/support/fake-broker.js';
import { ErrorCode } from '../protocol/error-codes.js';
import { KafkaCluster } from './kafka-cluster.js';
import { KafkaClosedError, KafkaConnectionError, KafkaUnsupportedError } from './kafka-error.js';

describe('connecting', () => {
  let broker: FakeBroker | undefined;
  afterEach(async () => broker?.close());

  it.each([0, 1])('is refused with what to do about it when transaction.version is %d', async (transactionVersion) => {
    broker = await FakeBroker.start({ transactionVersion });
    const error = await KafkaCluster.connect({ brokers: [broker.address], clientId: 'test' }).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(KafkaUnsupportedError);
    expect((error as Error).message).toContain(`at level ${transactionVersion}`);
    expect((error as Error).message).toContain('upgrade --feature transaction.version=2');
  });

  it('is refused when the broker is too old to say what it supports', async () => {
    broker = await FakeBroker.start();
    broker.answer('ApiVersions', ErrorCode.UNSUPPORTED_VERSION);
    await expect(KafkaCluster.connect({ brokers: [broker.address], clientId: 'test' })).rejects.toThrow('Use Apache Kafka 4.0 or later.');
  });

  it('goes on to the next broker of the list when one does not answer', async () => {
    broker = await FakeBroker.start();
    const cluster = await KafkaCluster.connect({ brokers: ['127.0.0.1:1', broker.address], clientId: 'test' });
    expect(await cluster.partitionCount('any')).toBe(4);
    cluster.disconnect();
  });

  it('fails when none answers', async () => {
    await expect(KafkaCluster.connect({ brokers: ['127.0.0.1:1'], clientId: 'test' })).rejects.toThrow(KafkaConnectionError);
  });
});

describe('a connected cluster object', () => {
  let broker: FakeBroker;
  let cluster: KafkaCluster;
  beforeEach(async () => {
    broker = await FakeBroker.start();
    cluster = await KafkaCluster.connect({ brokers: [broker.address], clientId: 'test' });
  });
  afterEach(async () => {
    cluster.disconnect();
    await broker.close();
  });

  it('asks for a coordinator and a leader once, until told that they moved', async () => {
    for (let i = 0; i < 3; i++) await Promise.all([cluster.coordinator('group', 'g'), cluster.leaderOf('t', i)]);
    expect([broker.count('FindCoordinator'), broker.count('Metadata')]).toEqual([1, 2]); // one of them to connect
    await cluster.coordinator('group', 'g', { refresh: true });
    await cluster.leaderOf('t', 0, { refresh: true });
    expect([broker.count('FindCoordinator'), broker.count('Metadata')]).toEqual([2, 3]);
  });

  it('connects again after a lost connection, on the next request', async () => {
    broker.answer('FindCoordinator', 'close');
    expect(await cluster.coordinator('group', 'g')).toBe(1); // asked again of the broker it was configured with
    expect(broker.count('ApiVersions')).toBeGreaterThan(1);
  });

  it('fails what is under way and what comes later when it is disconnected', async () => {
    const underWay = cluster.coordinator('group', 'g');
    cluster.disconnect();
    await expect(underWay).rejects.toThrow(/closed/);
    await expect(cluster.coordinator('group', 'g')).rejects.toThrow(KafkaClosedError);
  });

  it.each(['LEADER_NOT_AVAILABLE', 'TOPIC_AUTHORIZATION_FAILED', 'UNKNOWN_TOPIC_OR_PARTITION'] as const)('says so when a topic is answered with %s, and asks again next time', async (name) => {
    broker.answer('Metadata', ErrorCode[name]);
    await expect(cluster.topic('t')).rejects.toMatchObject({ code: 'KAFKA_API', brokerCodeName: name });
    expect(await cluster.partitionCount('t')).toBe(4);
  });

  it('knows no leader of a partition that does not exist', async () => {
    await expect(cluster.leaderOf('t', 4)).rejects.toMatchObject({ brokerCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, subject: 't/4' });
  });
});
