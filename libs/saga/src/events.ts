import type { TypedValue } from './contract.js';
import type { Failure } from './failure.js';
import type { Path } from './plan/place.js';
import type { Action, OpenSaga, ParentRef } from './state.js';

/** Version of `evolve` that new events are made for; every transition names it (R12). */
export const ENGINE_VERSION = 2;

/** What happened to a saga. A saga's state is the fold of its events, and nothing else. Times are epoch milliseconds. */
export type SagaEvent = LifeEvent | CommandEvent | NodeEvent | ChildEvent | BackwardEvent | RequestEvent | DeferralEvent;

/** A saga begins, ends, or is parked. */
type LifeEvent =
  | {
      readonly kind: 'SagaStarted';
      readonly sagaId: string;
      readonly commandId: string;
      readonly startHash: Uint8Array;
      readonly value: TypedValue;
      readonly parent: ParentRef | null;
      readonly atMs: number;
    }
  /** The saga is parked until a person, or a late reply, moves it. */
  | { readonly kind: 'SagaStuck'; readonly failure: Failure }
  /** All steps are done. */
  | { readonly kind: 'SagaCompleted'; readonly value: TypedValue | null; readonly atMs: number }
  /** Everything that had to be undone is undone. */
  | { readonly kind: 'SagaCompensated'; readonly failure: Failure; readonly atMs: number }
  /** The saga was stopped on the spot; the failure's causes say what is left in place. */
  | { readonly kind: 'SagaTerminated'; readonly failure: Failure; readonly atMs: number }
  /** The saga goes on with another version of its plan, as the state that is given. */
  | { readonly kind: 'SagaMigrated'; readonly fromVersion: number; readonly detail: string | null; readonly state: OpenSaga };

/** What happens to a step's command, or its undo's, and to a child saga. */
type CommandEvent =
  /** A command was sent; the first sending registers the undo. */
  | {
      readonly kind: 'CommandSent';
      readonly step: Path;
      readonly action: Action;
      readonly attempt: number;
      readonly participant: string;
      readonly value: TypedValue;
      /** When the attempt counts as timed out; `null` for a child saga. */
      readonly dueAtMs: number | null;
      readonly deadlineAtMs: number | null;
      readonly edit: number;
    }
  /** An attempt failed or timed out, and another one will follow. */
  | {
      readonly kind: 'AttemptFailed';
      readonly step: Path;
      readonly action: Action;
      readonly attempt: number;
      readonly failure: Failure;
      /** When the next attempt is sent. */
      readonly dueAtMs: number;
    }
  /** A step is done; what it answered is recorded. */
  | { readonly kind: 'StepDone'; readonly step: Path; readonly attempt: number; readonly value: TypedValue }
  /** A step was given up, or its code threw: of a saga that goes forward it stays parked until something is done about it. */
  | {
      readonly kind: 'StepFailed';
      readonly step: Path;
      readonly attempt: number;
      /** Whether it may have happened all the same. */
      readonly outcome: 'unknown' | 'notDone';
      readonly failure: Failure;
    }
  /** A parked step, or undo, is tried again in a new round; without a step, the saga's end is. */
  | {
      readonly kind: 'StepRetried';
      readonly step: Path | null;
      readonly action: Action;
      readonly by: 'policy' | 'operator';
      readonly detail: string | null;
      /** When the next attempt is sent; `null` for at once. */
      readonly dueAtMs: number | null;
      readonly edit: number;
    }
  /** A parked step, or undo, was left out. */
  | {
      readonly kind: 'StepSkipped';
      readonly step: Path;
      readonly action: Action;
      readonly by: 'policy' | 'operator';
      readonly detail: string;
    }
  /** A parked step, or undo, is sent with another request. */
  | {
      readonly kind: 'StepEdited';
      readonly step: Path;
      readonly action: Action;
      readonly detail: string;
      readonly value: TypedValue;
      readonly edit: number;
    }
  /** A reply came after its attempt, or its step, had been given up. */
  | {
      readonly kind: 'LateReply';
      readonly step: Path;
      readonly action: Action;
      readonly attempt: number;
      readonly outcome: 'done' | 'rejected' | 'failed';
      readonly value: TypedValue | null;
      readonly failure: Failure | null;
    };

