import { KafkaApiError, type KafkaCluster } from '../connection/index.js';
import { ErrorCode } from '../protocol/error-codes.js';
import { EARLIEST_TIMESTAMP, LATEST_TIMESTAMP, listOffsetsCall, type IsolationLevel } from '../protocol/list-offsets.js';

/** `start`: the first offset that is still there. `end`: behind the last record that a reader of that isolation may see. */
export type LogEdge = 'start' | 'end';

/**
 * By topic, an edge of one partition's log.
 *
 * @throws KafkaApiError KafkaConnectionError after which the leader is looked up anew; ask again
 */
export async function logOffsets(
  cluster: KafkaCluster,
  topics: readonly string[],
  partition: number,
  edge: LogEdge,
  isolation: IsolationLevel,
): Promise<Map<string, bigint>> {
  const timestamp = edge === 'start' ? EARLIEST_TIMESTAMP : LATEST_TIMESTAMP;
  const byLeader = new Map<number, string[]>();
  for (const topic of topics) {
    const leader = await cluster.leaderOf(topic, partition);
    byLeader.set(leader, [...(byLeader.get(leader) ?? []), topic]);
  }
  const offsets = new Map<string, bigint>();
  try {
    await Promise.all(
      [...byLeader].map(async ([leader, led]) => {
        const request = { isolation, topics: led.map((topic) => ({ topic, partitions: [{ partition, timestamp }] })) };
        const answer = await cluster.send(leader, listOffsetsCall(request));
        for (const { topic, partitions } of answer.topics) {
          for (const { errorCode, offset } of partitions) {
            if (errorCode !== ErrorCode.NONE) throw new KafkaApiError('ListOffsets', errorCode, `${topic}/${partition}`);
            offsets.set(topic, offset);
          }
        }
      }),
    );
  } catch (error) {
    await cluster.refreshMetadata(topics).catch(() => {});
    throw error;
  }
  return offsets;
}
