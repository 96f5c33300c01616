import { SagaTransition } from '@onward/contracts';
import { SagaHistoryError } from '@onward/saga';
import { type AvroRegistry, UndecodableValue, ValueDecoder, partitionFor, readTopic, topicName, type KafkaCluster } from '@onward/kafka';
import { historyOf, type SagaHistory } from '../saga/history.js';
import { summaryOf, type SagaSummary } from '../saga/summary.js';
import { readAnyValue } from './values.js';

/** All sagas of a domain, the last changed first, and how many states could not be read. */
export async function readSummaries(cluster: KafkaCluster, registry: AvroRegistry, domain: string): Promise<{ sagas: SagaSummary[]; unreadable: number }> {
  const latest = new Map<string, Buffer | null>();
  for await (const { records } of readTopic({ cluster, topic: topicName(domain, 'state'), from: 'beginning', until: 'end' })) {
    for (const { key, value } of records) latest.set(String(key), value);
  }
  const sagas: SagaSummary[] = [];
  let unreadable = 0;
  for (const value of latest.values()) {
    // A tombstone: the saga is forgotten.
    if (value === null) continue;
    try {
      const { recordName, value: state } = await readAnyValue(registry, value);
      const summary = summaryOf(recordName, state);
      if (summary === undefined) unreadable += 1;
      else sagas.push(summary);
    } catch (error) {
      if (!(error instanceof UndecodableValue || error instanceof SagaHistoryError || error instanceof RangeError || error instanceof TypeError)) throw error;
      unreadable += 1;
    }
  }
  sagas.sort((one, other) => other.updatedAt.localeCompare(one.updatedAt));
  return { sagas, unreadable };
}

/** A saga's history from its partition of the domain's events; undefined if the domain has no such saga. */
export async function readHistory(cluster: KafkaCluster, registry: AvroRegistry, domain: string, sagaId: string): Promise<SagaHistory | undefined> {
  return historyOf(await readTransitions(cluster, registry, domain, sagaId));
}

/** A saga's transitions as they stand in its partition; none if the domain has no such saga. */
export async function readTransitions(cluster: KafkaCluster, registry: AvroRegistry, domain: string, sagaId: string): Promise<SagaTransition[]> {
  const topic = topicName(domain, 'events');
  const partition = partitionFor(sagaId, await cluster.partitionCount(topic));
  const decoder = new ValueDecoder(registry, [SagaTransition]);
  const key = Buffer.from(sagaId);
  const transitions: SagaTransition[] = [];
  for await (const { records } of readTopic({ cluster, topic, partitions: [partition], from: 'beginning', until: 'end' })) {
    const own = records.filter((record) => record.key?.equals(key));
    await decoder.prepare(own.map(({ value }) => value));
    for (const { value } of own) transitions.push(decoder.decode(value).value as SagaTransition);
  }
  return transitions;
}
