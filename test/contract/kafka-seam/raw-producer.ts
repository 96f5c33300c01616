import type { KafkaCluster } from '@onward/kafka';
import { initProducerIdCall } from '../../../libs/kafka/src/protocol/init-producer-id.js';
import { produceCall, type ProducedPartition } from '../../../libs/kafka/src/protocol/produce.js';
import { encodeRecordBatch } from '../../../libs/kafka/src/protocol/record-batch.js';
import { until } from '../../support/kafka-fixture.js';

/** What passes by itself: a topic just made (3, 6), a coordinator that is being found, or is still ending the last transaction. */
const BUSY: ReadonlySet<number> = new Set([3, 6, 14, 15, 16, 19, 51]);

export interface RawIdentity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/** A producer id; with a transactional id, whoever had it before is fenced. */
export async function identify(cluster: KafkaCluster, transactionalId: string | null, transactionTimeoutMs = 60_000): Promise<RawIdentity> {
  const call = initProducerIdCall({ transactionalId, transactionTimeoutMs });
  return until(async () => {
    const nodeId = transactionalId === null ? null : await cluster.coordinator('transaction', transactionalId, { refresh: true }).catch(() => undefined);
    if (nodeId === undefined) return undefined;
    const { errorCode, producerId, producerEpoch } = nodeId === null ? await cluster.sendToAny(call) : await cluster.send(nodeId, call);
    if (BUSY.has(errorCode)) return undefined;
    if (errorCode !== 0) throw new Error(`InitProducerId: ${errorCode}`);
    return { producerId, producerEpoch };
  }, `the producer id of ${transactionalId}`);
}

export interface RawBatch {
  readonly identity?: RawIdentity;
  readonly sequence?: number;
  readonly transactionalId?: string;
  readonly keys?: readonly (string | null)[];
  readonly timestampMs?: number;
}

/** Writes one batch to partition 0 and returns what is answered for it, other than "busy". */
export async function produce(cluster: KafkaCluster, topic: string, values: readonly string[], batch: RawBatch = {}): Promise<ProducedPartition> {
  const { identity = { producerId: -1n, producerEpoch: -1 }, sequence = -1, transactionalId = null, keys, timestampMs = 1_000 } = batch;
  const records = encodeRecordBatch(
    values.map((value, index) => {
      const key = keys === undefined ? `k${index}` : (keys[index] ?? null);
      return { key: key === null ? null : Buffer.from(key), value: Buffer.from(value), headers: {}, timestampMs };
    }),
    { ...identity, baseSequence: sequence, transactional: transactionalId !== null },
  );
  const call = produceCall({ transactionalId, timeoutMs: 10_000, topics: [{ topic, partitions: [{ partition: 0, records }] }] });
  return until(async () => {
    const answer = await cluster.send(await cluster.leaderOf(topic, 0), call);
    const written = answer.topics[0]!.partitions[0]!;
    return BUSY.has(written.errorCode) ? undefined : written;
  }, `an answer for ${topic}`);
}
