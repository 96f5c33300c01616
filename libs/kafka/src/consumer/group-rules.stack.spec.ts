import { jest } from '@jest/globals';
import { KafkaFixture, until } from '../../../../test/support/kafka-fixture.js';
import { LaneFixture, PARTITIONS } from '../../../../test/support/lane-fixture.js';
import { testStack } from '../../../../test/support/stack.js';

jest.setTimeout(60_000);

describe('reading as a group member', () => {
  let kafka: KafkaFixture;
  let lanes: LaneFixture;

  beforeAll(async () => {
    kafka = await KafkaFixture.open(testStack());
  });
  afterAll(() => kafka.close());
  beforeEach(async () => {
    lanes = await LaneFixture.open(testStack(), kafka);
  });
  afterEach(() => lanes.close());

  const members = async (): Promise<number> => (await kafka.admin.describeGroups([lanes.groupId])).groups[0]!.members.length;

  it('neither joins late nor is evicted while a partition is being restored or a batch takes long; the others go on (R3)', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = await lanes.start('0', { sessionTimeoutMs: 1_500 }, (processor) => {
      processor.onOpen = async ({ partition }) => {
        if (partition === 0) await held;
      };
      processor.onProcess = async () => {
        if (processor.calls.filter((call) => call === 'process').length === 1) await new Promise((resolve) => setTimeout(resolve, 3_000)); // twice the session timeout
      };
    });
    await lanes.send(40);
    expect((await lanes.answers(30)).length).toBe(30);
    expect(slow.lane.partitions).toEqual([1, 2, 3]);
    expect(await members()).toBe(1);
    release();
    expect((await lanes.answers(40)).length).toBe(40);
    expect(slow.processor.openings.length).toBe(PARTITIONS);
    expect(slow.retried).toEqual([]);
  });

  it('lets a second member join at once while the first restores (R3)', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = await lanes.start('0', {}, (processor) => {
      processor.onOpen = () => held;
    });
    await until(() => slow.processor.openings.length === PARTITIONS || undefined, 'the restore to begin');
    const startedMs = performance.now();
    const second = await lanes.start('1');
    await lanes.owns(second, 2);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    release();
    await lanes.owns(slow, 2);
  });

  it('stops a partition whose next offset is not in the log any more, and reads the others on (R5)', async () => {
    const first = await lanes.start('0');
    await lanes.send(40);
    await lanes.answers(40);
    await first.lane.stop();
    await lanes.send(40, 'b');
    await kafka.admin.fetchTopicOffsets(lanes.topics.in); // kafkajs deletes only where it knows the leader already
    await kafka.admin.deleteTopicRecords({ topic: lanes.topics.in, partitions: [{ partition: 0, offset: '15' }] });
    const second = await lanes.start('0');
    await until(() => second.stopped.length > 0 || undefined, 'the alarm');
    expect(second.stopped.map(({ code, partition }) => [code, partition])).toEqual([['PARTITION_OFFSET_OUT_OF_RANGE', 0]]);
    expect((await lanes.answers(70)).length).toBe(70);
    expect(second.lane.partitions).toEqual([1, 2, 3]);
    expect(second.processor.calls).toContain('close 0');
  });

  it('stops a partition that has state but no committed offset (R5)', async () => {
    const stateTopic = await kafka.topic('state', PARTITIONS, { 'cleanup.policy': 'compact' });
    await kafka.send([{ topic: stateTopic, partition: 1, key: Buffer.from('saga'), value: Buffer.from('snapshot') }]);
    await lanes.send(40);
    const { stopped, lane } = await lanes.start('0', { stateTopic: { topic: stateTopic } });
    expect((await lanes.answers(30)).length).toBe(30);
    expect(stopped.map(({ code, partition }) => [code, partition])).toEqual([['PARTITION_OFFSET_MISSING', 1]]);
    expect(lane.partitions).toEqual([0, 2, 3]);
  });

  it('stops every partition when the group has lost its offsets while the one state of all has data (R5)', async () => {
    const topic = await kafka.topic('state', 1);
    await lanes.send(40);
    const first = await lanes.start('0', { stateTopic: { topic, partition: 0 } });
    await lanes.answers(40);
    await first.lane.stop();
    await kafka.send([{ topic, partition: 0, key: null, value: Buffer.from('entry') }]);
    await kafka.admin.deleteGroups([lanes.groupId]);
    const second = await lanes.start('0', { stateTopic: { topic, partition: 0 } });
    await until(() => second.stopped.length === PARTITIONS || undefined, 'the alarms');
    expect(new Set(second.stopped.map(({ code }) => code))).toEqual(new Set(['PARTITION_OFFSET_MISSING']));
    expect((await lanes.answers(40)).length).toBe(40);
  });

  it('reads an input that was added later from its beginning, also where it alone has a partition, while the one state of all has data', async () => {
    const topic = await kafka.topic('state', 1);
    await kafka.send([{ topic, partition: 0, key: null, value: Buffer.from('entry') }]);
    const stateTopic = { topic, partition: 0 };
    const before = await lanes.start('0', { single: true });
    await lanes.send(40);
    await lanes.answers(40);
    await before.lane.stop();
    const added = await kafka.topic('added', PARTITIONS + 1);
    await kafka.sendNumbered(added, 40, PARTITIONS, 'added');
    const after = await lanes.start('0', { single: true, stateTopic, topics: [lanes.topics.in, added] });
    await lanes.owns(after, PARTITIONS + 1);
    expect((await lanes.answers(80)).filter((value) => value.startsWith('added')).length).toBe(40);
    expect(after.stopped).toEqual([]);
  });

  it('opens each partition of a new group also when the one state of all has data from another by then', async () => {
    const topic = await kafka.topic('state', 1);
    const stateTopic = { topic, partition: 0 };
    // The others were opened and worked on before this one.
    await kafka.admin.setOffsets({ groupId: lanes.groupId, topic: lanes.topics.in, partitions: [1, 2, 3].map((partition) => ({ partition, offset: '0' })) });
    await kafka.send([{ topic, partition: 0, key: null, value: Buffer.from('entry') }]);
    const lane = await lanes.start('0', { stateTopic });
    await lanes.owns(lane, PARTITIONS);
    expect(lane.stopped).toEqual([]);
  });

  it('refuses to start with another partition count than declared, and stops when it changes (R13)', async () => {
    await expect(lanes.start('0', { partitionCount: 12 })).rejects.toMatchObject({ code: 'TOPOLOGY_PARTITION_COUNT' });
    const other = await kafka.topic('other', PARTITIONS + 1);
    await expect(lanes.start('0', { topics: [lanes.topics.in, other] })).rejects.toMatchObject({ code: 'TOPOLOGY_PARTITION_COUNT' });
    const running = await lanes.start('0', { metadataMaxAgeMs: 100 });
    await lanes.owns(running, PARTITIONS);
    await kafka.admin.createPartitions({ topicPartitions: [{ topic: lanes.topics.in, count: PARTITIONS + 1 }] });
    await until(() => running.failed.length > 0 || undefined, 'the lane to stop');
    expect(running.failed.map(({ code }) => code)).toEqual(['TOPOLOGY_PARTITION_COUNT']);
  });

  it('says what to do when another program is in the group', async () => {
    const { default: kafkajs } = await import('kafkajs');
    const consumer = new kafkajs.Kafka({ ...testStack().kafka('admin'), logLevel: kafkajs.logLevel.NOTHING }).consumer({ groupId: lanes.groupId });
    await consumer.connect();
    await consumer.subscribe({ topic: lanes.topics.in });
    await new Promise<void>((resolve) => {
      consumer.on(consumer.events.GROUP_JOIN, () => resolve());
      void consumer.run({ eachMessage: async () => {} });
    });
    try {
      const { failed } = await lanes.start('0');
      await until(() => failed.length > 0 || undefined, 'the lane to stop');
      expect(failed[0]!.message).toContain('Give each service a group of its own.');
    } finally {
      await consumer.disconnect();
    }
  });
});
