import { flexibleCall, type ApiCall, type Throttled } from './api-call.js';
import type { GroupMembership, TopicOffsets } from './txn-offset-commit.js';

export interface OffsetCommitRequest {
  readonly groupId: string;
  /** Required: the coordinator refuses the offsets of a member that has been replaced. */
  readonly membership: GroupMembership;
  readonly topics: readonly TopicOffsets[];
}

export interface OffsetCommitAnswer extends Throttled {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly errorCode: number }[];
  }[];
}

/** OffsetCommit v8, outside transactions. */
export function offsetCommitCall(request: OffsetCommitRequest): ApiCall<OffsetCommitAnswer> {
  return flexibleCall<OffsetCommitAnswer>({
    apiName: 'OffsetCommit',
    apiKey: 8,
    apiVersion: 8,
    write: (w) =>
      w
        .string(request.groupId)
        .i32(request.membership.generationId)
        .string(request.membership.memberId)
        .string(null) // group_instance_id
        .array(request.topics, ({ topic, partitions }) =>
          w
            .string(topic)
            .array(partitions, ({ partition, offset, metadata }) => w.i32(partition).i64(offset).i32(-1).string(metadata).noTags())
            .noTags(),
        ),
    read: (r) => {
      const throttleMs = r.i32();
      const topics = r.array(() => {
        const topic = r.string();
        const partitions = r.array(() => {
          const partition = { partition: r.i32(), errorCode: r.i16() };
          r.tags();
          return partition;
        });
        r.tags();
        return { topic, partitions };
      });
      r.tags();
      return { throttleMs, topics };
    },
  });
}
