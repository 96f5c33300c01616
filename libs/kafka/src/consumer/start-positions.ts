import type { KafkaCluster } from '../connection/index.js';
import { PartitionStoppedError } from './group-error.js';
import type { GroupOffset } from './group-offsets.js';
import { logEnds, logStarts } from './log-offsets.js';

/** The topic that holds what came of the inputs (R5). */
export interface StateTopic {
  readonly topic: string;
  /** The one partition that holds what came of the inputs of all partitions. Without it, each holds that of the inputs at its own number. */
  readonly partition?: number;
}

/**
 * By input topic, where reading of a partition begins: at what is committed. Where nothing is, at the beginning of the log, but only
 * if that cannot repeat anything (R5): the partition has no state yet, or the input was added later and nothing of it was deleted.
 *
 * @throws PartitionStoppedError `PARTITION_OFFSET_MISSING`
 */
export async function startPositions(
  cluster: KafkaCluster,
  partition: number,
  committed: ReadonlyMap<string, GroupOffset>,
  { groupId, stateTopic }: { readonly groupId: string; readonly stateTopic?: StateTopic },
  /** Whether the group has committed any offset of any input. */
  hasCommitted: () => Promise<boolean>,
): Promise<Map<string, bigint>> {
  const missing = [...committed].filter(([, { offset }]) => offset === undefined).map(([topic]) => topic);
  const starts = await logStarts(cluster, missing, partition);
  if (missing.length > 0 && stateTopic !== undefined && (await hasData(cluster, stateTopic.topic, stateTopic.partition ?? partition))) {
    // Where all partitions share one state, it says nothing about this one as long as the group has offsets elsewhere. Asked after the
    // state: offsets are committed before anything is written.
    const addedLater = missing.length < committed.size || (stateTopic.partition !== undefined && (await hasCommitted()));
    const lost = addedLater ? missing.filter((topic) => starts.get(topic) !== 0n) : missing;
    if (lost.length > 0) {
      throw new PartitionStoppedError(
        'OFFSET_MISSING',
        partition,
        `Partition ${partition} of ${lost.join(', ')} has no committed offset in group ${groupId}, but ${stateTopic.topic} has data: ` +
          'reading from the beginning would repeat what is done. Set the offsets of the group, then restart this member.',
      );
    }
  }
  return new Map([...committed].map(([topic, { offset }]) => [topic, offset ?? starts.get(topic)!]));
}

async function hasData(cluster: KafkaCluster, topic: string, partition: number): Promise<boolean> {
  const [starts, ends] = await Promise.all([logStarts(cluster, [topic], partition), logEnds(cluster, [topic], partition, 'read_uncommitted')]);
  return ends.get(topic)! > starts.get(topic)!;
}