/** A saga comes to, or leaves, a node that sends no command. */
type NodeEvent =
  | { readonly kind: 'ParallelStarted'; readonly step: Path }
  /** A failed branch of a parallel block was left out by the block's policy. */
  | { readonly kind: 'BranchSkipped'; readonly step: Path; readonly failure: Failure }
  | { readonly kind: 'WhenDecided'; readonly step: Path; readonly chosen: 'then' | 'otherwise' }
  | { readonly kind: 'LoopStarted'; readonly step: Path; readonly count: number }
  | { readonly kind: 'IterationStarted'; readonly step: Path }
  | { readonly kind: 'LoopEnded'; readonly step: Path }
  | { readonly kind: 'SleepStarted'; readonly step: Path; readonly dueAtMs: number }
  | { readonly kind: 'SleepEnded'; readonly step: Path }
  | { readonly kind: 'SignalAwaited'; readonly step: Path; readonly dueAtMs: number | null }
  /** A signal came before its time and is kept. */
  | { readonly kind: 'SignalKept'; readonly commandId: string; readonly value: TypedValue }
  /** What a node waited for came. */
  | { readonly kind: 'SignalTaken'; readonly step: Path; readonly commandId: string; readonly value: TypedValue }
  /** A node read a signal and goes on waiting; or read it and failed, as the event after this one says. */
  | { readonly kind: 'SignalRead'; readonly step: Path; readonly commandId: string; readonly value: TypedValue; readonly judgement: 'ignore' | 'refuse' }
  /** No signal came in time, and the saga goes on without. */
  | { readonly kind: 'SignalTimedOut'; readonly step: Path }
  | { readonly kind: 'DataDropped'; readonly step: Path };

/** What becomes of a child that still runs when its parent turns back. */
type ChildEvent = {
  readonly kind: 'ChildClosing';
  readonly step: Path;
  readonly policy: 'compensate' | 'cancel' | 'abandon' | 'terminate';
};

/** A saga turns back. */
type BackwardEvent =
  | { readonly kind: 'CompensationStarted'; readonly failure: Failure }
  /** A step's undo was carried out. */
  | { readonly kind: 'UndoDone'; readonly step: Path; readonly attempt: number; readonly value: TypedValue }
  /** A step's undo failed for good. */
  | { readonly kind: 'UndoFailed'; readonly step: Path; readonly attempt: number; readonly failure: Failure };

/** What became of a request, or of an input that means nothing. */
type RequestEvent =
  /** A cancel was accepted; the saga's end will answer it. */
  | { readonly kind: 'CancelAccepted'; readonly commandId: string; readonly by: string; readonly detail: string | null }
  /** The same start came again: the saga's end answers it too, at once if the saga has ended. */
  | { readonly kind: 'StartRepeated'; readonly commandId: string; readonly parent: ParentRef | null }
  /** A command was refused; its outcome says why, and the saga is as it was. */
  | { readonly kind: 'CommandRefused'; readonly commandId: string; readonly parent: ParentRef | null; readonly failure: Failure }
  /** An operator's command was taken; what it did are the events after this one. */
  | { readonly kind: 'OperatorActed'; readonly commandId: string }
  /** An input that makes no sense for the saga as it is. */
  | { readonly kind: 'InputIgnored'; readonly reason: IgnoredReason; readonly detail: string };

/** What an owner that lacks the plan's version does with an input, and what a capable one does with it later. */
type DeferralEvent =
  /** An input was put aside. */
  | { readonly kind: 'InputDeferred'; readonly record: Uint8Array }
  /** The oldest input put aside is taken now: the transition's other events are what it led to. */
  | { readonly kind: 'DeferredTaken' };

export type SagaEventKind = SagaEvent['kind'];
export type EventOf<K extends SagaEventKind> = Extract<SagaEvent, { kind: K }>;

/** Why an input was ignored. */
export type IgnoredReason =
  | 'COMMAND_SEEN'
  | 'STEP_UNKNOWN'
  | 'STEP_NOT_SENT'
  | 'ATTEMPT_NEVER_SENT'
  | 'PARTICIPANT_WRONG'
  | 'PARENT_WRONG'
  | 'REPLY_TYPE_WRONG'
  | 'REPLY_REPEATED'
  | 'SAGA_ENDED'
  | 'CANCEL_TOO_LATE'
  | 'NOT_DUE'
  | 'INPUT_UNUSABLE';
