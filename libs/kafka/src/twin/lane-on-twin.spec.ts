import { createHash } from 'node:crypto';
import { EchoProcessor } from '../../../../test/support/echo-processor.js';
import { seededRandom } from '../../../../test/support/seeded-random.js';
import type { KafkaCluster } from '../connection/kafka-cluster.js';
import { Lane } from '../lane/lane.js';
import { ProducerFenced, TransactionAborted } from '../producer/producer-errors.js';
import { RecordProducer } from '../producer/record-producer.js';
import type { Delivery, Network, TwinRequest } from './network.js';
import { TwinBroker } from './twin-broker.js';
import type { VirtualProcess } from './virtual-process.js';
import { VirtualTime } from './virtual-time.js';

const PARTITIONS = 3;
const START_MS = Date.UTC(2026, 0, 1);

/** Two lanes over one input, on a twin; everything that is sent and answered goes into the trace. */
class TwinLanes implements Network {
  readonly broker: TwinBroker;
  readonly trace: string[] = [];
  readonly retried: unknown[] = [];
  readonly failed: unknown[] = [];
  /** Decides about each request. */
  fate: (request: TwinRequest) => Delivery = () => ({ answerMs: 1 });
  #client!: KafkaCluster;
  #producer!: RecordProducer;

  constructor(
    readonly time: VirtualTime,
    nodes = 1,
  ) {
    this.broker = new TwinBroker({ time, nodes, network: this });
    for (const topic of ['in', 'out', 'quarantine']) this.broker.createTopic(topic, { partitions: PARTITIONS });
  }

  deliver(request: TwinRequest): Delivery {
    this.trace.push(`${this.time.nowMs} ${request.process.name} ${request.api}`);
    return this.fate(request);
  }

  markerMs(): number {
    return 2;
  }

  answered({ number }: TwinRequest, answer: unknown): void {
    this.trace.push(`${number} ${JSON.stringify(answer, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`);
  }

  async send(count: number, prefix: string): Promise<void> {
    this.#client ??= await this.broker.connect(this.time.process('client'));
    this.#producer ??= new RecordProducer({ cluster: this.#client });
    const record = (i: number) => ({ topic: 'in', partition: i % PARTITIONS, key: Buffer.from(`k${i}`), value: Buffer.from(`${prefix}${i}`) });
    await this.#producer.send(Array.from({ length: count }, (_, i) => record(i)));
  }

  async start(name: string): Promise<{ process: VirtualProcess; lane: Lane; processor: EchoProcessor }> {
    const process = this.time.process(name);
    const processor = new EchoProcessor('out');
    const cluster = await this.broker.connect(process);
    const options = { groupId: 'group', topics: ['in'], transactionalId: name, quarantineTopic: 'quarantine', sessionTimeoutMs: 3_000 };
    const lane = await process.run(() =>
      Lane.start(cluster, options, processor, {
        partitionStopped: (error) => this.failed.push(error),
        retrying: (error) => this.retried.push(error),
        failed: (error) => this.failed.push(error),
      }),
    );
    return { process, lane, processor };
  }

  get answers(): string[] {
    return Array.from({ length: PARTITIONS }, (_, partition) => this.broker.records('out', partition).map(({ value }) => String(value))).flat();
  }
}

