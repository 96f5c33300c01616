import { seededRandom } from '../../../../test/support/seeded-random.js';
import type { KafkaCluster } from '../connection/kafka-cluster.js';
import { readTopic } from '../consumer/topic-reader.js';
import { RecordProducer } from '../producer/record-producer.js';
import { TransactionalProducer } from '../producer/transactional-producer.js';
import { ErrorCode } from '../protocol/error-codes.js';
import type { Delivery, TwinRequest } from './network.js';
import { TwinBroker } from './twin-broker.js';
import type { VirtualProcess } from './virtual-process.js';
import { VirtualTime } from './virtual-time.js';

const START_MS = Date.UTC(2026, 0, 1);

describe('the twin', () => {
  let time: VirtualTime;
  let broker: TwinBroker;
  let process: VirtualProcess;
  let fate: (request: TwinRequest) => Delivery;
  let apis: string[];

  beforeEach(() => {
    time = VirtualTime.install({ startMs: START_MS, random: seededRandom(1) });
    fate = () => ({ answerMs: 1 });
    apis = [];
    const network = {
      deliver: (request: TwinRequest) => {
        apis.push(request.api);
        return fate(request);
      },
    };
    broker = new TwinBroker({ time, nodes: 2, network });
    broker.createTopic('t', { partitions: 2, compacted: true });
    process = time.process('p');
  });
  afterEach(() => time.uninstall());

  const on = (scenario: (cluster: KafkaCluster) => Promise<void>): Promise<void> => time.run(async () => scenario(await broker.connect(process)), { untilMs: START_MS + 600_000 });
  const sleep = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));
  const record = (key: string, value: string | null, partition = 0) => ({ topic: 't', partition, key: Buffer.from(key), value: value === null ? null : Buffer.from(value) });
  const values = (partition = 0): string[] => broker.records('t', partition).map(({ key, value, offset }) => `${offset} ${String(key)}=${String(value)}`);
  const count = (api: string): number => apis.filter((each) => each === api).length;

  it('compacts: the last record of each key is left, at its offset; aborted ones go; a reader gets to the end all the same', async () => {
    await on(async (cluster) => {
      const producer = new RecordProducer({ cluster });
      await producer.send([record('a', '1'), record('b', '1'), record('a', '2')]);
      await producer.send([record('c', '1'), record('b', null)]);
      const transactional = await TransactionalProducer.open({ cluster, transactionalId: 'tx', timeoutMs: 20_000 });
      const offsets = { groupId: 'g', membership: { memberId: '', generationId: -1 }, topics: [{ topic: 't', partition: 0, offset: 1n, metadata: null }] };
      await transactional.commit({ records: [record('c', '2'), record('a', '3')], offsets });
      fate = ({ api }) => (api === 'EndTxn' ? { errorCode: ErrorCode.TRANSACTION_ABORTABLE } : {});
      await expect(transactional.commit({ records: [record('a', 'aborted')], offsets })).rejects.toThrow();
      fate = () => ({});
      await TransactionalProducer.open({ cluster, transactionalId: 'tx', timeoutMs: 20_000 });
      broker.compact('t');
      expect(values()).toEqual(['4 b=null', '5 c=2', '6 a=3']);
      broker.compact('t', { dropTombstones: true });
      const read: string[] = [];
      let next = 0n;
      for await (const { records, nextOffset } of readTopic({ cluster: await cluster.fork(), topic: 't', partitions: [0], from: 'beginning', until: 'end' })) {
        read.push(...records.map(({ key, value }) => `${String(key)}=${String(value)}`));
        next = nextOffset;
      }
      expect(read).toEqual(['c=2', 'a=3']);
      expect(next).toBe(broker.end('t', 0, 'read_uncommitted'));
    });
  });

  it.each([
    ['request-lost', 2, 1],
    ['answer-lost', 2, 1],
    ['late', 2, 1],
    ['request-silent', 2, 1],
    ['answer-silent', 2, 1],
  ] as const)('%s: the producer sends again, and the record is there once', async (fault, sent, written) => {
    await on(async (cluster) => {
      let faults = 1;
      fate = ({ api }) => (api === 'Produce' && faults-- > 0 ? { requestMs: 5, answerMs: 1, fault } : { answerMs: 1 });
      const startedMs = Date.now();
      await new RecordProducer({ cluster, patienceMs: 60_000 }).send([record('a', '1')]);
      expect([count('Produce'), values().length]).toEqual([sent, written]);
      expect(Date.now() - startedMs >= 30_000).toBe(fault.endsWith('silent')); // the client's own time limit
      await sleep(1_000);
      expect(values().length).toBe(written);
    });
  });

  it('answers with an error code and does nothing, where that is wanted', async () => {
    await on(async (cluster) => {
      let faults = 2;
      fate = ({ api }) => (api === 'Produce' && faults-- > 0 ? { errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER } : {});
      await new RecordProducer({ cluster }).send([record('a', '1')]);
      expect([count('Produce'), values().length]).toEqual([3, 1]);
    });
  });

  it('refuses who asks the wrong broker for a partition or a coordinator, and clients find the right one', async () => {
    await on(async (cluster) => {
      const producer = new RecordProducer({ cluster });
      await producer.send([record('a', '1')]);
      broker.moveLeader('t', 0, 2);
      await producer.send([record('a', '2')]);
      const transactional = await TransactionalProducer.open({ cluster, transactionalId: 'tx', timeoutMs: 20_000 });
      for (const nodeId of [1, 2]) {
        broker.moveCoordinator('transaction', 'tx', nodeId);
        broker.moveCoordinator('group', 'g', nodeId);
        const offsets = { groupId: 'g', membership: { memberId: '', generationId: -1 }, topics: [{ topic: 't', partition: 0, offset: BigInt(nodeId), metadata: null }] };
        await transactional.commit({ records: [record('b', `${nodeId}`)], offsets });
      }
      expect(values().map((each) => each.split(' ')[1])).toEqual(['a=1', 'a=2', 'b=1', 'b=2']);
      expect(broker.committedOffset('g', 't', 0)).toBe(2n);
    });
  });

  it('never answers a dead process, and does what it had sent', async () => {
    await on(async (cluster) => {
      const settled: string[] = [];
      const produce = (value: string): unknown => process.run(() => new RecordProducer({ cluster }).send([record('a', value)]).finally(() => settled.push(value)));
      fate = ({ api }) => (api === 'Produce' ? { requestMs: 100 } : {});
      produce('1');
      await sleep(50);
      process.kill();
      produce('2');
      await sleep(300_000);
      expect([settled, values()]).toEqual([[], ['0 a=1']]);
    });
  });

  it('answers a frozen process when it thaws', async () => {
    await on(async (cluster) => {
      let settledMs = 0;
      fate = () => ({ answerMs: 10 });
      void process.run(() => new RecordProducer({ cluster }).send([record('a', '1')]).then(() => (settledMs = Date.now() - START_MS)));
      await sleep(5);
      process.freeze();
      await sleep(10_000);
      expect(settledMs).toBe(0);
      process.thaw();
      await sleep(100);
      expect(settledMs).toBeGreaterThan(10_000);
    });
  });

  it('works off the requests of a connection one by one, whatever the delays', async () => {
    await on(async (cluster) => {
      fate = ({ api, number }) => (api === 'Produce' ? { requestMs: number % 2 === 0 ? 50 : 1 } : {});
      const producers = [new RecordProducer({ cluster }), new RecordProducer({ cluster }), new RecordProducer({ cluster })];
      await Promise.all(producers.map((producer, i) => producer.send([record(`k${i}`, '1')])));
      expect(values()).toEqual(['0 k0=1', '1 k1=1', '2 k2=1']);
    });
  });
});
