import type { Failure } from '../failure.js';
import type { ParentRef } from '../state.js';

/**
 * `onward.orders.TransitionEvent`: any event. One wide record rather than a union of one record a kind, because a union
 * cannot grow when readers of either version must read the other's records. Times are epoch microseconds.
 */
export interface EventRecord {
  readonly kind: string;
  readonly step: string | null;
  readonly action: string | null;
  readonly attempt: number | null;
  readonly participant: string | null;
  readonly commandId: string | null;
  readonly outcome: string | null;
  readonly value: Uint8Array | null;
  readonly valueType: string | null;
  readonly dueAt: number | null;
  readonly deadlineAt: number | null;
  readonly failure: Failure | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly by: string | null;
  readonly startHash: Uint8Array | null;
  readonly edit: number | null;
  readonly choice: string | null;
  readonly count: number | null;
  readonly parent: ParentRef | null;
  readonly fromVersion: number | null;
  readonly deferred: Uint8Array | null;
}

/** An event's record while it is filled in. */
export type EventDraft = { -readonly [F in keyof EventRecord]: EventRecord[F] };

/** The record of an event that has nothing but its kind. */
export function emptyEvent(kind: string): EventDraft {
  return {
    kind,
    step: null,
    action: null,
    attempt: null,
    participant: null,
    commandId: null,
    outcome: null,
    value: null,
    valueType: null,
    dueAt: null,
    deadlineAt: null,
    failure: null,
    reason: null,
    detail: null,
    by: null,
    startHash: null,
    edit: null,
    choice: null,
    count: null,
    parent: null,
    fromVersion: null,
    deferred: null,
  };
}
