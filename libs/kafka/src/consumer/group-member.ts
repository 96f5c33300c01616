import { KafkaApiError, KafkaConnectionError, KafkaError, type KafkaCluster } from '../connection/index.js';
import type { ApiCall, Throttled } from '../protocol/api-call.js';
import { ErrorCode } from '../protocol/error-codes.js';
import { heartbeatCall } from '../protocol/heartbeat.js';
import { joinGroupCall, type JoinGroupAnswer } from '../protocol/join-group.js';
import { leaveGroupCall } from '../protocol/leave-group.js';
import { syncGroupCall } from '../protocol/sync-group.js';
import type { GroupMembership } from '../protocol/txn-offset-commit.js';
import { decodeAssignment, encodeSubscription } from './consumer-protocol.js';
import { GroupFailedError, whyRefused } from './group-error.js';
import { assignAsLeader } from './group-leader.js';
import { Heartbeat } from './heartbeat.js';
import { acceptsMemberInput, heartbeats, nextMemberState, type MemberInput, type MemberState } from './member-state.js';
import { sleep, withinMs } from '../timing.js';

export interface GroupMemberOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Transactional id, or the instance's name where nothing transactional is written. */
  readonly owner: string;
  /** Everything to one member; the others stand by. */
  readonly single?: boolean;
  /**
   * After this long without a heartbeat a dead member's partitions go to others: what recovery from a kill costs. At least the brokers'
   * group.min.session.timeout.ms. Default 6000, their default for it.
   */
  readonly sessionTimeoutMs?: number;
  /** How long a rebalance waits for members, and a member's join for its running transaction. Default 15000. */
  readonly rebalanceTimeoutMs?: number;
}

export interface GroupAssignment {
  /** Required for every commit of what is read from now on. */
  readonly membership: GroupMembership;
  /** Partition numbers, of every subscribed topic. */
  readonly partitions: readonly number[];
  /**
   * The same member in the very next generation, whose running transaction had ended before it joined: nobody can have owned a kept
   * partition in between (R2).
   */
  readonly continuous: boolean;
  /** The owners that are in this generation (R4). */
  readonly owners: readonly string[];
}

export interface GroupMemberHooks {
  /** Resolves when nothing more will be written under the current membership. The join is held for it (R2). */
  beforeRejoin(): Promise<void>;
  /** Takes the assignment and returns: the member does not wait for anything that follows from it (R3). */
  assigned(assignment: GroupAssignment): void;
  /** The member has stopped for good. */
  failed(error: KafkaError): void;
}

const PROTOCOL = 'onward-copartitioned';
const RETRY_MS = 50;
/** A heartbeat is also how a member learns that others wait for it to join again. */
const HEARTBEAT_MAX_MS = 1_000;
const REJOINS: ReadonlySet<number> = new Set([ErrorCode.REBALANCE_IN_PROGRESS]);
const EVICTIONS: ReadonlySet<number> = new Set([ErrorCode.ILLEGAL_GENERATION, ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.FENCED_INSTANCE_ID]);
const COORDINATOR_MOVED: ReadonlySet<number> = new Set([
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.NOT_COORDINATOR,
]);

/** Membership in one consumer group, by the classic protocol with eager rebalances. The states are in `member-state.ts`. */
export class GroupMember {
  readonly #options: Required<GroupMemberOptions>;
  readonly #hooks: GroupMemberHooks;
  /** A JoinGroup or SyncGroup is held by the broker and everything behind it on its connection: it has one of its own. */
  readonly #joins: KafkaCluster;
  readonly #control: KafkaCluster;
  readonly #heartbeat: Heartbeat;
  readonly #stopping = new AbortController();
  #state: MemberState = 'idle';
  #memberId = '';
  /** Of the last SyncGroup that was answered. */
  #last: { membership: GroupMembership; partitions: readonly number[] } | undefined;
  #heldInTime = true;
  #wakeUp: () => void = () => {};
  #running: Promise<void> = Promise.resolve();
  #partitionCounts: ReadonlyMap<string, number> = new Map();

  private constructor(joins: KafkaCluster, control: KafkaCluster, options: GroupMemberOptions, hooks: GroupMemberHooks) {
    this.#joins = joins;
    this.#control = control;
    this.#options = { single: false, sessionTimeoutMs: 6_000, rebalanceTimeoutMs: 15_000, ...options };
    this.#hooks = hooks;
    this.#heartbeat = new Heartbeat(() => this.#beat(), Math.min(this.#options.sessionTimeoutMs / 3, HEARTBEAT_MAX_MS));
  }

