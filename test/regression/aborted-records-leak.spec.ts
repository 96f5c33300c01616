import { jest } from '@jest/globals';
import { KafkaFixture } from '../support/kafka-fixture.js';
import { RawTransaction } from '../support/raw-transaction.js';
import { testStack } from '../support/stack.js';
import { readTopic } from '../../libs/kafka/src/consumer/topic-reader.js';

jest.setTimeout(60_000);

/**
 * kafkajs 2.2.4 took the broker's list of aborted transactions for sorted by offset and used up one entry a message: with aborts that
 * interleave, or two that began before the fetched offset, read_committed readers got aborted records. It also took any record whose
 * key is four zero bytes for an abort marker (every record here has such a key).
 */
let kafka: KafkaFixture;

beforeAll(async () => {
  kafka = await KafkaFixture.open(testStack());
});
afterAll(() => kafka.close());

const begin = (): Promise<RawTransaction> => RawTransaction.open(kafka.cluster, kafka.unique('tx'));

async function valuesFrom(topic: string, offset: bigint): Promise<string[]> {
  const values: string[] = [];
  for await (const { records } of readTopic({ cluster: kafka.cluster, topic, from: { offsets: new Map([[0, offset]]) }, until: 'end' })) {
    values.push(...records.map(({ value }) => String(value)));
  }
  return values;
}

it('aborted transactions that interleave are not read, whichever ends first', async () => {
  const topic = await kafka.topic('log', 1);
  const [one, two, three] = [await begin(), await begin(), await begin()];
  await one.produce(topic, 0, '1 aborted');
  await two.produce(topic, 0, '2 aborted');
  await three.produce(topic, 0, '3 kept');
  await two.produce(topic, 0, '2 aborted');
  await two.end(false);
  await one.produce(topic, 0, '1 aborted');
  await three.produce(topic, 0, '3 kept');
  await one.end(false);
  await two.produce(topic, 0, '2 kept');
  await three.end(true);
  await two.end(true);
  expect(await valuesFrom(topic, 0n)).toEqual(['3 kept', '3 kept', '2 kept']);
});

it('aborted transactions that began before the fetched offset are not read', async () => {
  const topic = await kafka.topic('log', 1);
  const [one, two] = [await begin(), await begin()];
  await one.produce(topic, 0, '1 aborted'); // 0
  await two.produce(topic, 0, '2 aborted'); // 1
  await one.produce(topic, 0, '1 aborted'); // 2
  await two.produce(topic, 0, '2 aborted'); // 3
  await two.end(false); // 4
  await one.produce(topic, 0, '1 aborted'); // 5
  await one.end(false); // 6
  await one.produce(topic, 0, '1 kept'); // 7
  await one.end(true); // 8
  for (let offset = 0n; offset <= 7n; offset++) expect(await valuesFrom(topic, offset)).toEqual(['1 kept']);
});

it('a key of four zero bytes is no abort marker', async () => {
  const topic = await kafka.topic('log', 1);
  const [one, two] = [await begin(), await begin()];
  await one.produce(topic, 0, 'aborted');
  await two.produce(topic, 0, 'kept');
  await one.produce(topic, 0, 'aborted', 'aborted');
  await one.end(false);
  await two.end(true);
  expect(await valuesFrom(topic, 0n)).toEqual(['kept']);
});
