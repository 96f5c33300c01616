import { Lane, RecordProducer } from '@onward/kafka';
import { TwinBroker, VirtualTime, type Delivery, type TwinRequest, type VirtualProcess } from '@onward/kafka/twin';
import { EchoProcessor } from '../support/echo-processor.js';
import { seededRandom } from '../support/seeded-random.js';

/**
 * A member that was paused while it opened a partition saw, when it woke, no committed offset (asked before the pause) and a
 * state topic with data (its successor's, asked after): it raised the alarm of lost offsets for a partition that was not its own.
 */
describe('a member that is paused while it opens a partition, and replaced', () => {
  it('raises no alarm when it wakes', async () => {
    const time = VirtualTime.install({ startMs: Date.UTC(2026, 0, 1), random: seededRandom(1) });
    const alarms: unknown[] = [];
    try {
      await time.run(() => scenario(time, alarms));
    } finally {
      time.uninstall();
    }
    expect(alarms).toEqual([]);
  });
});

async function scenario(time: VirtualTime, alarms: unknown[]): Promise<void> {
  let fate = (_request: TwinRequest): Delivery => ({ answerMs: 1 });
  const broker = new TwinBroker({ time, network: { deliver: (request) => fate(request) } });
  for (const topic of ['in', 'state', 'quarantine']) broker.createTopic(topic, { partitions: 1 });
  const start = async (name: string): Promise<VirtualProcess> => {
    const process = time.process(name);
    const cluster = await broker.connect(process);
    const options = { groupId: 'group', topics: ['in'], transactionalId: name, quarantineTopic: 'quarantine', stateTopic: { topic: 'state' }, sessionTimeoutMs: 3_000 };
    const alarm = (error: unknown): unknown => alarms.push(error);
    await process.run(() => Lane.start(cluster, options, new EchoProcessor('state'), { partitionStopped: alarm, failed: alarm, retrying: () => {} }));
    return process;
  };
  let asked = 0;
  fate = ({ api, process }) => {
    // It has its offsets by then, and asks for the state.
    if (process.name === 'first' && api === 'ListOffsets' && (asked += 1) === 1) process.freeze();
    return { answerMs: 1 };
  };
  const first = await start('first');
  while (first.state !== 'frozen') await sleep(10);
  await start('second');
  await sleep(20_000);
  const world = await broker.connect(time.process('world'));
  await new RecordProducer({ cluster: world }).send([{ topic: 'in', partition: 0, key: Buffer.from('k'), value: Buffer.from('v') }]);
  while (broker.end('state', 0, 'read_committed') === 0n) await sleep(100);
  first.thaw();
  await sleep(20_000);
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
