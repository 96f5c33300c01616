import type { TypedValue } from './contract.js';
import type { Failure } from './failure.js';
import type { Action } from './state.js';

/** Version of `evolve` that new events are made for; every transition names it (R12). */
export const ENGINE_VERSION = 1;

/** What happened to a saga. A saga's state is the fold of its events, and nothing else. Times are epoch milliseconds. */
export type SagaEvent =
  /** The saga began. */
  | {
      readonly kind: 'SagaStarted';
      readonly sagaId: string;
      readonly commandId: string;
      readonly startHash: Uint8Array;
      readonly value: TypedValue;
      readonly atMs: number;
    }
  /** A step's command, or its undo's, was sent; the first sending registers the undo. */
  | {
      readonly kind: 'CommandSent';
      readonly step: string;
      readonly action: Action;
      readonly attempt: number;
      readonly participant: string;
      readonly value: TypedValue;
      /** When the attempt counts as timed out. */
      readonly dueAtMs: number;
      readonly deadlineAtMs: number | null;
    }
  /** An attempt failed or timed out, and another one will follow. */
  | {
      readonly kind: 'AttemptFailed';
      readonly step: string;
      readonly action: Action;
      readonly attempt: number;
      readonly failure: Failure;
      /** When the next attempt is sent. */
      readonly dueAtMs: number;
    }
  /** A step is done; what it answered is recorded. */
  | { readonly kind: 'StepDone'; readonly step: string; readonly attempt: number; readonly value: TypedValue }
  /** A step was given up. */
  | {
      readonly kind: 'StepFailed';
      readonly step: string;
      readonly attempt: number;
      /** Whether it may have happened all the same. */
      readonly outcome: 'unknown' | 'notDone';
      readonly failure: Failure;
    }
  /** The saga turned back: what was done will be undone. */
  | { readonly kind: 'CompensationStarted'; readonly failure: Failure }
  /** A step's undo was carried out. */
  | { readonly kind: 'UndoDone'; readonly step: string; readonly attempt: number; readonly value: TypedValue }
  /** A step's undo failed for good. */
  | { readonly kind: 'UndoFailed'; readonly step: string; readonly attempt: number; readonly failure: Failure }
  /** A reply came after its attempt, or its step, had been given up. */
  | {
      readonly kind: 'LateReply';
      readonly step: string;
      readonly action: Action;
      readonly attempt: number;
      readonly outcome: 'done' | 'rejected' | 'failed';
      readonly value: TypedValue | null;
      readonly failure: Failure | null;
    }
  /** The saga is parked until a person, or a late reply, moves it. */
  | { readonly kind: 'SagaStuck'; readonly failure: Failure }
  /** All steps are done. */
  | { readonly kind: 'SagaCompleted'; readonly value: TypedValue | null; readonly atMs: number }
  /** Everything that had to be undone is undone. */
  | { readonly kind: 'SagaCompensated'; readonly failure: Failure; readonly atMs: number }
  /** A cancel was accepted; the saga's end will answer it. */
  | {
      readonly kind: 'CancelAccepted';
      readonly commandId: string;
      readonly by: string;
      readonly detail: string | null;
    }
  /** The same start came again: the saga's end answers it too, at once if the saga has ended. */
  | { readonly kind: 'StartRepeated'; readonly commandId: string }
  /** A client's command was refused; its outcome says why, and the saga is as it was. */
  | { readonly kind: 'CommandRefused'; readonly commandId: string; readonly failure: Failure }
  /** An input that makes no sense for the saga as it is. */
  | {
      readonly kind: 'InputIgnored';
      readonly reason: IgnoredReason;
      readonly detail: string;
    };

export type SagaEventKind = SagaEvent['kind'];
export type EventOf<K extends SagaEventKind> = Extract<SagaEvent, { kind: K }>;

/** Why an input was ignored. */
export type IgnoredReason =
  | 'COMMAND_SEEN'
  | 'STEP_UNKNOWN'
  | 'STEP_NOT_SENT'
  | 'ATTEMPT_NEVER_SENT'
  | 'PARTICIPANT_WRONG'
  | 'REPLY_TYPE_WRONG'
  | 'REPLY_REPEATED'
  | 'SAGA_ENDED'
  | 'NOT_DUE';
