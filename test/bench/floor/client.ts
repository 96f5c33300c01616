import kafkajs from 'kafkajs';
import { onSettings, serveLevels } from '../load/child.js';
import { ClosedLoop } from '../load/closed-loop.js';
import { connect, consume } from './kafka.js';
import { floorTopics, weigh, type FloorSettings } from './settings.js';

onSettings<FloorSettings>(async (settings) => {
  const kafka = connect(settings, 'client');
  const topics = floorTopics(settings.prefix);
  const producer = kafka.producer({ maxInFlightRequests: 1, createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  const loop = new ClosedLoop('saga', async (sagaIds) => {
    await producer.send({ topic: topics.start, acks: -1, messages: sagaIds.map((key) => ({ key, value: weigh(0, settings.sizes.startBytes) })) });
  });
  await consume(kafka, `${settings.prefix}.client`, [topics.outcomes], (batch) => {
    for (const { key } of batch.messages) loop.ended(String(key), 'completed');
  });
  serveLevels(loop);
});
