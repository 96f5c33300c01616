import { jest } from '@jest/globals';
import kafkajs from 'kafkajs';
import { KafkaFixture, until } from '../../../../test/support/kafka-fixture.js';
import { testStack } from '../../../../test/support/stack.js';
import type { ConsumedRecord } from '../consumer/record.js';
import type { OutboundRecord } from '../producer/outbound-record.js';
import { BatchConsumer, type BatchConsumerOptions, type BatchHandler } from './batch-consumer.js';

const PARTITIONS = 2;

jest.setTimeout(60_000);

describe('a batch consumer', () => {
  let kafka: KafkaFixture;
  let topics: { in: string; out: string; quarantine: string };
  let groupId: string;
  const consumers: BatchConsumer[] = [];
  const retried: unknown[] = [];

  beforeAll(async () => {
    kafka = await KafkaFixture.open(testStack());
  });
  afterAll(() => kafka.close());

  beforeEach(async () => {
    topics = { in: await kafka.topic('in', PARTITIONS), out: await kafka.topic('out', PARTITIONS), quarantine: await kafka.topic('quarantine', PARTITIONS) };
    groupId = kafka.unique('group');
    retried.length = 0;
  });
  afterEach(async () => {
    await Promise.all(consumers.splice(0).map((consumer) => consumer.stop()));
  });

  async function start(handle: BatchHandler['handle'], options: Partial<BatchConsumerOptions> = {}): Promise<BatchConsumer> {
    const consumer = await BatchConsumer.start(
      kafka.cluster,
      { groupId, topics: [topics.in], owner: 'payment-0', quarantineTopic: topics.quarantine, sessionTimeoutMs: 10_000, ...options },
      { handle },
      { partitionStopped: (error) => retried.push(error), retrying: (error) => retried.push(error), failed: (error) => retried.push(error) },
    );
    consumers.push(consumer);
    return consumer;
  }

  /** A batch of a few kilobytes that would be 40 MiB when decompressed. */
  async function sendBomb(topic: string, partition: number): Promise<void> {
    const producer = new kafkajs.Kafka({ ...testStack().kafka('admin'), logLevel: kafkajs.logLevel.NOTHING }).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic, compression: kafkajs.CompressionTypes.GZIP, messages: [{ partition, key: 'bomb', value: Buffer.alloc(40 * 1024 * 1024) }] });
    await producer.disconnect();
  }

  const echo = (records: readonly ConsumedRecord[]): OutboundRecord[] =>
    records.map(({ partition, key, value }) => ({ topic: topics.out, partition, key, value }));

  it('hands over batches of one partition in order, sends the answers, and goes on there when it is started again', async () => {
    const seen: string[] = [];
    const handle = async (records: readonly ConsumedRecord[]): Promise<OutboundRecord[]> => {
      expect(new Set(records.map(({ partition }) => partition)).size).toBe(1);
      seen.push(...records.map(({ value }) => String(value)));
      return echo(records);
    };
    const first = await start(handle);
    await kafka.sendNumbered(topics.in, 200, PARTITIONS);
    await kafka.values(topics.out, 200);
    await first.stop();
    await kafka.sendNumbered(topics.in, 100, PARTITIONS, 'b');
    await start(handle);
    const values = await kafka.values(topics.out, 300);
    expect(values.length).toBe(300);
    const even = seen.filter((value) => /^\d+$/.test(value) && Number(value) % 2 === 0).map(Number);
    expect(even).toEqual([...even].sort((a, b) => a - b));
    expect(retried).toEqual([]);
  });

  it('tries a batch again until it is done, and holds up no other partition meanwhile', async () => {
    let away = true;
    let tries = 0;
    await start(async (records) => {
      if (records[0]!.partition === 0 && away) {
        tries += 1;
        throw new Error('the database is away');
      }
      return echo(records);
    });
    await kafka.sendNumbered(topics.in, 20, PARTITIONS);
    const others = await kafka.values(topics.out, 10);
    expect(others.every((value) => Number(value) % 2 === 1)).toBe(true);
    await kafka.sendNumbered(topics.in, 20, PARTITIONS, 'later');
    await kafka.values(topics.out, 20);
    await until(() => tries >= 3 || undefined, 'three tries');
    away = false;
    expect((await kafka.values(topics.out, 40)).length).toBe(40);
  });

  it('gives a batch again whose offsets were not committed before the group moved on', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const handled: string[] = [];
    let hung = 0;
    await start(
      async (records) => {
        hung += 1;
        if (hung <= PARTITIONS) await held; // both first batches hang: the join goes on without them
        return echo(records);
      },
      { rebalanceTimeoutMs: 1_000, sessionTimeoutMs: 1_500, owner: 'payment-0' },
    );
    await kafka.sendNumbered(topics.in, 10, PARTITIONS);
    await until(() => hung === PARTITIONS || undefined, 'both partitions to hang');
    await start(
      async (records) => {
        handled.push(...records.map(({ value }) => String(value)));
        return echo(records);
      },
      { rebalanceTimeoutMs: 1_000, sessionTimeoutMs: 1_500, owner: 'payment-1' },
    );
    await until(() => handled.length >= 5 || undefined, 'a batch to come again');
    release();
    expect(new Set(await kafka.values(topics.out, 15)).size).toBe(10);
  });

  it('quarantines a batch that cannot be read, and goes on', async () => {
    await start(async (records) => echo(records));
    await kafka.sendNumbered(topics.in, 2, PARTITIONS);
    await sendBomb(topics.in, 0);
    await kafka.sendNumbered(topics.in, 2, PARTITIONS, 'after');
    expect((await kafka.values(topics.out, 4)).sort()).toEqual(['0', '1', 'after0', 'after1']);
    const [quarantined, ...none] = await kafka.read(topics.quarantine);
    expect(none).toEqual([]);
    expect(String(quarantined!.headers['onward_reason_code'])).toBe('KAFKA_UNREADABLE_BATCH');
    expect(String(quarantined!.headers['onward_origin_offset'])).toBe('1');
  });
});
