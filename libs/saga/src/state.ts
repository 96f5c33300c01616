import type { TypedValue } from './contract.js';
import type { Failure } from './failure.js';
import type { Path } from './plan/place.js';

/** What is done with a step: its command, or its undo. */
export type Action = 'do' | 'undo';

/** How far a saga is, in one word. */
export type SagaStatus = 'running' | 'compensating' | 'stuck' | SagaEnd;

/** How a saga can end. `terminated`: stopped on the spot, with what it did left in place and written down. */
export type SagaEnd = 'completed' | 'compensated' | 'terminated';

/** How many client commands one saga remembers: its start, repeated starts and cancels, each to be answered once. */
export const COMMANDS_REMEMBERED_MAX = 16;
/** How many ids of signals and operator commands a saga remembers, to take each once. */
export const IDS_SEEN_MAX = 32;
/** How many signals that came before their time a saga keeps. */
export const EARLY_SIGNALS_MAX = 16;

/**
 * What an activity is doing.
 *
 * ready: its node is to be entered; it stays so only while a parallel block around it comes to rest.
 * sent: its command is out. waiting: an attempt is over and the next has its time. sleeping, listening: as their nodes.
 * child: a child saga runs. closing: a child was told to stop, and its end is awaited.
 * failed: it was given up or its code threw; a policy or a person decides.
 */
export type Phase = 'ready' | 'sent' | 'waiting' | 'sleeping' | 'listening' | 'child' | 'closing' | 'failed';

/** A place where a saga stands. All of them together are its cursor. Times are epoch milliseconds. */
export interface Activity {
  readonly path: Path;
  readonly action: Action;
  readonly phase: Phase;
  /** The attempt last sent, from 1 on; 0 before the first. */
  readonly attempt: number;
  /** The attempt with which the present round of its retry policy began; of a child saga, the first under its present id. */
  readonly firstAttempt: number;
  /** Number of edits: part of the idempotency key. */
  readonly edit: number;
  /** The request an operator put in the place of the plan's. */
  readonly edited: TypedValue | null;
  /** The path its commands were first sent under, when a migration gave it another one since. */
  readonly sentAs: Path | null;
  /** When the attempt times out, the next one is sent, or the wait is over. */
  readonly dueAtMs: number | null;
  /** When it is given up whatever its attempts do. */
  readonly deadlineAtMs: number | null;
  /** Whether an attempt timed out: the step may have happened unseen. */
  readonly unknown: boolean;
  /** How earlier attempts failed. */
  readonly causes: readonly Failure[];
  /** Why it is parked: set in the phase `failed` only. */
  readonly failure: Failure | null;
}

/** A registered undo. It stands here from the sending of its step's first command until it has been carried out. */
export interface UndoEntry {
  readonly path: Path;
  /** What is known of the step: its command is out, it is done, nobody knows, or it did not happen. */
  readonly outcome: 'pending' | 'done' | 'unknown' | 'notDone';
  /** Why the undo itself failed for good. */
  readonly failure: Failure | null;
  /** Edits of the step's command when it was last sent: with them the undo names the key of its do. */
  readonly doEdit: number;
  /** Attempts of the undo that were sent before it failed. */
  readonly attempt: number;
  readonly edit: number;
  readonly edited: TypedValue | null;
  readonly sentAs: Path | null;
}

/** A loop that a saga is in: how many items it had when it was entered. */
export interface LoopCount {
  readonly path: Path;
  readonly count: number;
}

/** Who started a child saga, and how it wants to be told of the end. */
export interface ParentRef {
  readonly domain: string;
  readonly sagaId: string;
  readonly step: Path;
  readonly attempt: number;
  readonly idempotencyKey: string;
}

/** A signal that came before its time. */
export interface EarlySignal {
  readonly id: string;
  readonly value: TypedValue;
}

/** A saga that has not ended: the whole of what is known about it. */
export interface OpenSaga {
  readonly kind: 'open';
  readonly sagaId: string;
  readonly sagaType: string;
  readonly planVersion: number;
  /** Number of the last transition, from 1 on without a gap. */
  readonly sequence: number;
  readonly startedAtMs: number;
  /** Time of the last transition; time never runs backwards within a saga. */
  readonly lastAtMs: number;
  /** Hash of the start command's content: tells a repeated start from another one under the same id. */
  readonly startHash: Uint8Array;
  /** Ids of the client commands that its end answers; the first is the start's. */
  readonly commandIds: readonly string[];
  /** Ids of the last signals and operator commands taken, the newest last. */
  readonly seenIds: readonly string[];
  readonly parent: ParentRef | null;
  /** The command of the pivot has been sent. */
  readonly pastPivot: boolean;
  /** The input, and everything recorded: by id, nested as in the definition. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly active: readonly Activity[];
  readonly loops: readonly LoopCount[];
  /** Registered undos in order of completion. */
  readonly undo: readonly UndoEntry[];
  readonly earlySignals: readonly EarlySignal[];
  /** Why the saga is going back; `null` while it goes forward. */
  readonly compensating: Failure | null;
  /** Why the saga is parked. */
  readonly stuck: Failure | null;
  /** Inputs that an owner without this plan version put aside, in order, as it wrote them. */
  readonly deferred: readonly Uint8Array[];
}

/** A saga that has ended: what is needed to refuse or answer what still arrives for it. */
export interface ClosedSaga {
  readonly kind: 'closed';
  readonly sagaId: string;
  readonly sagaType: string;
  readonly planVersion: number;
  readonly sequence: number;
  readonly startedAtMs: number;
  readonly closedAtMs: number;
  readonly lastAtMs: number;
  readonly startHash: Uint8Array;
  readonly commandIds: readonly string[];
  readonly outcome: SagaEnd;
  readonly failure: Failure | null;
  readonly result: TypedValue | null;
}

export type SagaState = OpenSaga | ClosedSaga;

/** A saga's status. */
export function statusOf(state: SagaState): SagaStatus {
  if (state.kind === 'closed') return state.outcome;
  if (state.stuck !== null) return 'stuck';
  return state.compensating === null ? 'running' : 'compensating';
}

/** When a saga's next timer is due in epoch milliseconds; `undefined` when it waits for no time. */
export function nextDueMs(state: SagaState): number | undefined {
  if (state.kind === 'closed') return undefined;
  let nextMs = Infinity;
  for (const activity of state.active) nextMs = Math.min(nextMs, dueMsOf(activity));
  return nextMs === Infinity ? undefined : nextMs;
}

/** When an activity has to be looked at, `Infinity` when it waits for no time. */
export function dueMsOf({ phase, dueAtMs, deadlineAtMs }: Activity): number {
  if (phase === 'ready' || phase === 'failed') return Infinity;
  return Math.min(dueAtMs ?? Infinity, deadlineAtMs ?? Infinity);
}
