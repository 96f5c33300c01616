import { ErrorCode, type KafkaCluster } from '@onward/kafka';
import { encodeSubscription } from '../../../libs/kafka/src/consumer/consumer-protocol.js';
import { heartbeatCall } from '../../../libs/kafka/src/protocol/heartbeat.js';
import { joinGroupCall, type JoinGroupAnswer } from '../../../libs/kafka/src/protocol/join-group.js';
import { leaveGroupCall } from '../../../libs/kafka/src/protocol/leave-group.js';
import { syncGroupCall, type SyncGroupAnswer } from '../../../libs/kafka/src/protocol/sync-group.js';
import type { GroupMembership } from '../../../libs/kafka/src/protocol/txn-offset-commit.js';
import { coordinatorOf } from '../../support/raw-transaction.js';
import type { Seam } from './seam.js';

export interface RawJoin {
  readonly sessionTimeoutMs?: number;
  readonly rebalanceTimeoutMs?: number;
  readonly protocol?: string;
  readonly metadata?: string;
}

/** One member of a group, request by request: joins on a connection of their own, as they are held. */
export class RawGroupClient {
  memberId = '';
  #joins = 0;

  private constructor(
    readonly groupId: string,
    readonly joining: KafkaCluster,
    readonly control: KafkaCluster,
  ) {}

  static async open(seam: Seam, groupId: string): Promise<RawGroupClient> {
    return new RawGroupClient(groupId, await seam.connect(), await seam.connect());
  }

  /** One JoinGroup. Metadata differs from join to join unless it is given. A broker never answers a join whose metadata it cannot read. */
  async joinOnce({ sessionTimeoutMs = 10_000, rebalanceTimeoutMs = 10_000, protocol = 'p', metadata }: RawJoin = {}): Promise<JoinGroupAnswer> {
    this.#joins += 1;
    const protocols = [{ name: protocol, metadata: encodeSubscription({ topics: [], owner: metadata ?? `${this.memberId} ${this.#joins}`, owned: [], generationId: -1 }) }];
    const call = joinGroupCall({ groupId: this.groupId, sessionTimeoutMs, rebalanceTimeoutMs, memberId: this.memberId, protocols, reason: 'contract' });
    const answer = await this.joining.send(await coordinatorOf(this.joining, this.groupId), call);
    if (answer.errorCode === ErrorCode.MEMBER_ID_REQUIRED) this.memberId = answer.memberId;
    return answer;
  }

  /** Asks for a member id first, if there is none. Fails unless it has joined. */
  async join(options: RawJoin = {}): Promise<JoinGroupAnswer> {
    if (this.memberId === '') await this.joinOnce(options);
    const answer = await this.joinOnce(options);
    if (answer.errorCode !== ErrorCode.NONE) throw new Error(`JoinGroup: ${answer.errorCode}`);
    return answer;
  }

  /** @param assignments by member id; from the leader */
  async sync(membership: GroupMembership, assignments: Readonly<Record<string, string>> = {}, protocolName = 'p'): Promise<SyncGroupAnswer> {
    const list = Object.entries(assignments).map(([memberId, assignment]) => ({ memberId, assignment: Buffer.from(assignment) }));
    const call = syncGroupCall({ groupId: this.groupId, membership, protocolName, assignments: list, rebalanceTimeoutMs: 10_000 });
    return this.joining.send(await coordinatorOf(this.joining, this.groupId), call);
  }

  /** Joins and syncs as the only member. */
  async enter(options: RawJoin = {}): Promise<GroupMembership> {
    const membership = membershipOf(await this.join(options));
    const { errorCode } = await this.sync(membership, { [membership.memberId]: 'all' });
    if (errorCode !== ErrorCode.NONE) throw new Error(`SyncGroup: ${errorCode}`);
    return membership;
  }

  async heartbeat(membership: GroupMembership): Promise<number> {
    return (await this.control.send(await coordinatorOf(this.control, this.groupId), heartbeatCall(this.groupId, membership))).errorCode;
  }

  async leave(memberId = this.memberId): Promise<number> {
    return (await this.control.send(await coordinatorOf(this.control, this.groupId), leaveGroupCall(this.groupId, memberId, 'contract'))).errorCode;
  }
}

export function membershipOf({ memberId, generationId }: JoinGroupAnswer): GroupMembership {
  return { memberId, generationId };
}
