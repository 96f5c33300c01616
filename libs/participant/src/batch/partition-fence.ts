import { ParticipantError, StaleGeneration } from '../errors.js';
import { isContention } from '../sql/sql-error.js';
import { sql, type Queryable } from '../sql/statement.js';

/** Which partition a batch came from, and under which generation of the group it was fetched. */
export interface PartitionOwner {
  readonly topic: string;
  readonly partition: number;
  readonly generation: number;
}

const LOCK = sql(
  'onward.partition.lock',
  `INSERT INTO onward_partition AS p (topic, partition, generation) VALUES ($1, $2, $3)
   ON CONFLICT (topic, partition) DO UPDATE SET generation = excluded.generation WHERE p.generation <= excluded.generation
   RETURNING generation`,
);

/**
 * R8: locks the partition's row until the transaction ends, so that an owner that was overtaken has either finished or will be refused.
 * What is read after this sees everything that owner committed.
 * @throws StaleGeneration when a newer generation has been here; ParticipantError `PARTICIPANT_PARTITION_BUSY` when the row stays locked
 */
export async function lockPartition(db: Queryable, { topic, partition, generation }: PartitionOwner): Promise<void> {
  const locked = await db.query(LOCK, [topic, partition, generation]).catch((cause: unknown) => {
    if (!isContention(cause)) throw cause;
    throw new ParticipantError('PARTICIPANT_PARTITION_BUSY', `Another transaction is still at work on partition ${partition} of ${topic}; the batch is tried again.`, { cause });
  });
  if (locked.length === 0) throw new StaleGeneration(topic, partition, generation);
}
