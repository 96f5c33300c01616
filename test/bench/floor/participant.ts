import { onSettings } from '../load/child.js';
import { BatchOffsets, Pile } from './batching.js';
import { inputsOf, stepOf, type Input } from './input.js';
import { connect, consume } from './kafka.js';
import { floorTopics, weigh, type FloorSettings } from './settings.js';

// A participant's hop and nothing else: replies for everything that queued up, then the consumed offsets.
onSettings<FloorSettings>(async (settings) => {
  const kafka = connect(settings, 'participant');
  const topics = floorTopics(settings.prefix);
  const producer = kafka.producer({ maxInFlightRequests: 1 });
  await producer.connect();

  const pile = new Pile<Input>(async (inputs) => {
    const offsets = new BatchOffsets();
    const messages = inputs.map(({ topic, partition, message }) => {
      offsets.add(topic, partition, message.offset);
      return { key: message.key, partition, value: weigh(stepOf(message), settings.sizes.replyBytes) };
    });
    await producer.send({ topic: topics.replies, acks: -1, messages });
    await consumer.commitOffsets(offsets.toTopics().flatMap(({ topic, partitions }) => partitions.map((p) => ({ topic, ...p }))));
  });
  const consumer = await consume(kafka, `${settings.prefix}.participant`, [topics.commands], (batch) => pile.push(inputsOf(batch)));
});
