import type { KafkaCluster } from '../connection/kafka-cluster.js';
import { KafkaApiError } from '../connection/kafka-error.js';
import { withPatience } from '../connection/patience.js';
import { ErrorCode } from '../protocol/error-codes.js';
import { EARLIEST_TIMESTAMP, LATEST_TIMESTAMP, listOffsetsCall, type IsolationLevel } from '../protocol/list-offsets.js';

const PATIENCE_MS = 30_000;

/** partition → offset */
export type PartitionOffsets = ReadonlyMap<number, bigint>;

/**
 * Where partitions end: `read_uncommitted` gives the high watermark, `read_committed` the last stable offset, which is lower while a
 * transaction is open (R1).
 *
 * @throws KafkaApiError KafkaConnectionError when it does not succeed for 30 seconds
 */
export function endOffsets(cluster: KafkaCluster, topic: string, partitions: readonly number[], isolation: IsolationLevel): Promise<PartitionOffsets> {
  return listOffsets(cluster, topic, partitions, LATEST_TIMESTAMP, isolation);
}

/** The first offset that is still there. Throws as `endOffsets`. */
export function beginningOffsets(cluster: KafkaCluster, topic: string, partitions: readonly number[]): Promise<PartitionOffsets> {
  return listOffsets(cluster, topic, partitions, EARLIEST_TIMESTAMP, 'read_uncommitted');
}

/** The first offset whose record is not older than the time, in milliseconds since 1970; the end where there is none. Throws as `endOffsets`. */
export async function offsetsForTimestamp(
  cluster: KafkaCluster,
  topic: string,
  partitions: readonly number[],
  timestampMs: number,
): Promise<PartitionOffsets> {
  const ends = await endOffsets(cluster, topic, partitions, 'read_uncommitted');
  const found = await listOffsets(cluster, topic, partitions, BigInt(timestampMs), 'read_uncommitted');
  return new Map(Array.from(found, ([partition, offset]) => [partition, offset < 0n ? ends.get(partition)! : offset]));
}

async function listOffsets(
  cluster: KafkaCluster,
  topic: string,
  partitions: readonly number[],
  timestamp: bigint,
  isolation: IsolationLevel,
): Promise<PartitionOffsets> {
  return withPatience(
    async (refresh) => {
      if (refresh) await cluster.refreshMetadata([topic]);
      const byLeader = new Map<number, number[]>();
      for (const partition of partitions) {
        const leader = await cluster.leaderOf(topic, partition);
        byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition]);
      }
      const answers = await Promise.all(
        Array.from(byLeader, ([leader, led]) =>
          cluster.send(leader, listOffsetsCall({ isolation, topics: [{ topic, partitions: led.map((partition) => ({ partition, timestamp })) }] })),
        ),
      );
      const offsets = new Map<number, bigint>();
      for (const { partition, errorCode, offset } of answers.flatMap(({ topics }) => topics.flatMap((each) => each.partitions))) {
        if (errorCode !== ErrorCode.NONE) throw new KafkaApiError('ListOffsets', errorCode, `${topic}/${partition}`);
        offsets.set(partition, offset);
      }
      return offsets;
    },
    { patienceMs: PATIENCE_MS },
  );
}
