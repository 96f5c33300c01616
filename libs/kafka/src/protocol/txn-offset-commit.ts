import { flexibleCall, type ApiCall } from './api-call.js';
import { readOffsetCommitAnswer, writeTopicOffsets, type OffsetCommitAnswer, type TopicOffsets } from './topic-offsets.js';

/** Proof of membership in a consumer group (KIP-447): the coordinator refuses the offsets of anyone else. */
export interface GroupMembership {
  readonly memberId: string;
  readonly generationId: number;
}

export interface TxnOffsetCommitRequest {
  readonly transactionalId: string;
  readonly groupId: string;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly membership: GroupMembership;
  readonly topics: readonly TopicOffsets[];
}

/** TxnOffsetCommit v5: carries the membership (KIP-447) and adds the group to the transaction by itself (KIP-890). */
export function txnOffsetCommitCall(request: TxnOffsetCommitRequest): ApiCall<OffsetCommitAnswer> {
  return flexibleCall<OffsetCommitAnswer>({
    apiName: 'TxnOffsetCommit',
    apiKey: 28,
    apiVersion: 5,
    request,
    write: (w) => {
      w.string(request.transactionalId)
        .string(request.groupId)
        .i64(request.producerId)
        .i16(request.producerEpoch)
        .i32(request.membership.generationId)
        .string(request.membership.memberId)
        .string(null); // group_instance_id
      return writeTopicOffsets(w, request.topics);
    },
    read: readOffsetCommitAnswer,
  });
}
