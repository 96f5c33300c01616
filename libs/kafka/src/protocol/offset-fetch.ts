import { flexibleCall, type ApiCall, type Throttled } from './api-call.js';

export interface OffsetFetchRequest {
  readonly groupId: string;
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
  /** False answers at once with what was committed last, also while a transaction may be about to change it. Default true. */
  readonly requireStable?: boolean;
}

export interface CommittedOffset {
  readonly partition: number;
  readonly errorCode: number;
  /** −1 when the group has committed none. */
  readonly offset: bigint;
  readonly metadata: string | null;
}

export interface OffsetFetchAnswer extends Throttled {
  /** Of the group as a whole. */
  readonly errorCode: number;
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly CommittedOffset[] }[];
}

/**
 * OffsetFetch v8 with require_stable (KIP-447): while a transaction that holds offsets of a partition is open, that partition is
 * answered with UNSTABLE_OFFSET_COMMIT instead of the offset before it.
 */
export function offsetFetchCall(request: OffsetFetchRequest): ApiCall<OffsetFetchAnswer> {
  return flexibleCall<OffsetFetchAnswer>({
    apiName: 'OffsetFetch',
    apiKey: 9,
    apiVersion: 8,
    request,
    write: (w) =>
      w
        .array([request.groupId], (groupId) =>
          w
            .string(groupId)
            .array(request.topics, ({ topic, partitions }) => w.string(topic).array(partitions, (p) => w.i32(p)).noTags())
            .noTags(),
        )
        .bool(request.requireStable ?? true),
    read: (r) => {
      const throttleMs = r.i32();
      const groups = r.array(() => {
        r.string(); // group_id
        const topics = r.array(() => {
          const topic = r.string();
          const partitions = r.array(() => {
            const partition = r.i32();
            const offset = r.i64();
            r.i32(); // committed_leader_epoch
            const metadata = r.nullableString();
            const errorCode = r.i16();
            r.tags();
            return { partition, offset, metadata, errorCode };
          });
          r.tags();
          return { topic, partitions };
        });
        const errorCode = r.i16();
        r.tags();
        return { errorCode, topics };
      });
      r.tags();
      const [group] = groups;
      if (group === undefined) throw new RangeError('OffsetFetch answered for no group.');
      return { throttleMs, ...group };
    },
  });
}
