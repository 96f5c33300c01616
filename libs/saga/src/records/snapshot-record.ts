import type { Failure } from '../failure.js';
import type { ParentRef, Phase, UndoEntry } from '../state.js';

/**
 * What every plan's snapshot begins with, by the same names and in the same order for ever: an owner that lacks the plan
 * reads and writes these, and copies the rest. Times are epoch microseconds.
 */
export interface SnapshotHeadRecord {
  readonly sagaId: string;
  readonly sequence: number;
  readonly startedAt: number;
  readonly lastAt: number;
  readonly startHash: Uint8Array;
  readonly commandIds: readonly string[];
  readonly deferred: readonly Uint8Array[];
  readonly compensating: Failure | null;
  readonly stuck: Failure | null;
}

/** An open saga as its snapshot record: places by their node's position in the plan, times in epoch microseconds. */
export interface SnapshotRecord extends SnapshotHeadRecord {
  readonly pastPivot: boolean;
  readonly data: Readonly<Record<string, unknown>>;
  readonly active: readonly ActivityRecord[];
  readonly undo: readonly UndoRecord[];
  readonly more: MoreRecord | null;
}

/** A place in a running saga: a node by its position in the plan, and the indexes of the loops around it. */
export interface PlaceRecord {
  readonly node: number;
  readonly at: readonly number[];
}

export interface ActivityRecord {
  readonly node: number;
  readonly undo: boolean;
  /** Position in {@link PHASES}. */
  readonly phase: number;
  readonly attempt: number;
  readonly dueAt: number | null;
  readonly deadlineAt: number | null;
  /** Missing for a step outside of loops that is in its first round, and has neither failed nor been edited. */
  readonly more: {
    readonly at: readonly number[];
    readonly firstAttempt: number;
    readonly edit: number;
    readonly edited: Uint8Array | null;
    readonly sentAs: string | null;
    readonly unknown: boolean;
    readonly causes: readonly Failure[];
    readonly failure: Failure | null;
  } | null;
}

export interface UndoRecord {
  readonly node: number;
  /** Missing for a step outside of loops that is done with its first request, and whose undo has neither failed nor been edited. */
  readonly more: {
    readonly at: readonly number[];
    /** Position in {@link OUTCOMES}. */
    readonly outcome: number;
    readonly doEdit: number;
    readonly failure: Failure | null;
    readonly attempt: number;
    readonly edit: number;
    readonly edited: Uint8Array | null;
    readonly sentAs: string | null;
  } | null;
}

export interface LoopRecord extends PlaceRecord {
  readonly count: number;
}

export interface MoreRecord {
  readonly loops: readonly LoopRecord[];
  readonly seenIds: readonly string[];
  readonly parent: ParentRef | null;
  readonly earlySignals: readonly { readonly id: string; readonly value: Uint8Array }[];
}

/** What the number of an activity's phase stands for; grows at its end. */
export const PHASES: readonly Phase[] = ['ready', 'sent', 'waiting', 'sleeping', 'listening', 'child', 'closing', 'failed'];

/** What the number of an undo entry's outcome stands for; grows at its end. */
export const OUTCOMES: readonly UndoEntry['outcome'][] = ['pending', 'done', 'unknown', 'notDone'];
