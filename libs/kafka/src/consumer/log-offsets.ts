import type { KafkaCluster } from '../connection/index.js';
import type { IsolationLevel } from '../protocol/list-offsets.js';
import { beginningOffsets, endOffsets } from './offset-lookup.js';

/** By topic, the first offset that is there of one partition number. Throws as `beginningOffsets`. */
export function logStarts(cluster: KafkaCluster, topics: readonly string[], partition: number): Promise<Map<string, bigint>> {
  return byTopic(topics, async (topic) => (await beginningOffsets(cluster, topic, [partition])).get(partition)!);
}

/** By topic, the end of one partition number for a reader of that isolation. Throws as `endOffsets`. */
export function logEnds(cluster: KafkaCluster, topics: readonly string[], partition: number, isolation: IsolationLevel): Promise<Map<string, bigint>> {
  return byTopic(topics, async (topic) => (await endOffsets(cluster, topic, [partition], isolation)).get(partition)!);
}

async function byTopic(topics: readonly string[], offsetOf: (topic: string) => Promise<bigint>): Promise<Map<string, bigint>> {
  return new Map(await Promise.all(topics.map(async (topic) => [topic, await offsetOf(topic)] as const)));
}
