import { EchoProcessor } from '../../../../test/support/echo-processor.js';
import { KafkaFixture, until } from '../../../../test/support/kafka-fixture.js';
import { testStack } from '../../../../test/support/stack.js';
import type { KafkaError } from '../connection/index.js';
import type { PartitionStoppedError } from '../consumer/group-error.js';
import { Lane, type LaneOptions } from './lane.js';

const PARTITIONS = 4;

interface Running {
  readonly lane: Lane;
  readonly processor: EchoProcessor;
  readonly retried: unknown[];
  readonly stopped: PartitionStoppedError[];
  readonly failed: KafkaError[];
}

describe('a lane', () => {
  let kafka: KafkaFixture;
  let topics: { in: string; out: string; quarantine: string };
  let groupId: string;
  const lanes: Lane[] = [];

  beforeAll(async () => {
    kafka = await KafkaFixture.open(testStack());
  });
  afterAll(() => kafka.close());

  beforeEach(async () => {
    topics = { in: await kafka.topic('in', PARTITIONS), out: await kafka.topic('out', PARTITIONS), quarantine: await kafka.topic('quarantine', PARTITIONS) };
    groupId = kafka.unique('group');
  });
  afterEach(async () => {
    await Promise.all(lanes.splice(0).map((lane) => lane.stop()));
  });

  async function start(name: string, options: Partial<LaneOptions> = {}, prepare: (processor: EchoProcessor) => void = () => {}): Promise<Running> {
    const processor = new EchoProcessor(topics.out);
    prepare(processor);
    const running = { processor, retried: [] as unknown[], stopped: [] as PartitionStoppedError[], failed: [] as KafkaError[] };
    const lane = await Lane.start(
      kafka.cluster,
      { groupId, topics: [topics.in], transactionalId: `${groupId}-${name}`, quarantineTopic: topics.quarantine, sessionTimeoutMs: 1_500, ...options },
      processor,
      {
        partitionStopped: (error) => running.stopped.push(error),
        retrying: (error) => running.retried.push(error),
        failed: (error) => running.failed.push(error),
      },
    );
    lanes.push(lane);
    return { lane, ...running };
  }

  const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i)).sort();

  it('answers every input once, in transactions of everything that queued up', async () => {
    const { processor, retried } = await start('0');
    await kafka.sendNumbered(topics.in, 500, PARTITIONS);
    expect((await kafka.values(topics.out, 500)).sort()).toEqual(numbered(500));
    expect(processor.commits.length).toBeLessThan(250);
    expect(retried).toEqual([]);
  });

  it('goes on where it was after it is stopped and started again', async () => {
    await kafka.sendNumbered(topics.in, 40, PARTITIONS);
    const first = await start('0');
    await kafka.values(topics.out, 40);
    await first.lane.stop();
    await kafka.sendNumbered(topics.in, 40, PARTITIONS, 'b');
    const second = await start('0');
    const values = await kafka.values(topics.out, 80);
    expect(values.length).toBe(80);
    expect(new Set(values).size).toBe(80);
    expect(second.processor.openings.map(({ committed }) => committed.get(topics.in))).toEqual([10n, 10n, 10n, 10n]);
  });

  it('shares the partitions with a second lane, loses nothing and repeats nothing while they move', async () => {
    const first = await start('0');
    await until(() => first.lane.partitions.length === PARTITIONS, 'the first lane to own everything');
    const sending = kafka.sendNumbered(topics.in, 2_000, PARTITIONS);
    const second = await start('1');
    await sending;
    await until(() => first.lane.partitions.length === 2 && second.lane.partitions.length === 2, 'two partitions each');
    await kafka.sendNumbered(topics.in, 1_000, PARTITIONS, 'b');
    await first.lane.stop();
    await kafka.sendNumbered(topics.in, 1_000, PARTITIONS, 'c');
    const values = await kafka.values(topics.out, 4_000);
    expect(values.length).toBe(4_000);
    expect(new Set(values).size).toBe(4_000);
    expect(second.lane.partitions.length).toBe(PARTITIONS);
  });
});
