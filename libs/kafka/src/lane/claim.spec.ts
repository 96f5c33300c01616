import { EchoProcessor } from '../../../../test/support/echo-processor.js';
import { seededRandom } from '../../../../test/support/seeded-random.js';
import { RecordProducer } from '../producer/record-producer.js';
import { TwinBroker } from '../twin/twin-broker.js';
import { VirtualTime } from '../twin/virtual-time.js';
import { Lane } from './lane.js';

const START_MS = Date.UTC(2026, 0, 1);
const CLAIMS = ['OffsetCommit', 'TxnOffsetCommit'];

describe('the commit by which a lane claims a partition (R4)', () => {
  const sleep = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

  it('does not set the offsets back when a copy of it arrives late', async () => {
    const time = VirtualTime.install({ startMs: START_MS, random: seededRandom(1) });
    try {
      await time.run(async () => {
        let lost = 0;
        const network = { deliver: ({ api }: { readonly api: string }) => (CLAIMS.includes(api) && lost++ === 0 ? ({ fault: 'late', requestMs: 3_000 } as const) : { answerMs: 1 }) };
        const broker = new TwinBroker({ time, network });
        for (const topic of ['in', 'out', 'quarantine']) broker.createTopic(topic, { partitions: 1 });
        const retried: unknown[] = [];
        const start = async (name: string): Promise<Lane> => {
          const process = time.process(name);
          const cluster = await broker.connect(process);
          const options = { groupId: 'group', topics: ['in'], transactionalId: name, quarantineTopic: 'quarantine' };
          const observer = { partitionStopped: (error: unknown) => retried.push(error), retrying: (error: unknown) => retried.push(error), failed: (error: unknown) => retried.push(error) };
          return process.run(() => Lane.start(cluster, options, new EchoProcessor('out'), observer));
        };
        const first = await start('a');
        const producer = new RecordProducer({ cluster: await broker.connect(time.process('client')) });
        for (let i = 0; i < 20; i++) await producer.send([{ topic: 'in', partition: 0, key: null, value: Buffer.from(`${i}`) }]);
        await sleep(4_000);
        expect(lost).toBeGreaterThan(1);
        expect(broker.committedOffset('group', 'in', 0)).toBe(20n);
        await first.stop();
        await start('b');
        await sleep(1_000);
        expect(broker.records('out', 0).map(({ value }) => String(value))).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
      });
    } finally {
      time.uninstall();
    }
  });
});
