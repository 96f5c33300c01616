import { KafkaError } from '../connection/kafka-error.js';
import { ErrorCode } from '../protocol/error-codes.js';

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

const WHY: Readonly<Record<number, string>> = {
  [ErrorCode.INCONSISTENT_GROUP_PROTOCOL]: 'another program has joined this group. Give each service a group of its own.',
  [ErrorCode.INVALID_SESSION_TIMEOUT]: 'the brokers refuse the session timeout. Set it between their group.min.session.timeout.ms and group.max.session.timeout.ms.',
  [ErrorCode.GROUP_AUTHORIZATION_FAILED]: 'the principal may not Read this group. Run "onward topology apply" as an administrator.',
  [ErrorCode.GROUP_MAX_SIZE_REACHED]: 'the group is full. Raise group.max.size or run fewer members.',
};

/** What stands behind a coordinator's refusal that will not pass, and what to do. */
export function whyRefused(brokerCode: number): string {
  return WHY[brokerCode] ?? 'the coordinator refuses it; see the cause.';
}
