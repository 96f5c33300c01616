import { jest } from '@jest/globals';
import { KafkaFixture } from '../../../../test/support/kafka-fixture.js';
import { ApiKey, KafkaProxy } from '../../../../test/support/kafka-proxy.js';
import { testStack } from '../../../../test/support/stack.js';
import { fetchCall } from '../protocol/fetch.js';
import { endOffsets } from '../consumer/offset-lookup.js';
import { KafkaCluster } from './kafka-cluster.js';
import { KafkaAuthenticationError, KafkaConnectionError } from './kafka-error.js';

jest.setTimeout(60_000);

const stack = testStack();
let kafka: KafkaFixture;

beforeAll(async () => {
  kafka = await KafkaFixture.open(stack);
});
afterAll(() => kafka.close());

describe('a broker with SASL', () => {
  const options = stack.kafka('admin');

  it.each([
    ['a wrong password', { ...options.sasl, password: 'wrong' }],
    ['an unknown user', { ...options.sasl, username: 'nobody' }],
    ['a mechanism it does not have', { ...options.sasl, mechanism: 'scram-sha-256' as const }],
  ])('refuses %s with a typed error', async (_what, sasl) => {
    await expect(KafkaCluster.connect({ ...options, sasl })).rejects.toThrow(KafkaAuthenticationError);
  });

  it('closes the connection of a client that does not say who it is', async () => {
    const { brokers, clientId } = options;
    await expect(KafkaCluster.connect({ brokers, clientId })).rejects.toThrow(KafkaConnectionError);
  });
});

describe('connections', () => {
  let proxy: KafkaProxy;
  let cluster: KafkaCluster;
  beforeEach(async () => {
    proxy = await KafkaProxy.start(stack.brokers[0]!);
    cluster = await KafkaCluster.connect({ ...stack.kafka('admin'), brokers: [proxy.address] }, { requestTimeoutMs: 1_000 });
  });
  afterEach(async () => {
    cluster.disconnect();
    await proxy.close();
  });

  const fetchOf = (topic: string, maxWaitMs: number) =>
    fetchCall({ isolation: 'read_committed', maxWaitMs, bytesMin: 1, bytesMax: 1_000_000, topics: [{ topic, partitions: [{ partition: 0, offset: 0n, bytesMax: 1_000_000 }] }] });

  it('are one per broker, also when many requests come at once', async () => {
    const topic = await kafka.topic('t', 1);
    await Promise.all(Array.from({ length: 20 }, () => endOffsets(cluster, topic, [0], 'read_uncommitted')));
    expect(proxy.connections).toBe(1);
  });

  it('that answer one request too late are closed, and the next request makes a new one', async () => {
    const topic = await kafka.topic('t', 1);
    const leader = await cluster.leaderOf(topic, 0);
    void proxy.next(ApiKey.Fetch, 'swallow-answer');
    await expect(cluster.send(leader, fetchOf(topic, 0))).rejects.toThrow('Fetch was not answered');
    expect((await cluster.send(leader, fetchOf(topic, 0))).errorCode).toBe(0);
    expect(proxy.connections).toBe(2);
  });

  it('may hold a long poll for longer than the time limit of other requests', async () => {
    const topic = await kafka.topic('t', 1);
    const leader = await cluster.leaderOf(topic, 0);
    expect((await cluster.send(leader, fetchOf(topic, 1_500))).errorCode).toBe(0);
    expect(proxy.connections).toBe(1);
  });

  it('of a fork are its own, so that its long polls delay nobody else', async () => {
    const topic = await kafka.topic('t', 1);
    const fork = await cluster.fork();
    let answered = false;
    const polling = fork.send(await fork.leaderOf(topic, 0), fetchOf(topic, 1_000)).then(() => {
      answered = true;
    });
    await endOffsets(cluster, topic, [0], 'read_uncommitted');
    expect(answered).toBe(false);
    await polling;
    expect(proxy.connections).toBe(2);
    fork.disconnect();
  });
});
