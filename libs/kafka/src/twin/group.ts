import { ErrorCode } from '../protocol/error-codes.js';
import type { HeartbeatAnswer } from '../protocol/heartbeat.js';
import type { JoinGroupAnswer, JoinGroupRequest } from '../protocol/join-group.js';
import type { SyncGroupAnswer, SyncGroupRequest } from '../protocol/sync-group.js';
import type { GroupMembership } from '../protocol/txn-offset-commit.js';
import { CommittedOffsets } from './committed-offsets.js';
import { EMPTY, refusedJoin, refusedSync } from './refusal.js';
import type { VirtualTimer } from './timer-heap.js';
import type { VirtualTime } from './virtual-time.js';

type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable';

interface Member {
  readonly memberId: string;
  request: JoinGroupRequest;
  assignment: Buffer;
  answerJoin: ((answer: JoinGroupAnswer) => void) | undefined;
  answerSync: ((answer: SyncGroupAnswer) => void) | undefined;
  session: VirtualTimer | undefined;
}

/** A member that waits in a join is known to live, but not for longer than this when it has never been in a generation. */
const NEW_MEMBER_JOIN_MS = 300_000;
const SESSION_MIN_MS = 1_000;
const SESSION_MAX_MS = 1_800_000;

/**
 * One consumer group of the classic protocol: what Kafka 4's `ClassicGroup` and its manager answer.
 *
 * ```
 *  Empty ──▶ PreparingRebalance ── all have joined, or the rebalance timeout ──▶ CompletingRebalance ── leader has synced ──▶ Stable
 *    ▲            ▲  │                                                                  │                                  │
 *    └────────────┼──┘ nobody left                                                      │                                  │
 *                 └───────────── a member joins, leaves, or is not heard of ────────────┴──────────────────────────────────┘
 * ```
 */
export class Group {
  readonly groupId: string;
  readonly offsets = new CommittedOffsets();
  readonly #time: VirtualTime;
  readonly #members = new Map<string, Member>();
  /** Ids that were given out and have not joined yet. A rebalance waits for them. */
  readonly #pending = new Map<string, VirtualTimer>();
  #state: GroupState = 'Empty';
  #generationId = 0;
  #leaderId = '';
  #protocolName = '';
  #deadline: VirtualTimer | undefined;
  #memberIds = 0;

  constructor(groupId: string, time: VirtualTime) {
    this.groupId = groupId;
    this.#time = time;
  }

