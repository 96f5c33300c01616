import { SagaOutcome, SagaStuck } from '@onward/contracts';
import { AvroRegistry, KafkaCluster, readTopic, RecordProducer, ValueDecoder } from '@onward/kafka';
import { onSettings, serveLevels } from '../load/child.js';
import { ClosedLoop } from '../load/closed-loop.js';
import type { ClientSettings } from './settings.js';
import { startCommandOf } from './start-commands.js';

// Publishes start commands and waits for their outcomes, as any client would.
onSettings<ClientSettings>(async (settings) => {
  const registry = new AvroRegistry(settings.registry);
  const cluster = await KafkaCluster.connect(settings.kafka);
  const startCommand = await startCommandOf(settings.saga, registry, settings.commandTopic, await cluster.partitionCount(settings.commandTopic));
  const producer = new RecordProducer({ cluster });
  const loop = new ClosedLoop(settings.idPrefix, async (sagaIds) => {
    await producer.send(sagaIds.map(startCommand));
  });
  void readOutcomes(await cluster.fork(), registry, settings.outcomeTopic, loop);
  serveLevels(loop);
});

/** Ends only by an error, which ends the process. */
async function readOutcomes(cluster: KafkaCluster, registry: AvroRegistry, topic: string, loop: ClosedLoop): Promise<void> {
  const decoder = new ValueDecoder(registry, [SagaOutcome, SagaStuck]);
  for await (const { records } of readTopic({ cluster, topic, from: 'beginning', until: 'follow' })) {
    await decoder.prepare(records.map(({ value }) => value));
    for (const { value } of records) {
      const decoded = decoder.decode(value);
      const { sagaId } = decoded.value as SagaOutcome | SagaStuck;
      loop.ended(sagaId, decoded.type.name === SagaOutcome.name ? (decoded.value as SagaOutcome).outcome : 'stuck');
    }
  }
}
