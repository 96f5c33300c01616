import { flexibleCall, type ApiCall, type Throttled } from './api-call.js';

/** `read_uncommitted` asks for the high watermark, `read_committed` for the last stable offset (KIP-98). */
export type IsolationLevel = 'read_uncommitted' | 'read_committed';

/** Special timestamps of ListOffsets. */
export const LATEST_TIMESTAMP = -1n;
export const EARLIEST_TIMESTAMP = -2n;

export interface ListOffsetsRequest {
  readonly isolation: IsolationLevel;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly timestamp: bigint }[];
  }[];
}

export interface ListedOffset {
  readonly partition: number;
  readonly errorCode: number;
  /** −1 when no record is that young. */
  readonly offset: bigint;
}

export interface ListOffsetsAnswer extends Throttled {
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly ListedOffset[] }[];
}

/** ListOffsets v7. */
export function listOffsetsCall(request: ListOffsetsRequest): ApiCall<ListOffsetsAnswer> {
  return flexibleCall<ListOffsetsAnswer>({
    apiName: 'ListOffsets',
    apiKey: 2,
    apiVersion: 7,
    request,
    write: (w) =>
      w
        .i32(-1) // replica_id: a client
        .i8(isolationCode(request.isolation))
        .array(request.topics, ({ topic, partitions }) =>
          w
            .string(topic)
            .array(partitions, ({ partition, timestamp }) => w.i32(partition).i32(-1).i64(timestamp).noTags())
            .noTags(),
        ),
    read: (r) => {
      const throttleMs = r.i32();
      const topics = r.array(() => {
        const topic = r.string();
        const partitions = r.array(() => {
          const partition = r.i32();
          const errorCode = r.i16();
          r.i64(); // timestamp
          const offset = r.i64();
          r.i32(); // leader_epoch
          r.tags();
          return { partition, errorCode, offset };
        });
        r.tags();
        return { topic, partitions };
      });
      r.tags();
      return { throttleMs, topics };
    },
  });
}

/** The byte that names the isolation level on the wire. */
export function isolationCode(isolation: IsolationLevel): 0 | 1 {
  return isolation === 'read_uncommitted' ? 0 : 1;
}