  get memberIds(): string[] {
    return [...this.#members.keys()];
  }

  join(request: JoinGroupRequest): JoinGroupAnswer | Promise<JoinGroupAnswer> {
    const { memberId, sessionTimeoutMs } = request;
    if (sessionTimeoutMs < SESSION_MIN_MS || sessionTimeoutMs > SESSION_MAX_MS) return refusedJoin(ErrorCode.INVALID_SESSION_TIMEOUT, memberId);
    const protocol = request.protocols[0]?.name ?? '';
    const others = [...this.#members.values()].filter((member) => member.memberId !== memberId);
    if (others.some((member) => member.request.protocols[0]?.name !== protocol)) return refusedJoin(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, memberId);
    if (memberId === '') return this.#giveOutId(sessionTimeoutMs);
    const member = this.#members.get(memberId);
    const waiting = this.#pending.get(memberId);
    if (member === undefined && waiting === undefined) return refusedJoin(ErrorCode.UNKNOWN_MEMBER_ID, memberId);
    if (member === undefined) {
      waiting?.cancel();
      this.#pending.delete(memberId);
      return this.#add(request);
    }
    if (!this.#mustRebalanceFor(member, request)) return this.#joinAnswer(member);
    member.request = request;
    return this.#joinLater(member);
  }

  sync({ membership, assignments, protocolName }: SyncGroupRequest): SyncGroupAnswer | Promise<SyncGroupAnswer> {
    const errorCode = this.#check(membership);
    if (errorCode !== ErrorCode.NONE) return refusedSync(errorCode);
    if (protocolName !== this.#protocolName) return refusedSync(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    if (this.#state === 'PreparingRebalance') return refusedSync(ErrorCode.REBALANCE_IN_PROGRESS);
    const member = this.#members.get(membership.memberId)!;
    if (this.#state === 'Stable') {
      this.#heard(member);
      return { throttleMs: 0, errorCode: ErrorCode.NONE, assignment: member.assignment };
    }
    const answer = new Promise<SyncGroupAnswer>((resolve) => (member.answerSync = resolve));
    member.session?.cancel();
    if (member.memberId === this.#leaderId) this.#assign(new Map(assignments.map((each) => [each.memberId, each.assignment])));
    return answer;
  }

  heartbeat(membership: GroupMembership): HeartbeatAnswer {
    let errorCode = this.#check(membership);
    if (errorCode === ErrorCode.NONE) {
      this.#heard(this.#members.get(membership.memberId)!);
      if (this.#state === 'PreparingRebalance') errorCode = ErrorCode.REBALANCE_IN_PROGRESS;
    }
    return { throttleMs: 0, errorCode };
  }

  /** @returns an error code */
  leave(memberId: string): number {
    const waiting = this.#pending.get(memberId);
    if (waiting !== undefined) {
      waiting.cancel();
      this.#pending.delete(memberId);
      this.#completeIfAllJoined();
      return ErrorCode.NONE;
    }
    const member = this.#members.get(memberId);
    if (member === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
    this.#remove(member);
    return ErrorCode.NONE;
  }

  /** Whether offsets may be committed under a membership (KIP-447). @returns an error code */
  checkCommit(membership: GroupMembership, inTransaction: boolean): number {
    const { memberId, generationId } = membership;
    if (generationId < 0 && this.#state === 'Empty') return ErrorCode.NONE;
    if (generationId >= 0 || memberId !== '') {
      const errorCode = this.#check(membership);
      if (errorCode !== ErrorCode.NONE) return errorCode;
    } else if (!inTransaction) return ErrorCode.UNKNOWN_MEMBER_ID;
    if (inTransaction) return ErrorCode.NONE;
    if (this.#state === 'CompletingRebalance') return ErrorCode.REBALANCE_IN_PROGRESS;
    this.#heard(this.#members.get(memberId)!);
    return ErrorCode.NONE;
  }

  #check({ memberId, generationId }: GroupMembership): number {
    if (!this.#members.has(memberId)) return ErrorCode.UNKNOWN_MEMBER_ID;
    return generationId === this.#generationId ? ErrorCode.NONE : ErrorCode.ILLEGAL_GENERATION;
  }

  #giveOutId(sessionTimeoutMs: number): JoinGroupAnswer {
    const memberId = `${this.groupId}-member-${++this.#memberIds}`;
    const forget = (): void => {
      this.#pending.delete(memberId);
      this.#completeIfAllJoined();
    };
    this.#pending.set(memberId, this.#time.after(sessionTimeoutMs, forget));
    return refusedJoin(ErrorCode.MEMBER_ID_REQUIRED, memberId);
  }

  #add(request: JoinGroupRequest): Promise<JoinGroupAnswer> {
    const { memberId } = request;
    const member: Member = { memberId, request, assignment: EMPTY, answerJoin: undefined, answerSync: undefined, session: undefined };
    this.#members.set(memberId, member);
    if (this.#leaderId === '') this.#leaderId = memberId;
    const answer = this.#joinLater(member);
    if (member.answerJoin !== undefined) {
      member.session = this.#time.after(NEW_MEMBER_JOIN_MS, () => {
        if (member.answerJoin !== undefined) this.#remove(member);
      });
    }
    return answer;
  }

  #mustRebalanceFor(member: Member, request: JoinGroupRequest): boolean {
    if (this.#state === 'PreparingRebalance' || this.#state === 'Empty') return true;
    const changed = !(member.request.protocols[0]?.metadata.equals(request.protocols[0]?.metadata ?? EMPTY) ?? false);
    return changed || (this.#state === 'Stable' && member.memberId === this.#leaderId);
  }

  #joinLater(member: Member): Promise<JoinGroupAnswer> {
    const answer = new Promise<JoinGroupAnswer>((resolve) => (member.answerJoin = resolve));
    member.session?.cancel();
    this.#prepare();
    return answer;
  }

  #prepare(): void {
    if (this.#state !== 'PreparingRebalance') {
      for (const member of this.#members.values()) {
        if (member.answerSync !== undefined) this.#heard(member);
        this.#refuseSync(member, ErrorCode.REBALANCE_IN_PROGRESS);
      }
      this.#state = 'PreparingRebalance';
      this.#deadline?.cancel();
      const timeoutMs = Math.max(0, ...[...this.#members.values()].map(({ request }) => request.rebalanceTimeoutMs));
      this.#deadline = this.#time.after(timeoutMs, () => this.#complete());
    }
    this.#completeIfAllJoined();
  }

  #completeIfAllJoined(): void {
    if (this.#state !== 'PreparingRebalance' || this.#pending.size > 0) return;
    for (const { answerJoin } of this.#members.values()) if (answerJoin === undefined) return;
    this.#complete();
  }

  /** The next generation is of those who have joined. */
  #complete(): void {
    this.#deadline?.cancel();
    for (const member of [...this.#members.values()]) if (member.answerJoin === undefined) this.#forget(member);
    this.#generationId += 1;
    if (this.#members.size === 0) {
      this.#state = 'Empty';
      this.#leaderId = '';
      return;
    }
    this.#state = 'CompletingRebalance';
    if (!this.#members.has(this.#leaderId)) this.#leaderId = this.#members.keys().next().value!;
    this.#protocolName = this.#members.get(this.#leaderId)!.request.protocols[0]?.name ?? '';
    const rebalanceTimeoutMs = Math.max(...[...this.#members.values()].map(({ request }) => request.rebalanceTimeoutMs));
    for (const member of this.#members.values()) {
      const answer = this.#joinAnswer(member);
      this.#heard(member);
      member.answerJoin?.(answer);
      member.answerJoin = undefined;
    }
    const generationId = this.#generationId;
    this.#deadline = this.#time.after(rebalanceTimeoutMs, () => {
      if (generationId !== this.#generationId) return;
      for (const member of [...this.#members.values()]) if (this.#state === 'CompletingRebalance' && member.answerSync === undefined) this.#forget(member);
      if (this.#state === 'CompletingRebalance') this.#prepare();
    });
  }

  #assign(assignments: ReadonlyMap<string, Buffer>): void {
    this.#state = 'Stable';
    this.#deadline?.cancel();
    for (const member of this.#members.values()) {
      member.assignment = assignments.get(member.memberId) ?? EMPTY;
      if (member.answerSync === undefined) continue;
      this.#heard(member);
      member.answerSync({ throttleMs: 0, errorCode: ErrorCode.NONE, assignment: member.assignment });
      member.answerSync = undefined;
    }
  }

  #joinAnswer(member: Member): JoinGroupAnswer {
    const isLeader = member.memberId === this.#leaderId;
    const members = [...this.#members.values()].map(({ memberId, request }) => ({ memberId, metadata: request.protocols[0]?.metadata ?? EMPTY }));
    return {
      throttleMs: 0,
      errorCode: ErrorCode.NONE,
      generationId: this.#generationId,
      protocolName: this.#protocolName,
      leaderId: this.#leaderId,
      memberId: member.memberId,
      members: isLeader ? members : [],
    };
  }

  /** It lives: its session begins anew. */
  #heard(member: Member): void {
    member.session?.cancel();
    member.session = this.#time.after(member.request.sessionTimeoutMs, () => {
      if (member.answerJoin === undefined && member.answerSync === undefined) this.#remove(member);
    });
  }

  #remove(member: Member): void {
    this.#forget(member);
    if (this.#state === 'Stable' || this.#state === 'CompletingRebalance') this.#prepare();
    else this.#completeIfAllJoined();
  }

  #forget(member: Member): void {
    this.#members.delete(member.memberId);
    member.session?.cancel();
    member.answerJoin?.(refusedJoin(ErrorCode.UNKNOWN_MEMBER_ID, member.memberId));
    member.answerJoin = undefined;
    this.#refuseSync(member, ErrorCode.UNKNOWN_MEMBER_ID);
    if (this.#leaderId === member.memberId) this.#leaderId = this.#members.keys().next().value ?? '';
  }

  #refuseSync(member: Member, errorCode: number): void {
    member.answerSync?.(refusedSync(errorCode));
    member.answerSync = undefined;
  }
}
