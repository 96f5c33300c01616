import type { ConsumedRecord, IsolationLevel, KafkaCluster } from '@onward/kafka';
import { decodeFetched } from '../../../libs/kafka/src/consumer/fetch-decode.js';
import { fetchCall, type FetchedPartition } from '../../../libs/kafka/src/protocol/fetch.js';
import { EARLIEST_TIMESTAMP, LATEST_TIMESTAMP, listOffsetsCall } from '../../../libs/kafka/src/protocol/list-offsets.js';
import { offsetCommitCall } from '../../../libs/kafka/src/protocol/offset-commit.js';
import { offsetFetchCall } from '../../../libs/kafka/src/protocol/offset-fetch.js';
import type { GroupMembership } from '../../../libs/kafka/src/protocol/txn-offset-commit.js';
import { until } from '../../support/kafka-fixture.js';
import { coordinatorOf } from '../../support/raw-transaction.js';

export interface SeamTopicOptions {
  readonly compacted?: boolean;
  readonly timestamps?: 'append' | 'create';
}

/** A Kafka cluster that a case of the contract plays on: a real one or the twin. */
export interface Seam {
  /** Another cluster object with connections of its own; closed after the case. */
  connect(): Promise<KafkaCluster>;
  /** A name that no other case uses. */
  unique(prefix: string): string;
  /** Makes a topic with a name of its own. */
  topic(partitions: number, options?: SeamTopicOptions): Promise<string>;
  deleteRecordsBefore(topic: string, partition: number, offset: bigint): Promise<void>;
}

/** One demand on a cluster. */
export type SeamCase = (seam: Seam) => Promise<void>;

export async function endOf(cluster: KafkaCluster, topic: string, isolation: IsolationLevel, timestamp: bigint = LATEST_TIMESTAMP): Promise<bigint> {
  const call = listOffsetsCall({ isolation, topics: [{ topic, partitions: [{ partition: 0, timestamp }] }] });
  return (await cluster.send(await cluster.leaderOf(topic, 0), call)).topics[0]!.partitions[0]!.offset;
}

export function startOf(cluster: KafkaCluster, topic: string): Promise<bigint> {
  return endOf(cluster, topic, 'read_uncommitted', EARLIEST_TIMESTAMP);
}

export async function fetchFrom(cluster: KafkaCluster, topic: string, offset: bigint, isolation: IsolationLevel, maxWaitMs = 0): Promise<FetchedPartition> {
  const topics = [{ topic, partitions: [{ partition: 0, offset, bytesMax: 1_000_000 }] }];
  const answer = await cluster.send(await cluster.leaderOf(topic, 0), fetchCall({ isolation, maxWaitMs, bytesMin: 1, bytesMax: 1_000_000, topics }));
  return answer.topics[0]!.partitions[0]!;
}

/** What a reader of that isolation sees of partition 0. */
export async function visible(cluster: KafkaCluster, topic: string, isolation: IsolationLevel): Promise<ConsumedRecord[]> {
  const records: ConsumedRecord[] = [];
  for (let offset = await startOf(cluster, topic); ; ) {
    const { records: found, nextOffset } = decodeFetched(topic, await fetchFrom(cluster, topic, offset, isolation), offset, isolation);
    records.push(...found);
    if (nextOffset === offset) return records;
    offset = nextOffset;
  }
}

export async function values(cluster: KafkaCluster, topic: string, isolation: IsolationLevel = 'read_committed'): Promise<string[]> {
  return (await visible(cluster, topic, isolation)).map(({ value }) => String(value));
}

/** Resolves when the last stable offset is there: markers are written after the end of a transaction is answered. */
export async function stableAt(cluster: KafkaCluster, topic: string, offset: bigint): Promise<void> {
  await until(async () => (await endOf(cluster, topic, 'read_committed')) === offset || undefined, `the last stable offset ${offset}`);
}

/** The committed offset of partition 0, or the error code in its place. */
export async function committed(cluster: KafkaCluster, groupId: string, topic: string, requireStable = true): Promise<{ errorCode: number; offset: bigint; metadata: string | null }> {
  const call = offsetFetchCall({ groupId, topics: [{ topic, partitions: [0] }], requireStable });
  const { errorCode, offset, metadata } = (await cluster.send(await coordinatorOf(cluster, groupId), call)).topics[0]!.partitions[0]!;
  return { errorCode, offset, metadata };
}

/** Commits an offset of partition 0 outside a transaction. @returns the error code */
export async function commitOutside(cluster: KafkaCluster, groupId: string, membership: GroupMembership, topic: string, offset: bigint): Promise<number> {
  const call = offsetCommitCall({ groupId, membership, topics: [{ topic, partitions: [{ partition: 0, offset, metadata: 'outside' }] }] });
  return (await cluster.send(await coordinatorOf(cluster, groupId), call)).topics[0]!.partitions[0]!.errorCode;
}
