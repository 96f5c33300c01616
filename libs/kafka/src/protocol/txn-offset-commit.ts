import { flexibleCall, type ApiCall, type Throttled } from './api-call.js';

/** Proof of membership in a consumer group (KIP-447): the coordinator refuses the offsets of anyone else. */
export interface GroupMembership {
  readonly memberId: string;
  readonly generationId: number;
}

/** An offset to commit: the next one to read, and what the owner wants to find with it again. */
export interface PartitionOffset {
  readonly partition: number;
  readonly offset: bigint;
  readonly metadata: string | null;
}

export interface TopicOffsets {
  readonly topic: string;
  readonly partitions: readonly PartitionOffset[];
}

export interface TxnOffsetCommitRequest {
  readonly transactionalId: string;
  readonly groupId: string;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly membership: GroupMembership;
  readonly topics: readonly TopicOffsets[];
}

export interface TxnOffsetCommitAnswer extends Throttled {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly errorCode: number }[];
  }[];
}

/** TxnOffsetCommit v5: carries the membership (KIP-447) and adds the group to the transaction by itself (KIP-890). */
export function txnOffsetCommitCall(request: TxnOffsetCommitRequest): ApiCall<TxnOffsetCommitAnswer> {
  return flexibleCall<TxnOffsetCommitAnswer>({
    apiName: 'TxnOffsetCommit',
    apiKey: 28,
    apiVersion: 5,
    write: (w) =>
      w
        .string(request.transactionalId)
        .string(request.groupId)
        .i64(request.producerId)
        .i16(request.producerEpoch)
        .i32(request.membership.generationId)
        .string(request.membership.memberId)
        .string(null) // group_instance_id
        .array(request.topics, ({ topic, partitions }) =>
          w
            .string(topic)
            .array(partitions, ({ partition, offset, metadata }) =>
              w.i32(partition).i64(offset).i32(-1).string(metadata).noTags(),
            )
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
