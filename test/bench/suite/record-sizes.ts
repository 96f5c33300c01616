import { endOffsets, KafkaCluster, readTopic, type ConsumedRecord, type KafkaOptions } from '@onward/kafka';
import type { RecordSizes } from '../floor/settings.js';

/** How many of a partition's last records are weighed. */
const SAMPLE_RECORDS = 500n;
/** Lengths of a header's name and value, one byte each for most. */
const HEADER_OVERHEAD_BYTES = 2;

/** The topics of `three-steps`, by the kind of record they hold. */
export type SizedTopics = Readonly<Record<keyof RecordSizes, string>>;

/** What records of each kind weigh, headers included and key left out: the mean of the newest ones. */
export async function recordSizes(kafka: KafkaOptions, topics: SizedTopics): Promise<RecordSizes> {
  const cluster = await KafkaCluster.connect(kafka);
  try {
    const sizes: Partial<Record<keyof RecordSizes, number>> = {};
    for (const kind of Object.keys(topics) as (keyof RecordSizes)[]) sizes[kind] = await meanBytes(cluster, topics[kind]);
    return sizes as RecordSizes;
  } finally {
    cluster.disconnect();
  }
}

async function meanBytes(cluster: KafkaCluster, topic: string): Promise<number> {
  const partitions = (await cluster.topic(topic)).partitions.map(({ partition }) => partition);
  const ends = await endOffsets(cluster, topic, partitions, 'read_committed');
  const offsets = new Map([...ends].map(([partition, end]) => [partition, end > SAMPLE_RECORDS ? end - SAMPLE_RECORDS : 0n]));
  let bytes = 0;
  let count = 0;
  for await (const { records } of readTopic({ cluster, topic, from: { offsets }, until: { offsets: ends } })) {
    for (const record of records) bytes += weight(record);
    count += records.length;
  }
  if (count === 0) throw new Error(`There are no records to weigh on ${topic}.`);
  return Math.round(bytes / count);
}

function weight({ value, headers }: ConsumedRecord): number {
  const names = Object.entries(headers).map(([name, text]) => name.length + text.length + HEADER_OVERHEAD_BYTES);
  return (value?.length ?? 0) + names.reduce((total, bytes) => total + bytes, 0);
}
