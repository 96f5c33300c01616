import { jest } from '@jest/globals';
import { KafkaFixture } from '../../../../test/support/kafka-fixture.js';
import { ApiKey, KafkaProxy } from '../../../../test/support/kafka-proxy.js';
import { testStack } from '../../../../test/support/stack.js';
import { KafkaCluster } from '../connection/kafka-cluster.js';
import { ErrorCode } from '../protocol/error-codes.js';
import type { OutboundRecord } from './outbound-record.js';
import { RecordsNotSent } from './producer-errors.js';
import { RecordProducer } from './record-producer.js';

jest.setTimeout(60_000);

const stack = testStack();
let kafka: KafkaFixture;

beforeAll(async () => {
  kafka = await KafkaFixture.open(stack);
});
afterAll(() => kafka.close());

const record = (topic: string, partition: number, value: string): OutboundRecord => ({
  topic,
  partition,
  key: Buffer.from('k'),
  value: Buffer.from(value),
  headers: { ce_id: value },
});

describe('records sent outside transactions', () => {
  it('are answered with their offsets and the broker’s time, in the order given', async () => {
    const topic = await kafka.topic('out', 2, { 'message.timestamp.type': 'LogAppendTime' });
    const producer = new RecordProducer({ cluster: kafka.cluster });
    const startMs = Date.now();
    const appended = await producer.send([record(topic, 1, 'a'), record(topic, 0, 'b'), record(topic, 1, 'c')]);
    expect(appended.map(({ partition, offset }) => [partition, offset])).toEqual([[1, 0n], [0, 0n], [1, 1n]]);
    for (const { appendTimeMs } of appended) expect(Math.abs(appendTimeMs - startMs)).toBeLessThan(60_000);
    const [first] = await kafka.read(topic);
    expect(first).toMatchObject({ key: Buffer.from('k'), headers: { ce_id: expect.any(Buffer) as Buffer } });
  });

  it('keep the order of the calls, and calls that wait go together', async () => {
    const topic = await kafka.topic('out', 1);
    const producer = new RecordProducer({ cluster: kafka.cluster });
    const values = Array.from({ length: 300 }, (_, i) => `${i}`);
    const appended = await Promise.all(values.map((value) => producer.send([record(topic, 0, value)])));
    expect(appended.map(([each]) => each!.offset)).toEqual(values.map(BigInt));
    expect(await kafka.values(topic, 300)).toEqual(values);
  });

  it.each(['lose-request', 'lose-answer', 'swallow-answer'] as const)('are written once when the network does this: %s', async (mishap) => {
    const topic = await kafka.topic('out', 1);
    const proxy = await KafkaProxy.start(stack.brokers[0]!);
    const cluster = await KafkaCluster.connect({ ...stack.kafka('admin'), brokers: [proxy.address] }, { requestTimeoutMs: 1_000 });
    const producer = new RecordProducer({ cluster });
    await producer.send([record(topic, 0, 'before')]);
    const happened = proxy.next(ApiKey.Produce, mishap);
    expect(await producer.send([record(topic, 0, 'during')])).toMatchObject([{ offset: 1n }]);
    await happened;
    await producer.send([record(topic, 0, 'after')]);
    expect(await kafka.values(topic, 3)).toEqual(['before', 'during', 'after']);
    cluster.disconnect();
    await proxy.close();
  });

  it('fail with a typed error when they cannot be written, and the next ones go', async () => {
    const topic = await kafka.topic('out', 1, { 'max.message.bytes': '2000' });
    const producer = new RecordProducer({ cluster: kafka.cluster });
    const error = await producer.send([record(topic, 0, 'x'.repeat(5_000))]).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(RecordsNotSent);
    expect(error).toMatchObject({ code: 'KAFKA_RECORDS_NOT_SENT', cause: { brokerCode: ErrorCode.MESSAGE_TOO_LARGE } });
    await producer.send([record(topic, 0, 'small')]);
    expect(await kafka.values(topic, 1)).toEqual(['small']);
  });

  it('are refused of a principal that may not write the topic', async () => {
    const topic = await kafka.topic('out', 1);
    const cluster = await KafkaCluster.connect(stack.kafka('client'));
    const error = await new RecordProducer({ cluster, patienceMs: 200 }).send([record(topic, 0, 'x')]).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(RecordsNotSent);
    cluster.disconnect();
  });
});
