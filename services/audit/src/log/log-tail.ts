import { AuditEntry } from '@onward/contracts';
import { ValueDecoder, beginningOffsets, endOffsets, readTopic, type AvroRegistry, type ConsumedRecord, type KafkaCluster } from '@onward/kafka';
import { LOG_PARTITION, stateAfter } from './log-record.js';
import { EMPTY_LOG, type LogState } from './sequencer.js';

/** Markers of transactions take offsets too, so the last record stands somewhat below the end: look back this far first. */
const LOOK_BACK_FIRST = 16n;

/**
 * Reads the state of the log from its last committed record, up to the high watermark: an open transaction is waited for,
 * since it may yet be committed (R1).
 *
 * @param cluster for long polls: not one that produces
 * @throws LogTailError; UndecodableValue; RegistryUnavailable; KafkaError
 */
export async function readLogTail(cluster: KafkaCluster, registry: AvroRegistry, topic: string): Promise<LogState> {
  const edge = async (lookup: typeof beginningOffsets): Promise<bigint> => (await lookup(cluster, topic, [LOG_PARTITION])).get(LOG_PARTITION) ?? 0n;
  const begin = await edge(beginningOffsets);
  const end = await edge((...where) => endOffsets(...where, 'read_uncommitted'));
  for (let span = LOOK_BACK_FIRST; ; span *= 4n) {
    const from = end - span < begin ? begin : end - span;
    const last = await lastRecord(cluster, topic, from, end);
    if (last !== undefined) {
      const decoder = new ValueDecoder(registry, [AuditEntry]);
      await decoder.prepare([last.value]);
      return stateAfter(last, decoder.decode(last.value).value as AuditEntry);
    }
    if (from === begin) return EMPTY_LOG;
  }
}

async function lastRecord(cluster: KafkaCluster, topic: string, from: bigint, end: bigint): Promise<ConsumedRecord | undefined> {
  let last: ConsumedRecord | undefined;
  const at = (offset: bigint): ReadonlyMap<number, bigint> => new Map([[LOG_PARTITION, offset]]);
  for await (const { records } of readTopic({ cluster, topic, partitions: [LOG_PARTITION], from: { offsets: at(from) }, until: { offsets: at(end) } })) {
    last = records.at(-1) ?? last;
  }
  return last;
}
