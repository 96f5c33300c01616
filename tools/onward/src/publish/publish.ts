import { randomUUID } from 'node:crypto';
import { AvroRegistry, RecordProducer, partitionFor, topicName, type KafkaCluster } from '@onward/kafka';
import type { RegistryConnection } from '../connection/connection.js';
import type { ClientCommand, PreparedCommand } from './start-command.js';

/** Principals that publish: each owns the topic that its commands go to. */
export const CLIENT = 'client';
export const OPERATOR = 'operator';
export type Publisher = typeof CLIENT | typeof OPERATOR;

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
export async function publishCommand(cluster: KafkaCluster, registry: RegistryConnection, to: ClientCommand, command: PreparedCommand, as: Publisher = CLIENT): Promise<Published> {
  const [published] = await publishCommands(cluster, registry, to, [command], as);
  if (published === undefined) throw new Error('The producer answered nothing for the one record it was given.');
  return published;
}

/** {@link publishCommand} for several commands of one type. */
export async function publishCommands(cluster: KafkaCluster, registry: RegistryConnection, { service, type }: ClientCommand, commands: readonly PreparedCommand[], as: Publisher): Promise<Published[]> {
  const topic = topicName(as, 'commands', service);
  const encode = await new AvroRegistry(registry).encoder(topic, type);
  const count = await cluster.partitionCount(topic);
  const sent = commands.map(({ sagaId, value }) => ({ sagaId, commandId: randomUUID(), topic, partition: partitionFor(sagaId, count), value: encode(value) }));
  const appended = await new RecordProducer({ cluster }).send(
    sent.map(({ sagaId, commandId, partition, value }) => ({
      topic,
      partition,
      key: Buffer.from(sagaId),
      value,
      headers: {
        ce_specversion: '1.0',
        ce_id: commandId,
        ce_type: type.name,
        ce_source: `/onward/${as}`,
        ce_subject: sagaId,
        ce_time: new Date().toISOString(),
        'content-type': 'application/vnd.confluent.avro',
      },
    })),
  );
  return sent.flatMap(({ sagaId, commandId, partition }, index) => {
    const { offset } = appended[index] ?? {};
    return offset === undefined ? [] : [{ sagaId, commandId, topic, partition, offset }];
  });
}
