/**
 * The states of a group member, as a table.
 *
 * ```
 *         start            joined             assigned
 *  idle ─────────▶ joining ────────▶ syncing ──────────▶ member
 *                  ▲ │  ▲ ▲            │                   │
 *                  │ └──┘ └────────────┘                   │ rebalance (27), evicted (22, 25)
 *                  │ again    again                        ▼
 *                  └──────────────────────────────────── holding     the running transaction ends first (R2)
 *                                 held
 *
 *  joining, syncing, member, holding ── stop ──▶ leaving ── left ──▶ stopped
 *  every state but stopped           ── fail ──▶ failed
 * ```
 *
 * - **joining**: a JoinGroup waits at the coordinator for the other members, or for the next try.
 * - **syncing**: a SyncGroup waits for the leader's assignment.
 * - **member**: owns its assignment; heartbeats run.
 * - **holding**: the group rebalances; heartbeats still run while the owner ends its running transaction.
 *
 * Heartbeats run in *member* and *holding* only: the coordinator counts a waiting JoinGroup or SyncGroup as alive.
 */
export type MemberState = 'idle' | 'joining' | 'syncing' | 'member' | 'holding' | 'leaving' | 'stopped' | 'failed';

export type MemberInput = 'start' | 'joined' | 'assigned' | 'again' | 'rebalance' | 'evicted' | 'held' | 'stop' | 'left' | 'fail';

const TABLE: Readonly<Record<MemberState, Readonly<Partial<Record<MemberInput, MemberState>>>>> = {
  idle: { start: 'joining', stop: 'stopped', fail: 'failed' },
  joining: { joined: 'syncing', again: 'joining', stop: 'leaving', fail: 'failed' },
  syncing: { assigned: 'member', again: 'joining', stop: 'leaving', fail: 'failed' },
  member: { rebalance: 'holding', evicted: 'holding', stop: 'leaving', fail: 'failed' },
  // A second sign of the same rebalance, or the eviction of a member that held its join for too long.
  holding: { rebalance: 'holding', evicted: 'holding', held: 'joining', stop: 'leaving', fail: 'failed' },
  leaving: { left: 'stopped', fail: 'failed' },
  stopped: {},
  failed: { left: 'failed' },
};

export const MEMBER_STATES = Object.keys(TABLE) as readonly MemberState[];

/** @throws Error for an input the state has no place for: a defect in the caller, never a condition of the cluster */
export function nextMemberState(state: MemberState, input: MemberInput): MemberState {
  const next = TABLE[state][input];
  if (next === undefined) throw new Error(`a group member that is ${state} cannot take ${input}`);
  return next;
}

export function acceptsMemberInput(state: MemberState, input: MemberInput): boolean {
  return TABLE[state][input] !== undefined;
}

/** Whether the member must be heard of by the coordinator on its own. */
export function heartbeats(state: MemberState): boolean {
  return state === 'member' || state === 'holding';
}
