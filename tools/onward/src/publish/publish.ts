import { randomUUID } from 'node:crypto';
import { AvroRegistry, RecordProducer, partitionFor, topicName, type KafkaCluster } from '@onward/kafka';
import type { RegistryConnection } from '../connection/connection.js';
import type { ClientCommand, PreparedCommand } from './start-command.js';

/** The principal that publishes: it owns the topic that commands go to. */
export const CLIENT = 'client';

/** Where a command went. */
export interface Published {
  readonly sagaId: string;
  /** The command's `ce_id`: its outcome names it. */
  readonly commandId: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** Sends a command with the CloudEvents headers of the Kafka protocol binding; resolves when every in-sync replica has it. */
export async function publishCommand(cluster: KafkaCluster, registry: RegistryConnection, { service, type }: ClientCommand, { sagaId, value }: PreparedCommand): Promise<Published> {
  const topic = topicName(CLIENT, 'commands', service);
  const encode = await new AvroRegistry(registry).encoder(topic, type);
  const partition = partitionFor(sagaId, await cluster.partitionCount(topic));
  const commandId = randomUUID();
  const [appended] = await new RecordProducer({ cluster }).send([
    {
      topic,
      partition,
      key: Buffer.from(sagaId),
      value: encode(value),
      headers: {
        ce_specversion: '1.0',
        ce_id: commandId,
        ce_type: type.name,
        ce_source: `/onward/${CLIENT}`,
        ce_subject: sagaId,
        ce_time: new Date().toISOString(),
        'content-type': 'application/vnd.confluent.avro',
      },
    },
  ]);
  if (appended === undefined) throw new Error('The producer answered nothing for the one record it was given.');
  return { sagaId, commandId, topic, partition, offset: appended.offset };
}
