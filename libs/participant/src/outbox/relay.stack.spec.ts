import { jest } from '@jest/globals';
import { RecordProducer, type ConsumedRecord } from '@onward/kafka';
import { randomUUID } from 'node:crypto';
import { KafkaFixture, until } from '../../../../test/support/kafka-fixture.js';
import { PARTITIONS } from '../../../../test/support/participant-fixture.js';
import { testStack } from '../../../../test/support/stack.js';
import { Database } from '../sql/database.js';
import { migrate } from '../sql/migrate.js';
import { eventRecord } from './event-record.js';
import { addToOutbox } from './outbox.js';
import type { SequencedEvent } from './outbox-queue.js';
import { OutboxRelay } from './relay.js';

jest.setTimeout(60_000);

const log = { warn: () => undefined, error: () => undefined };

describe('the outbox relay', () => {
  let kafka: KafkaFixture;
  let database: Database;
  let topic: string;
  const relays: OutboxRelay[] = [];

  beforeAll(async () => {
    kafka = await KafkaFixture.open(testStack());
  });
  afterAll(() => kafka.close());
  beforeEach(async () => {
    database = new Database({ url: testStack().databases['payment'] as string, schema: `test_${randomUUID().replaceAll('-', '').slice(0, 12)}` });
    await migrate(database);
    topic = await kafka.topic('events', PARTITIONS);
  });
  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.stop()));
    await database.transaction((tx) => tx.script(`DROP SCHEMA ${database.schema} CASCADE`));
    await database.close();
  });

  const write = (from: number, count: number): Promise<void> =>
    database.transaction(async (tx) => {
      addToOutbox(tx, Array.from({ length: count }, (_, i) => ({ type: 'test.Event', aggregateId: `a${(from + i) % 7}`, value: Buffer.from(String(from + i)), time: 0, sagaId: 's', causationId: 'c', traceparent: undefined })));
    });
  const send = async (events: readonly SequencedEvent[]): Promise<void> => {
    await new RecordProducer({ cluster: kafka.cluster }).send(events.map((event) => eventRecord('test', topic, event, PARTITIONS)));
  };
  const start = (publish: (events: readonly SequencedEvent[]) => Promise<void> = send): OutboxRelay => {
    const relay = new OutboxRelay({ database, publish, log, idlePollMs: 20 });
    relays.push(relay);
    relay.start();
    return relay;
  };
  const sequenceOf = (record: ConsumedRecord): number => Number(record.headers['ce_sequence']?.toString());
  const distinct = (records: readonly ConsumedRecord[]): Map<number, string> => {
    const values = new Map<number, string>();
    for (const record of records) {
      const [sequence, value] = [sequenceOf(record), String(record.value)];
      // A repeat under the same id is the same event (I10).
      expect(values.get(sequence) ?? value).toBe(value);
      expect(record.headers['ce_id']?.toString()).toBe(`test/${sequence}`);
      values.set(sequence, value);
    }
    return values;
  };
  const published = (count: number): Promise<Map<number, string>> =>
    until(async () => {
      const values = distinct(await kafka.read(topic));
      return values.size >= count ? values : undefined;
    }, `${count} events`);

  it('publishes in a gapless sequence, in order in every partition', async () => {
    await Promise.all([write(0, 30), write(30, 30), write(60, 700)]);
    start();
    const values = await published(760);
    expect([...values.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 760 }, (_, i) => i + 1));
    const records = await kafka.read(topic);
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const sequences = records.filter((record) => record.partition === partition).map(sequenceOf);
      expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    }
  });

  it('gives no number twice and leaves none out when it dies after publishing, before it noted that', async () => {
    await write(0, 10);
    let died!: () => void;
    const death = new Promise<void>((resolve) => (died = resolve));
    const first = start(async (events) => {
      await send(events);
      died();
      throw new Error('killed');
    });
    await death;
    await write(10, 10);
    await first.stop();
    start();
    const values = await published(20);
    expect([...values.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect([...values.values()].map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect((await kafka.read(topic)).length).toBeGreaterThan(20);
  });

  it('works in one instance only, and in another when that one ends', async () => {
    const seen: string[] = [];
    const first = start(async (events) => void seen.push(`first ${events.length}`));
    await write(0, 1);
    first.wake();
    await until(() => seen.length === 1 || undefined, 'the first relay');
    start(async (events) => void seen.push(`second ${events.length}`));
    await write(1, 1);
    await until(() => seen.length === 2 || undefined, 'the first relay again');
    await first.stop();
    await write(2, 1);
    await until(() => seen.length === 3 || undefined, 'the second relay');
    expect(seen).toEqual(['first 1', 'first 1', 'second 1']);
  });
});
