import type { Message } from 'kafkajs';
import { onSettings } from '../load/child.js';
import { BatchOffsets, Pile } from './batching.js';
import { inputsOf, stepOf, type Input } from './input.js';
import { connect, consume } from './kafka.js';
import { floorTopics, STEPS, weigh, type FloorSettings } from './settings.js';

// The orchestrator's hop and nothing else: everything that queued up becomes one transaction of event, snapshot and the next command or
// the outcome for each input, and the consumed offsets.
onSettings<FloorSettings>(async (settings) => {
  const kafka = connect(settings, 'orchestrator');
  const topics = floorTopics(settings.prefix);
  const groupId = `${settings.prefix}.orchestrator`;
  const producer = kafka.producer({ transactionalId: groupId, idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();

  const pile = new Pile<Input>(async (inputs) => {
    const offsets = new BatchOffsets();
    const records: Record<'events' | 'state' | 'commands' | 'outcomes', Message[]> = { events: [], state: [], commands: [], outcomes: [] };
    for (const { topic, partition, message } of inputs) {
      offsets.add(topic, partition, message.offset);
      const { key } = message;
      const done = stepOf(message);
      records.events.push({ key, partition, value: weigh(done, settings.sizes.eventBytes) });
      records.state.push({ key, partition, value: weigh(done, settings.sizes.stateBytes) });
      if (done < STEPS) records.commands.push({ key, partition, value: weigh(done + 1, settings.sizes.commandBytes) });
      else records.outcomes.push({ key, partition, value: weigh(done, settings.sizes.outcomeBytes) });
    }
    const transaction = await producer.transaction();
    await transaction.sendBatch({
      topicMessages: (['events', 'state', 'commands', 'outcomes'] as const)
        .filter((kind) => records[kind].length > 0)
        .map((kind) => ({ topic: topics[kind], messages: records[kind] })),
    });
    await transaction.sendOffsets({ consumerGroupId: groupId, topics: offsets.toTopics() });
    await transaction.commit();
  });
  await consume(kafka, groupId, [topics.start, topics.replies], (batch) => pile.push(inputsOf(batch)));
});
