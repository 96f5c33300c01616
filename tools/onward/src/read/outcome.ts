import { SagaOutcome, SagaStuck } from '@onward/contracts';
import { type AvroRegistry, ValueDecoder, endOffsets, partitionFor, readTopic, topicName, type KafkaCluster } from '@onward/kafka';
import { CLIENT } from '../publish/publish.js';

/** Where the answer to a command will stand: taken before the command is sent, so that it cannot be missed. */
export interface OutcomePlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** The end, as of now, of the partition on which a saga's outcomes appear. */
export async function outcomePlace(cluster: KafkaCluster, service: string, sagaId: string): Promise<OutcomePlace> {
  const topic = topicName(service, 'outcomes', CLIENT);
  const partition = partitionFor(sagaId, await cluster.partitionCount(topic));
  const ends = await endOffsets(cluster, topic, [partition], 'read_committed');
  return { topic, partition, offset: ends.get(partition) ?? 0n };
}

/**
 * Follows the outcomes until the one that answers a command.
 * @param onStuck told when the saga is parked meanwhile: a notice, it may still end
 * @returns undefined when the signal aborts before
 */
export async function awaitOutcome(
  cluster: KafkaCluster,
  registry: AvroRegistry,
  place: OutcomePlace,
  { sagaId, commandId }: { readonly sagaId: string; readonly commandId: string },
  onStuck: (notice: SagaStuck) => void,
  signal: AbortSignal,
): Promise<SagaOutcome | undefined> {
  const decoder = new ValueDecoder(registry, [SagaOutcome, SagaStuck]);
  const { topic, partition, offset } = place;
  for await (const { records } of readTopic({ cluster, topic, partitions: [partition], from: { offsets: new Map([[partition, offset]]) }, until: 'follow', signal })) {
    const own = records.filter(({ key }) => String(key) === sagaId);
    await decoder.prepare(own.map(({ value }) => value));
    for (const record of own) {
      const { type, value } = decoder.decode(record.value);
      if (type === SagaStuck) onStuck(value as SagaStuck);
      else if ((value as SagaOutcome).commandId === commandId) return value as SagaOutcome;
    }
  }
  return undefined;
}
