import { flexibleCall, type ApiCall } from './api-call.js';
import { readOffsetCommitAnswer, writeTopicOffsets, type OffsetCommitAnswer, type TopicOffsets } from './topic-offsets.js';
import type { GroupMembership } from './txn-offset-commit.js';

export interface OffsetCommitRequest {
  readonly groupId: string;
  /** Required: the coordinator refuses the offsets of a member that has been replaced. */
  readonly membership: GroupMembership;
  readonly topics: readonly TopicOffsets[];
}

/** OffsetCommit v8, outside transactions. */
export function offsetCommitCall(request: OffsetCommitRequest): ApiCall<OffsetCommitAnswer> {
  const { groupId, membership, topics } = request;
  return flexibleCall<OffsetCommitAnswer>({
    apiName: 'OffsetCommit',
    apiKey: 8,
    apiVersion: 8,
    request,
    write: (w) => {
      w.string(groupId).i32(membership.generationId).string(membership.memberId).string(null); // group_instance_id
      return writeTopicOffsets(w, topics);
    },
    read: readOffsetCommitAnswer,
  });
}
