import { jest } from '@jest/globals';
import { deleteRecordsBefore } from '../../../../test/support/delete-records.js';
import { KafkaFixture, until } from '../../../../test/support/kafka-fixture.js';
import { RawTransaction } from '../../../../test/support/raw-transaction.js';
import { testStack } from '../../../../test/support/stack.js';
import type { OutboundRecord } from '../producer/outbound-record.js';
import { beginningOffsets, endOffsets, offsetsForTimestamp } from './offset-lookup.js';
import { OffsetOutOfRangeError, readTopic, type ReadTopicOptions } from './topic-reader.js';

jest.setTimeout(60_000);

let kafka: KafkaFixture;

beforeAll(async () => {
  kafka = await KafkaFixture.open(testStack());
});
afterAll(() => kafka.close());

type Reading = Omit<ReadTopicOptions, 'cluster' | 'topic'>;

/** What is read, by partition. */
async function read(topic: string, reading: Reading): Promise<{ values: string[][]; nextOffsets: bigint[] }> {
  const values: string[][] = [];
  const nextOffsets: bigint[] = [];
  for await (const { partition, records, nextOffset } of readTopic({ cluster: kafka.cluster, topic, ...reading })) {
    (values[partition] ??= []).push(...records.map(({ value }) => String(value)));
    nextOffsets[partition] = nextOffset;
  }
  return { values, nextOffsets };
}

const record = (topic: string, partition: number, value: string, timestampMs = 1_000): OutboundRecord => ({ topic, partition, key: null, value: Buffer.from(value), timestampMs });

/** A topic of two partitions: 0 has a, b, c; 1 has d. */
async function filled(): Promise<string> {
  const topic = await kafka.topic('log', 2);
  await kafka.send([record(topic, 0, 'a', 1_000), record(topic, 0, 'b', 2_000), record(topic, 1, 'd', 1_500)]);
  await kafka.send([record(topic, 0, 'c', 3_000)]);
  return topic;
}

describe('a topic is read', () => {
  it('from its beginning to its end, every partition in order', async () => {
    expect(await read(await filled(), { from: 'beginning', until: 'end' })).toEqual({ values: [['a', 'b', 'c'], ['d']], nextOffsets: [3n, 1n] });
  });

  it('from offsets up to offsets', async () => {
    const topic = await filled();
    const reading: Reading = { from: { offsets: new Map([[0, 1n], [1, 0n]]) }, until: { offsets: new Map([[0, 2n]]) } };
    expect(await read(topic, reading)).toEqual({ values: [['b']], nextOffsets: [2n] });
  });

  it('from a time', async () => {
    expect((await read(await filled(), { from: { timestampMs: 1_500 }, until: 'end' })).values).toEqual([['b', 'c'], ['d']]);
  });

  it('of some partitions only', async () => {
    expect((await read(await filled(), { partitions: [1], from: 'beginning', until: 'end' })).values).toEqual([undefined, ['d']]);
  });

  it('not at all when it is empty', async () => {
    expect(await read(await kafka.topic('log', 2), { from: 'beginning', until: 'end' })).toEqual({ values: [], nextOffsets: [] });
  });

  it('on and on, what comes later too, until the signal aborts', async () => {
    const topic = await filled();
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const { records } of readTopic({ cluster: kafka.cluster, topic, partitions: [0], from: 'beginning', until: 'follow', signal: stop.signal })) {
      seen.push(...records.map(({ value }) => String(value)));
      if (seen.length === 3) await kafka.send([record(topic, 0, 'later')]);
      if (seen.includes('later')) stop.abort();
    }
    expect(seen).toEqual(['a', 'b', 'c', 'later']);
  });

  it('and left in the middle without harm', async () => {
    for await (const { records } of readTopic({ cluster: kafka.cluster, topic: await filled(), from: 'beginning', until: 'follow' })) {
      expect(records.length).toBeGreaterThan(0);
      break;
    }
  });

  it.each(['gzip', 'zstd'])('when it is compressed with %s', async (compression) => {
    const topic = await kafka.topic('log', 1, { 'compression.type': compression }); // by the broker, as it arrives
    await kafka.send(Array.from({ length: 50 }, (_, i) => record(topic, 0, `${i}`.repeat(100))));
    const { values } = await read(topic, { from: 'beginning', until: 'end' });
    expect(values[0]).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`.repeat(100)));
  });
});

describe('the end is the high watermark (R1)', () => {
  it('so what was committed above an open transaction is waited for and read', async () => {
    const topic = await kafka.topic('log', 1);
    const slow = await RawTransaction.open(kafka.cluster, kafka.unique('tx'));
    expect(await slow.produce(topic, 0, 'slow')).toBe(0);
    const fast = await RawTransaction.open(kafka.cluster, kafka.unique('tx'));
    expect(await fast.produce(topic, 0, 'fast')).toBe(0);
    expect(await fast.end(true)).toBe(0);
    expect(await endOffsets(kafka.cluster, topic, [0], 'read_committed')).toEqual(new Map([[0, 0n]]));
    const fork = await kafka.cluster.fork();
    const options = { cluster: fork, topic, from: 'beginning', until: 'end' } as const;
    const batches = readTopic(options);
    const first = batches.next(); // waits on the open transaction
    expect(await slow.end(true)).toBe(0);
    const values: string[] = [];
    for (let next = await first; !next.done; next = await batches.next()) values.push(...next.value.records.map(({ value }) => String(value)));
    expect(values).toEqual(['slow', 'fast']);
    fork.disconnect();
  });

  it('and the position passes aborted records and markers at the end', async () => {
    const topic = await kafka.topic('log', 1);
    const txn = await RawTransaction.open(kafka.cluster, kafka.unique('tx'));
    await txn.produce(topic, 0, 'kept');
    await txn.end(true);
    await txn.produce(topic, 0, 'aborted');
    await txn.end(false);
    await until(async () => (await endOffsets(kafka.cluster, topic, [0], 'read_committed')).get(0) === 4n || undefined, 'both markers');
    expect(await read(topic, { from: 'beginning', until: 'end' })).toEqual({ values: [['kept']], nextOffsets: [4n] });
  });
});

describe('an offset that is not in the log is an error, never another offset (R5)', () => {
  it('when it lies behind the end', async () => {
    const topic = await filled();
    const reading = read(topic, { from: { offsets: new Map([[0, 99n]]) }, until: 'follow', partitions: [0] });
    await expect(reading).rejects.toMatchObject({ code: 'KAFKA_OFFSET_OUT_OF_RANGE', topic, partition: 0, offset: 99n });
  });

  it('when the records were deleted', async () => {
    const topic = await filled();
    await deleteRecordsBefore(kafka.cluster, topic, 0, 2n);
    await expect(read(topic, { from: { offsets: new Map([[0, 1n]]) }, until: 'end', partitions: [0] })).rejects.toThrow(OffsetOutOfRangeError);
    expect(await beginningOffsets(kafka.cluster, topic, [0, 1])).toEqual(new Map([[0, 2n], [1, 0n]]));
    expect((await read(topic, { from: 'beginning', until: 'end' })).values).toEqual([['c'], ['d']]);
  });
});

it('offsets are found by time, the end where nothing is that young', async () => {
  const topic = await filled();
  expect(await offsetsForTimestamp(kafka.cluster, topic, [0, 1], 2_000)).toEqual(new Map([[0, 1n], [1, 1n]]));
  expect(await offsetsForTimestamp(kafka.cluster, topic, [0, 1], 9_000)).toEqual(new Map([[0, 3n], [1, 1n]]));
});