  /** Starts to join; the first assignment comes through the hooks. */
  static async start(
    cluster: KafkaCluster,
    options: GroupMemberOptions,
    partitionCounts: ReadonlyMap<string, number>,
    hooks: GroupMemberHooks,
  ): Promise<GroupMember> {
    const joins = await cluster.fork();
    const control = await cluster.fork({ requestTimeoutMs: Math.max(1_000, (options.sessionTimeoutMs ?? 6_000) / 2) });
    const member = new GroupMember(joins, control, options, hooks);
    member.#partitionCounts = partitionCounts;
    member.#to('start');
    member.#running = member.#run();
    return member;
  }

  get state(): MemberState {
    return this.#state;
  }

  /** A commit under this membership was refused with this code: the member need not wait for its next heartbeat to join again. */
  report(brokerCode: number, membership: GroupMembership): void {
    if (membership !== this.#last?.membership) return;
    if (REJOINS.has(brokerCode)) this.#sign('rebalance');
    else if (EVICTIONS.has(brokerCode)) this.#sign('evicted');
  }

  /** Leaves the group, so that others take over at once. The caller has ended its transaction before. */
  async stop(): Promise<void> {
    if (!acceptsMemberInput(this.#state, 'stop')) return;
    const known = this.#state !== 'idle' && this.#memberId !== '';
    this.#to('stop');
    this.#heartbeat.stop();
    this.#stopping.abort();
    this.#wakeUp();
    if (known) await this.#leave();
    this.#disconnect();
    await this.#running;
    if (this.#state === 'leaving') this.#to('left');
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        const joined = await this.#join();
        if (joined !== undefined && (await this.#sync(joined))) {
          await new Promise<void>((resolve) => {
            this.#wakeUp = resolve;
            if (this.#state !== 'member') resolve();
          });
          if (this.#stopping.signal.aborted) return;
          await this.#hold();
        }
        if (this.#stopping.signal.aborted) return;
      }
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#fail(error instanceof KafkaError ? error : new GroupFailedError(this.#options.groupId, 'an error that was not expected; see its cause.', { cause: error }));
    }
  }

  /** @returns undefined when it has to be tried again */
  async #join(): Promise<JoinGroupAnswer | undefined> {
    const { groupId, sessionTimeoutMs, rebalanceTimeoutMs, topics, owner } = this.#options;
    const owned = this.#last?.partitions ?? [];
    const generationId = this.#last?.membership.generationId ?? -1;
    const metadata = encodeSubscription({ topics, owner, owned, generationId });
    const answer = await this.#ask(
      this.#joins,
      joinGroupCall({
        groupId,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        memberId: this.#memberId,
        protocols: [{ name: PROTOCOL, metadata }],
        reason: generationId < 0 ? 'started' : 'the group rebalances',
      }),
    );
    if (answer === undefined) return undefined;
    switch (answer.errorCode) {
      case ErrorCode.NONE:
        this.#memberId = answer.memberId;
        this.#to('joined');
        return answer;
      case ErrorCode.MEMBER_ID_REQUIRED:
        this.#memberId = answer.memberId;
        break;
      case ErrorCode.UNKNOWN_MEMBER_ID:
      case ErrorCode.FENCED_INSTANCE_ID:
        this.#memberId = '';
        break;
      default:
        await this.#retryOrThrow('JoinGroup', answer.errorCode);
    }
    this.#again();
    return undefined;
  }

  /** @returns whether the member has an assignment now */
  async #sync(joined: JoinGroupAnswer): Promise<boolean> {
    const { groupId, rebalanceTimeoutMs } = this.#options;
    const membership: GroupMembership = Object.freeze({ memberId: joined.memberId, generationId: joined.generationId });
    const assignments = joined.leaderId === joined.memberId ? assignAsLeader(joined.members, this.#partitionCounts, this.#options) : [];
    const answer = await this.#ask(this.#joins, syncGroupCall({ groupId, membership, protocolName: PROTOCOL, assignments, rebalanceTimeoutMs }));
    if (answer === undefined) return false;
    if (answer.errorCode !== ErrorCode.NONE) {
      if (answer.errorCode === ErrorCode.UNKNOWN_MEMBER_ID) this.#memberId = '';
      if (!REJOINS.has(answer.errorCode) && !EVICTIONS.has(answer.errorCode)) await this.#retryOrThrow('SyncGroup', answer.errorCode);
      this.#again();
      return false;
    }
    if (this.#stopping.signal.aborted) return false;
    const { partitionsByTopic, owners } = decodeAssignment(answer.assignment);
    const partitions = [...new Set([...partitionsByTopic.values()].flat())].sort((a, b) => a - b);
    const before = this.#last?.membership;
    const continuous = this.#heldInTime && before?.memberId === membership.memberId && before.generationId + 1 === membership.generationId;
    this.#last = { membership, partitions };
    this.#to('assigned');
    this.#heartbeat.start();
    this.#hooks.assigned({ membership, partitions, continuous, owners });
    return true;
  }

  async #hold(): Promise<void> {
    const { rebalanceTimeoutMs } = this.#options;
    const held = withinMs(this.#hooks.beforeRejoin(), rebalanceTimeoutMs);
    const stopped = new Promise<false>((resolve) => {
      this.#wakeUp = () => resolve(false);
      if (this.#stopping.signal.aborted) resolve(false);
    });
    this.#heldInTime = await Promise.race([held, stopped]);
    this.#heartbeat.stop();
    if (!this.#stopping.signal.aborted) this.#to('held');
  }

  /** Whether the coordinator takes this membership for the current one, asked just now. */
  async confirm(membership: GroupMembership): Promise<boolean> {
    if (membership !== this.#last?.membership || !heartbeats(this.#state)) return false;
    const answer = await this.#ask(this.#control, heartbeatCall(this.#options.groupId, membership));
    if (answer === undefined) return false;
    this.report(answer.errorCode, membership);
    return answer.errorCode === ErrorCode.NONE || answer.errorCode === ErrorCode.REBALANCE_IN_PROGRESS;
  }

  async #beat(): Promise<void> {
    const membership = this.#last?.membership;
    if (membership === undefined || !heartbeats(this.#state)) return;
    try {
      const answer = await this.#ask(this.#control, heartbeatCall(this.#options.groupId, membership));
      if (answer === undefined) return;
      if (COORDINATOR_MOVED.has(answer.errorCode)) await this.#forgetCoordinator();
      else if (answer.errorCode === ErrorCode.GROUP_AUTHORIZATION_FAILED) this.#fail(new KafkaApiError('Heartbeat', answer.errorCode, `group ${this.#options.groupId}`));
      else this.report(answer.errorCode, membership);
    } catch (error) {
      if (error instanceof KafkaError && !this.#stopping.signal.aborted) this.#fail(error);
    }
  }

  #sign(input: 'rebalance' | 'evicted'): void {
    if (!acceptsMemberInput(this.#state, input)) return;
    this.#to(input);
    this.#wakeUp();
  }

  async #leave(): Promise<void> {
    const { groupId } = this.#options;
    try {
      const nodeId = await this.#control.coordinator('group', groupId);
      await this.#control.send(nodeId, leaveGroupCall(groupId, this.#memberId, 'stopped'));
    } catch {
      // The session timeout does the same, later.
    }
  }

  /** Sends to the coordinator. @returns undefined when it could not be reached: a breath was taken, try again */
  async #ask<T extends Throttled>(cluster: KafkaCluster, call: ApiCall<T>): Promise<T | undefined> {
    try {
      const nodeId = await cluster.coordinator('group', this.#options.groupId);
      return await cluster.send(nodeId, call);
    } catch (error) {
      if (this.#stopping.signal.aborted) throw error;
      const passes = error instanceof KafkaConnectionError || (error instanceof KafkaApiError && COORDINATOR_MOVED.has(error.brokerCode));
      if (!passes) throw error;
      await this.#forgetCoordinator();
      if (cluster === this.#joins) this.#again();
      return undefined;
    }
  }

  async #retryOrThrow(api: string, brokerCode: number): Promise<void> {
    const { groupId } = this.#options;
    if (COORDINATOR_MOVED.has(brokerCode) || brokerCode === ErrorCode.REQUEST_TIMED_OUT) return this.#forgetCoordinator();
    const cause = new KafkaApiError(api, brokerCode, `group ${groupId}`);
    throw new GroupFailedError(groupId, whyRefused(brokerCode), { cause });
  }

  async #forgetCoordinator(): Promise<void> {
    await sleep(RETRY_MS, this.#stopping.signal);
    for (const cluster of [this.#joins, this.#control]) {
      // Not found just now is not found at the next try either: that one will say so.
      await cluster.coordinator('group', this.#options.groupId, { refresh: true }).catch(() => {});
    }
  }

  #again(): void {
    if (acceptsMemberInput(this.#state, 'again')) this.#to('again');
  }

  #fail(error: KafkaError): void {
    if (!acceptsMemberInput(this.#state, 'fail') || this.#state === 'leaving') return;
    this.#to('fail');
    this.#heartbeat.stop();
    this.#stopping.abort();
    this.#wakeUp();
    this.#disconnect();
    this.#hooks.failed(error);
  }

  #disconnect(): void {
    this.#joins.disconnect();
    this.#control.disconnect();
  }

  #to(input: MemberInput): void {
    this.#state = nextMemberState(this.#state, input);
  }
}
