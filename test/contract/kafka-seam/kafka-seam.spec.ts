import type { KafkaCluster } from '@onward/kafka';
import { TwinBroker, VirtualTime, type Network } from '@onward/kafka/twin';
import { seededRandom } from '../../support/seeded-random.js';
import type { Seam } from './seam.js';
import { describeKafkaSeam } from './suite.js';

const START_MS = Date.UTC(2026, 0, 1);

describe.each([
  ['at once', 1, (): number => 0],
  ['with one broker, some milliseconds away', 1, (): number => 1 + Math.random() * 4],
  ['with three brokers, some milliseconds away', 3, (): number => 1 + Math.random() * 4],
] as const)('the twin, %s:', (_, nodes, delayMs) => {
  describeKafkaSeam(async (seamCase) => {
    const time = VirtualTime.install({ startMs: START_MS, random: seededRandom(nodes) });
    const network: Network = { deliver: () => ({ requestMs: delayMs(), answerMs: delayMs() }), markerMs: delayMs };
    const broker = new TwinBroker({ time, nodes, network });
    const clusters: KafkaCluster[] = [];
    let names = 0;
    const seam: Seam = {
      connect: async () => {
        const cluster = await broker.connect(time.process('test'));
        clusters.push(cluster);
        return cluster;
      },
      unique: (prefix) => `${prefix}-${++names}`,
      topic: async (partitions, options) => {
        const name = `topic-${++names}`;
        broker.createTopic(name, { partitions, ...options });
        return name;
      },
      deleteRecordsBefore: async (topic, partition, offset) => broker.deleteRecordsBefore(topic, partition, offset),
    };
    try {
      await time.run(() => seamCase(seam), { untilMs: START_MS + 120_000 });
    } finally {
      time.uninstall();
      for (const cluster of clusters) cluster.disconnect();
    }
  });
});
