import { flexibleCall, type ApiCall, type Throttled } from './api-call.js';
import { isolationCode, type IsolationLevel } from './list-offsets.js';

export interface FetchRequest {
  readonly isolation: IsolationLevel;
  /** The broker answers at once when it has `bytesMin`, else after this long. */
  readonly maxWaitMs: number;
  readonly bytesMin: number;
  /** A soft limit for the whole answer: one batch larger than it is still sent. */
  readonly bytesMax: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly offset: bigint; readonly bytesMax: number }[];
  }[];
}

/** A transaction that was aborted: the producer's records from `firstOffset` up to its next abort marker are void. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: bigint;
  readonly lastStableOffset: bigint;
  readonly logStartOffset: bigint;
  readonly abortedTransactions: readonly AbortedTransaction[];
  /** Record batches as they lie in the log; the last one may be cut off. */
  readonly records: Buffer;
}

export interface FetchAnswer extends Throttled {
  readonly errorCode: number;
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly FetchedPartition[] }[];
}

const EMPTY = Buffer.alloc(0);

/** Fetch v12: the last version that names topics, always a full fetch without a session (KIP-227). */
export function fetchCall(request: FetchRequest): ApiCall<FetchAnswer> {
  return flexibleCall<FetchAnswer>({
    apiName: 'Fetch',
    apiKey: 1,
    apiVersion: 12,
    request,
    heldMs: request.maxWaitMs,
    write: (w) =>
      w
        .i32(-1) // replica_id: a client
        .i32(request.maxWaitMs)
        .i32(request.bytesMin)
        .i32(request.bytesMax)
        .i8(isolationCode(request.isolation))
        .i32(0) // session_id
        .i32(-1) // session_epoch: no session
        .array(request.topics, ({ topic, partitions }) =>
          w
            .string(topic)
            .array(partitions, ({ partition, offset, bytesMax }) =>
              w
                .i32(partition)
                .i32(-1) // current_leader_epoch
                .i64(offset)
                .i32(-1) // last_fetched_epoch
                .i64(-1n) // log_start_offset: for followers
                .i32(bytesMax)
                .noTags(),
            )
            .noTags(),
        )
        .array([], () => {}) // forgotten_topics_data
        .string(''), // rack_id
    read: (r) => {
      const throttleMs = r.i32();
      const errorCode = r.i16();
      r.i32(); // session_id
      const topics = r.array(() => {
        const topic = r.string();
        const partitions = r.array(() => {
          const partition = r.i32();
          const partitionError = r.i16();
          const highWatermark = r.i64();
          const lastStableOffset = r.i64();
          const logStartOffset = r.i64();
          const abortedTransactions =
            r.nullableArray(() => {
              const aborted = { producerId: r.i64(), firstOffset: r.i64() };
              r.tags();
              return aborted;
            }) ?? [];
          r.i32(); // preferred_read_replica: only with a rack
          const records = r.nullableBytes() ?? EMPTY;
          r.tags();
          return { partition, errorCode: partitionError, highWatermark, lastStableOffset, logStartOffset, abortedTransactions, records };
        });
        r.tags();
        return { topic, partitions };
      });
      r.tags();
      return { throttleMs, errorCode, topics };
    },
  });
}
