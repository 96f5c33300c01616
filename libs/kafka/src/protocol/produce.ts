import { flexibleCall, type ApiCall, type Throttled } from './api-call.js';

export interface ProduceRequest {
  /** Null outside transactions. */
  readonly transactionalId: string | null;
  /** How long the leader waits for the in-sync replicas. */
  readonly timeoutMs: number;
  readonly topics: readonly {
    readonly topic: string;
    /** `records`: one record batch (format v2). */
    readonly partitions: readonly { readonly partition: number; readonly records: Buffer }[];
  }[];
}

export interface ProducedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly baseOffset: bigint;
  /** The broker's time in milliseconds where the topic uses LogAppendTime, else −1. */
  readonly logAppendTimeMs: number;
}

export interface ProduceAnswer extends Throttled {
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly ProducedPartition[] }[];
}

/** Produce v12, acks=all. In a transaction v12 adds the partition to it without AddPartitionsToTxn (KIP-890). */
export function produceCall(request: ProduceRequest): ApiCall<ProduceAnswer> {
  return flexibleCall<ProduceAnswer>({
    apiName: 'Produce',
    apiKey: 0,
    apiVersion: 12,
    request,
    write: (w) =>
      w
        .string(request.transactionalId)
        .i16(-1)
        .i32(request.timeoutMs)
        .array(request.topics, ({ topic, partitions }) =>
          w
            .string(topic)
            .array(partitions, ({ partition, records }) => w.i32(partition).bytes(records).noTags())
            .noTags(),
        ),
    read: (r) => {
      const topics = r.array(() => {
        const topic = r.string();
        const partitions = r.array(() => {
          const partition = r.i32();
          const errorCode = r.i16();
          const baseOffset = r.i64();
          const logAppendTimeMs = Number(r.i64());
          r.i64(); // log_start_offset
          r.array(() => {
            r.i32(); // batch_index
            r.nullableString(); // batch_index_error_message
            r.tags();
          });
          const errorMessage = r.nullableString();
          r.tags();
          return { partition, errorCode, errorMessage, baseOffset, logAppendTimeMs };
        });
        r.tags();
        return { topic, partitions };
      });
      const throttleMs = r.i32(); // comes last here
      r.tags();
      return { topics, throttleMs };
    },
  });
}
