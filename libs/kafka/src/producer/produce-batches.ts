import type { KafkaCluster } from '../connection/kafka-cluster.js';
import { KafkaApiError } from '../connection/kafka-error.js';
import { ErrorCode } from '../protocol/error-codes.js';
import { produceCall, type ProducedPartition } from '../protocol/produce.js';
import { failureOf, failureOfCode, mostSevere, untilDone, type Failure } from './attempt.js';
import type { PartitionBatch } from './partition-batches.js';

/** How long a leader waits for the in-sync replicas. */
const REPLICAS_TIMEOUT_MS = 10_000;

export interface EncodedBatch {
  readonly batch: PartitionBatch;
  readonly bytes: Buffer;
}

export interface ProduceOptions {
  readonly cluster: KafkaCluster;
  /** Null outside transactions. */
  readonly transactionalId: string | null;
  /** On the clock of `performance.now()`: no other try after it. */
  readonly deadlineMs: number;
}

type Outcome = ProducedPartition | Failure;

/**
 * Writes at most one batch to each partition: one request per broker, all at once. Batches that were not written are sent again with
 * the same bytes, so that a broker recognises one that it has.
 *
 * @returns what the brokers answered for each batch, and the number of rounds
 * @throws AttemptsFailed when a batch cannot be written; others may have been
 */
export async function produceBatches(
  batches: readonly EncodedBatch[],
  options: ProduceOptions,
): Promise<{ written: Map<PartitionBatch, ProducedPartition>; rounds: number }> {
  const written = new Map<PartitionBatch, ProducedPartition>();
  let pending = batches;
  const { tries } = await untilDone({
    deadlineMs: options.deadlineMs,
    attempt: async (relocate) => {
      const outcomes = await produceRound(pending, options, relocate);
      const failures: Failure[] = [];
      pending = pending.filter((each) => {
        const outcome = outcomes.get(each)!;
        if ('verdict' in outcome) failures.push(outcome);
        else written.set(each.batch, outcome);
        return 'verdict' in outcome;
      });
      return mostSevere(failures) ?? written;
    },
  });
  return { written, rounds: tries };
}

async function produceRound(batches: readonly EncodedBatch[], options: ProduceOptions, relocate: boolean): Promise<Map<EncodedBatch, Outcome>> {
  const outcomes = new Map<EncodedBatch, Outcome>();
  const byLeader = new Map<number, EncodedBatch[]>();
  const { cluster } = options;
  if (relocate) await cluster.refreshMetadata([...new Set(batches.map(({ batch }) => batch.topic))]).catch(() => {});
  for (const each of batches) {
    try {
      const leader = await cluster.leaderOf(each.batch.topic, each.batch.partition);
      const led = byLeader.get(leader);
      if (led === undefined) byLeader.set(leader, [each]);
      else led.push(each);
    } catch (error) {
      outcomes.set(each, failureOf('Produce', error));
    }
  }
  await Promise.all(Array.from(byLeader, ([leader, led]) => produceTo(leader, led, options, outcomes)));
  return outcomes;
}

async function produceTo(nodeId: number, batches: readonly EncodedBatch[], options: ProduceOptions, outcomes: Map<EncodedBatch, Outcome>): Promise<void> {
  const { cluster, transactionalId } = options;
  try {
    const answer = await cluster.send(nodeId, produceCall({ transactionalId, timeoutMs: REPLICAS_TIMEOUT_MS, topics: byTopic(batches) }));
    const answered = new Map<string, ProducedPartition>();
    for (const { topic, partitions } of answer.topics) for (const each of partitions) answered.set(`${topic}/${each.partition}`, each);
    for (const each of batches) outcomes.set(each, outcomeOf(each.batch, answered));
  } catch (error) {
    for (const each of batches) outcomes.set(each, failureOf('Produce', error));
  }
}

function outcomeOf({ topic, partition }: PartitionBatch, answered: ReadonlyMap<string, ProducedPartition>): Outcome {
  const name = `${topic}/${partition}`;
  const result = answered.get(name);
  if (result?.errorCode === ErrorCode.NONE) return result;
  const code = result?.errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR;
  return failureOfCode('Produce', code, new KafkaApiError('Produce', code, name, result?.errorMessage ?? null));
}

function byTopic(batches: readonly EncodedBatch[]): { topic: string; partitions: { partition: number; records: Buffer }[] }[] {
  const topics = new Map<string, { partition: number; records: Buffer }[]>();
  for (const { batch, bytes } of batches) {
    const entry = { partition: batch.partition, records: bytes };
    const partitions = topics.get(batch.topic);
    if (partitions === undefined) topics.set(batch.topic, [entry]);
    else partitions.push(entry);
  }
  return Array.from(topics, ([topic, partitions]) => ({ topic, partitions }));
}
