import { connectAdmin, endOffsets, KafkaCluster, readTopic, RecordProducer, type ConsumedRecord, type OutboundRecord } from '@onward/kafka';
import type { TestStack } from './stack.js';

/** A cluster connection, a producer and topics of one spec's own, on the shared stack, as its administrator. */
export class KafkaFixture {
  readonly #stack: TestStack;
  readonly cluster: KafkaCluster;
  readonly #reads: KafkaCluster;
  readonly #producer: RecordProducer;
  readonly #admin: Awaited<ReturnType<typeof connectAdmin>>;

  private constructor(stack: TestStack, cluster: KafkaCluster, reads: KafkaCluster, admin: Awaited<ReturnType<typeof connectAdmin>>) {
    this.#stack = stack;
    this.cluster = cluster;
    this.#reads = reads;
    this.#admin = admin;
    this.#producer = new RecordProducer({ cluster });
  }

  static async open(stack: TestStack): Promise<KafkaFixture> {
    const options = stack.kafka('admin');
    const cluster = await KafkaCluster.connect(options);
    return new KafkaFixture(stack, cluster, await cluster.fork(), await connectAdmin(options));
  }

  async close(): Promise<void> {
    await this.#admin.disconnect();
    this.cluster.disconnect();
    this.#reads.disconnect();
  }

  get admin(): Awaited<ReturnType<typeof connectAdmin>> {
    return this.#admin;
  }

  unique(prefix: string): string {
    return this.#stack.unique(prefix);
  }

  /** Makes a topic with a name of its own. */
  async topic(prefix: string, partitionCount: number, configs: Readonly<Record<string, string>> = {}): Promise<string> {
    const topic = this.#stack.unique(prefix);
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
    await this.#admin.createTopics({ topics: [{ topic, numPartitions: partitionCount, replicationFactor: 1, configEntries }], waitForLeaders: false });
    for (let partition = 0; partition < partitionCount; partition += 1) {
      await until(() => this.cluster.leaderOf(topic, partition, { refresh: true }).catch(() => undefined), `a leader of ${topic}/${partition}`);
    }
    return topic;
  }

  async send(records: readonly OutboundRecord[]): Promise<void> {
    await this.#producer.send(records);
  }

  /** Sends `count` numbered values, `<prefix>0` and on, over the partitions in turns. */
  async sendNumbered(topic: string, count: number, partitionCount: number, prefix = ''): Promise<void> {
    await this.send(Array.from({ length: count }, (_, i) => ({ topic, partition: i % partitionCount, key: Buffer.from(`k${i % 7}`), value: Buffer.from(`${prefix}${i}`) })));
  }

  /** Everything committed in a topic by now, in log order per partition. */
  async read(topic: string): Promise<ConsumedRecord[]> {
    const records: ConsumedRecord[] = [];
    for await (const batch of readTopic({ cluster: this.#reads, topic, from: 'beginning', until: 'end' })) records.push(...batch.records);
    return records;
  }

  /** Whether so many offsets are written; markers count, so there may be fewer records. */
  async #reaches(topic: string, count: number): Promise<boolean> {
    const partitions = (await this.#reads.topic(topic)).partitions.map(({ partition }) => partition);
    const ends = await endOffsets(this.#reads, topic, partitions, 'read_committed');
    return [...ends.values()].reduce((sum, end) => sum + Number(end), 0) >= count;
  }

  /** Values of `topic` when at least `count` of them are there. */
  async values(topic: string, count: number, patienceMs?: number): Promise<string[]> {
    return until(async () => {
      if (!(await this.#reaches(topic, count))) return undefined;
      const values = (await this.read(topic)).map(({ value }) => String(value));
      return values.length >= count ? values : undefined;
    }, `${count} records in ${topic}`, patienceMs);
  }
}

/** Looks until there is an answer; fails after that long. */
export async function until<T>(look: () => Promise<T | undefined> | T | undefined, what: string, patienceMs = 30_000): Promise<T> {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadlineMs) throw new Error(`Waited ${patienceMs} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
