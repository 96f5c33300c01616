import type { KafkaCluster } from '../../libs/kafka/src/connection/kafka-cluster.js';
import { flexibleCall, type Throttled } from '../../libs/kafka/src/protocol/api-call.js';

interface DeleteRecordsAnswer extends Throttled {
  readonly errorCodes: readonly number[];
}

/** Deletes the records of a partition before an offset, as retention would (DeleteRecords v2). */
export async function deleteRecordsBefore(cluster: KafkaCluster, topic: string, partition: number, offset: bigint): Promise<void> {
  const call = flexibleCall<DeleteRecordsAnswer>({
    apiName: 'DeleteRecords',
    apiKey: 21,
    apiVersion: 2,
    request: { topic, partition, offset },
    write: (w) => w.array([topic], (name) => w.string(name).array([partition], (id) => w.i32(id).i64(offset).noTags()).noTags()).i32(10_000),
    read: (r) => {
      const throttleMs = r.i32();
      const errorCodes = r.array(() => {
        r.string();
        const [code] = r.array(() => {
          r.take(4 + 8); // partition, low watermark
          const errorCode = r.i16();
          r.tags();
          return errorCode;
        });
        r.tags();
        return code!;
      });
      r.tags();
      return { throttleMs, errorCodes };
    },
  });
  const { errorCodes } = await cluster.send(await cluster.leaderOf(topic, partition), call);
  if (errorCodes.some((code) => code !== 0)) throw new Error(`DeleteRecords: ${errorCodes.join()}`);
}
