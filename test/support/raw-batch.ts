import { gzipSync } from 'node:zlib';
import type { KafkaCluster } from '../../libs/kafka/src/connection/kafka-cluster.js';
import { crc32c } from '../../libs/kafka/src/protocol/crc32c.js';
import { produceCall } from '../../libs/kafka/src/protocol/produce.js';
import { encodeRecordBatch, type BatchRecord } from '../../libs/kafka/src/protocol/record-batch.js';

const HEADER_BYTES = 61;
const LENGTH_AT = 8;
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
const GZIP = 1;

/** Writes records as one gzip batch, as many other clients do: a topic's limit is for what is sent, so each may be larger than it. */
export async function sendCompressed(cluster: KafkaCluster, topic: string, partition: number, records: readonly Partial<BatchRecord>[]): Promise<void> {
  const plain = encodeRecordBatch(
    records.map((record) => ({ key: null, value: null, headers: {}, timestampMs: Date.now(), ...record })),
    { producerId: -1n, producerEpoch: -1, baseSequence: -1, transactional: false },
  );
  const batch = Buffer.concat([plain.subarray(0, HEADER_BYTES), gzipSync(plain.subarray(HEADER_BYTES))]);
  batch.writeInt32BE(batch.length - LENGTH_AT - 4, LENGTH_AT);
  batch.writeInt16BE(GZIP, ATTRIBUTES_AT);
  batch.writeUInt32BE(crc32c(batch.subarray(ATTRIBUTES_AT)), CRC_AT);
  const call = produceCall({ transactionalId: null, timeoutMs: 10_000, topics: [{ topic, partitions: [{ partition, records: batch }] }] });
  const answer = await cluster.send(await cluster.leaderOf(topic, partition), call);
  const { errorCode } = answer.topics[0]!.partitions[0]!;
  if (errorCode !== 0) throw new Error(`The broker refused the batch with error ${errorCode}.`);
}
