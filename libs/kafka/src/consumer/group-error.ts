import { KafkaError } from '../connection/kafka-error.js';

/** The group cannot be joined, or not be stayed in, until a person changes something. */
export class GroupFailedError extends KafkaError {
  constructor(groupId: string, why: string, options: { cause?: unknown } = {}) {
    super('GROUP_FAILED', `The member of group ${groupId} has stopped: ${why}`, options);
  }
}

/** The group goes on without this member, or is about to: what it wanted to do is for the next assignment. */
export class NotAMember extends KafkaError {
  constructor(groupId: string) {
    super('GROUP_NOT_A_MEMBER', `This member of group ${groupId} has to join again before it can take a partition over. It does so by itself.`);
  }
}

export type PartitionStopReason = 'OFFSET_OUT_OF_RANGE' | 'OFFSET_MISSING' | 'OWNER_STOPPED';

/**
 * A partition that must not be read on: what would have been skipped or repeated is for a person to judge (R5). The other
 * partitions go on. It is tried again when the partition is assigned anew.
 */
export class PartitionStoppedError extends KafkaError {
  constructor(
    readonly reason: PartitionStopReason,
    readonly partition: number,
    why: string,
    options: { cause?: unknown } = {},
  ) {
    super(`PARTITION_${reason}`, why, options);
  }
}
