import { endOffsets, KafkaCluster } from '@onward/kafka';
import { jest } from '@jest/globals';
import { deleteRecordsBefore } from '../../support/delete-records.js';
import { KafkaFixture } from '../../support/kafka-fixture.js';
import { testStack } from '../../support/stack.js';
import { describeKafkaSeam } from './suite.js';

jest.setTimeout(60_000);

describe('a real cluster:', () => {
  let kafka: KafkaFixture;
  const clusters: KafkaCluster[] = [];

  beforeAll(async () => {
    kafka = await KafkaFixture.open(testStack());
  });
  afterEach(() => clusters.splice(0).forEach((cluster) => cluster.disconnect()));
  afterAll(() => kafka.close());

  describeKafkaSeam((seamCase) =>
    seamCase({
      connect: async () => {
        const cluster = await KafkaCluster.connect(testStack().kafka('admin'));
        clusters.push(cluster);
        return cluster;
      },
      unique: (prefix) => kafka.unique(prefix),
      topic: async (partitions, { compacted = false, timestamps = 'append' } = {}) => {
        const topic = await kafka.topic('seam', partitions, {
          'message.timestamp.type': timestamps === 'append' ? 'LogAppendTime' : 'CreateTime',
          'cleanup.policy': compacted ? 'compact' : 'delete',
          'retention.ms': '-1',
        });
        await endOffsets(kafka.cluster, topic, Array.from({ length: partitions }, (_, partition) => partition), 'read_uncommitted'); // when its leaders know that they are
        return topic;
      },
      deleteRecordsBefore: (topic, partition, offset) => deleteRecordsBefore(kafka.cluster, topic, partition, offset),
    }),
  );
});