describe('lanes on the twin', () => {
  const play = async (scenario: (lanes: TwinLanes) => Promise<void>, { seed = 1, nodes = 1 } = {}): Promise<TwinLanes> => {
    const time = VirtualTime.install({ startMs: START_MS, random: seededRandom(seed) });
    try {
      const lanes = new TwinLanes(time, nodes);
      await time.run(() => scenario(lanes), { untilMs: START_MS + 600_000 });
      return lanes;
    } finally {
      time.uninstall();
    }
  };
  const sleep = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));
  const answered = async (lanes: TwinLanes, count: number): Promise<void> => {
    while (lanes.answers.length < count) await sleep(10);
  };
  const numbered = (...parts: [number, string][]): string[] => parts.flatMap(([count, prefix]) => Array.from({ length: count }, (_, i) => `${prefix}${i}`)).sort();

  /** One lane dies between what it wrote and the end of its transaction; another is paused until it has been replaced, and wakes. */
  const crashAndZombie = async (lanes: TwinLanes): Promise<void> => {
    const [first, second] = [await lanes.start('a'), await lanes.start('b')];
    await lanes.send(30, 'x');
    await answered(lanes, 30);
    lanes.fate = ({ process, api }) => {
      if (process === first.process && api === 'EndTxn') process.kill();
      return process.state === 'dead' ? { fault: 'request-lost' } : { answerMs: 1 };
    };
    await lanes.send(30, 'y');
    await answered(lanes, 60);
    expect(second.lane.partitions).toEqual([0, 1, 2]);
    const third = await lanes.start('c');
    while (third.lane.partitions.length === 0) await sleep(10);
    lanes.fate = ({ process, api }) => {
      if (process === second.process && api === 'TxnOffsetCommit') process.freeze();
      return process === second.process && process.state === 'frozen' ? { requestMs: 30_000 } : { answerMs: 1 };
    };
    await lanes.send(30, 'z');
    await answered(lanes, 90);
    lanes.fate = () => ({ answerMs: 1 });
    second.process.thaw();
    await lanes.send(30, 'w');
    await answered(lanes, 120);
    await sleep(60_000);
    expect(lanes.answers.sort()).toEqual(numbered([30, 'x'], [30, 'y'], [30, 'z'], [30, 'w']));
    expect(lanes.broker.openTransactions).toEqual([]);
    expect(lanes.failed).toEqual([]);
  };

  it('process every input exactly once through the death of one and a zombie that wakes', async () => {
    const { retried } = await play(crashAndZombie);
    const isRefusal = (error: unknown): boolean => error instanceof ProducerFenced || (error instanceof TransactionAborted && error.membershipLost);
    expect(retried.filter(isRefusal).length).toBeGreaterThan(0);
  });

  it('do so with several brokers, which answer in any order', async () => {
    const random = seededRandom(7);
    await play(async (lanes) => {
      await lanes.start('a');
      await lanes.start('b');
      lanes.fate = () => {
        const dice = random();
        const fault = dice < 0.01 ? 'request-lost' : dice < 0.02 ? 'answer-lost' : dice < 0.03 ? 'late' : undefined;
        return { requestMs: random() * 20, answerMs: random() * 20, ...(fault === undefined ? {} : { fault }) };
      };
      for (let i = 0; i < 10; i++) await lanes.send(30, `${i}-`);
      lanes.fate = () => ({ answerMs: 1 });
      await answered(lanes, 300);
      await sleep(60_000);
      expect(lanes.answers.sort()).toEqual(numbered(...Array.from({ length: 10 }, (_, i): [number, string] => [30, `${i}-`])));
    }, { nodes: 3 });
  });

  it.each([1, 2, 3, 4, 5, 6, 7])('stop one of two that run under one name, and only one (R4), %d', async (seed) => {
    const random = seededRandom(seed);
    const { failed } = await play(async (lanes) => {
      lanes.fate = () => ({ requestMs: random() * 2, answerMs: random() * 2 });
      const twins = [await lanes.start('same'), await lanes.start('same')];
      while (twins.some(({ lane }) => lane.partitions.length === 0)) await sleep(20);
      let sent = 0;
      for (; lanes.failed.length === 0; sent += 6) await lanes.send(6, `${sent}-`);
      await answered(lanes, sent);
      expect(lanes.answers.length).toBe(sent);
    }, { seed });
    expect(failed).toEqual([expect.objectContaining({ code: 'LANE_FENCED' })]);
  });

  it('do the same in the same order each time', async () => {
    const hashes = [];
    for (let i = 0; i < 3; i++) {
      const { trace } = await play(crashAndZombie, { seed: 42 });
      hashes.push(createHash('sha256').update(trace.join('\n')).digest('hex'));
    }
    expect(new Set(hashes).size).toBe(1);
  });
});
