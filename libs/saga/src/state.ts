import type { TypedValue } from './contract.js';
import type { Failure } from './failure.js';

/** What is done with a step: its command, or its undo. */
export type Action = 'do' | 'undo';

/** How far a saga is, in one word. */
export type SagaStatus = 'running' | 'compensating' | 'stuck' | 'completed' | 'compensated';

/** How many client commands one saga remembers: its start, repeated starts and cancels, each to be answered once. */
export const COMMANDS_REMEMBERED_MAX = 16;

/** A command that has been sent and whose last word is not known yet. Times are epoch milliseconds. */
export interface Activity {
  readonly step: string;
  readonly action: Action;
  /** The attempt last sent, from 1 on. */
  readonly attempt: number;
  /** Whether the attempt is over and the next one waits for its time. */
  readonly waiting: boolean;
  /** When the attempt counts as timed out, or, while waiting, when the next one is sent. */
  readonly dueAtMs: number;
  /** When the step is given up whatever its attempts do. */
  readonly deadlineAtMs: number | null;
  /** Whether an attempt timed out: the step may have happened unseen. */
  readonly unknown: boolean;
  /** How earlier attempts failed. */
  readonly causes: readonly Failure[];
}

/** A registered undo. It stands here from the sending of its step's first command until it has been carried out. */
export interface UndoEntry {
  readonly step: string;
  /** What is known of the step: its command is out, it is done, nobody knows, or it did not happen. */
  readonly outcome: 'pending' | 'done' | 'unknown' | 'notDone';
  /** Why the undo itself failed for good. */
  readonly failure: Failure | null;
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
  /** The step to be carried out now; `null` when all are done. */
  readonly cursor: string | null;
  /** The command of the pivot has been sent. */
  readonly pastPivot: boolean;
  /** The input, and the reply of every step that is done. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly active: readonly Activity[];
  /** Registered undos in order of completion. */
  readonly undo: readonly UndoEntry[];
  /** Why the saga is going back; `null` while it goes forward. */
  readonly compensating: Failure | null;
  /** Why the saga is parked. */
  readonly stuck: Failure | null;
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
  readonly outcome: 'completed' | 'compensated';
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
  let nextMs: number | undefined;
  for (const activity of state.active) {
    const dueMs = Math.min(activity.dueAtMs, activity.deadlineAtMs ?? Infinity);
    if (nextMs === undefined || dueMs < nextMs) nextMs = dueMs;
  }
  return nextMs;
}
