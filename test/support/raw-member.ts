import type { KafkaCluster } from '../../libs/kafka/src/connection/kafka-cluster.js';
import { encodeSubscription } from '../../libs/kafka/src/consumer/consumer-protocol.js';
import { joinGroupCall, type JoinGroupAnswer } from '../../libs/kafka/src/protocol/join-group.js';
import { leaveGroupCall } from '../../libs/kafka/src/protocol/leave-group.js';
import { syncGroupCall } from '../../libs/kafka/src/protocol/sync-group.js';
import type { GroupMembership } from '../../libs/kafka/src/protocol/txn-offset-commit.js';
import { coordinatorOf } from './raw-transaction.js';

const MEMBER_ID_REQUIRED = 79;
const SUBSCRIPTION = encodeSubscription({ topics: [], owner: '', owned: [], generationId: -1 });
const TIMEOUTS = { sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 10_000 };

/** A group member that assigns nothing: it is there for its member id and generation. */
export class RawMember {
  #memberId = '';

  constructor(
    readonly cluster: KafkaCluster,
    readonly groupId: string,
  ) {}

  /** Joins, or joins again. Resolves in the next generation, when all members have joined and the leader has assigned. */
  async join(): Promise<GroupMembership> {
    let answer = await this.#join();
    if (answer.errorCode === MEMBER_ID_REQUIRED) {
      this.#memberId = answer.memberId;
      answer = await this.#join();
    }
    if (answer.errorCode !== 0) throw new Error(`JoinGroup: ${answer.errorCode}`);
    this.#memberId = answer.memberId;
    const membership = { memberId: answer.memberId, generationId: answer.generationId };
    const assignments = answer.members.map(({ memberId }) => ({ memberId, assignment: Buffer.alloc(0) }));
    const synced = await this.cluster.send(
      await coordinatorOf(this.cluster, this.groupId),
      syncGroupCall({ groupId: this.groupId, membership, protocolName: 'none', assignments, rebalanceTimeoutMs: TIMEOUTS.rebalanceTimeoutMs }),
    );
    if (synced.errorCode !== 0) throw new Error(`SyncGroup: ${synced.errorCode}`);
    return membership;
  }

  async leave(): Promise<void> {
    await this.cluster.send(await coordinatorOf(this.cluster, this.groupId), leaveGroupCall(this.groupId, this.#memberId, 'done'));
  }

  async #join(): Promise<JoinGroupAnswer> {
    const call = joinGroupCall({ ...TIMEOUTS, groupId: this.groupId, memberId: this.#memberId, protocols: [{ name: 'none', metadata: SUBSCRIPTION }], reason: 'test' });
    return this.cluster.send(await coordinatorOf(this.cluster, this.groupId), call);
  }
}
