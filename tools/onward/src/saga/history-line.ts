import type { SagaTransition, TransitionEvent } from '@onward/contracts';
import { childSagaId } from '@onward/saga';

/** One line of a saga's history: what happened at one step, or to the saga. */
export interface HistoryLine {
  readonly sequence: number;
  readonly at: string;
  readonly sinceStartMs: number;
  /** What led to it: start, reply, timer, signal, cancel, … */
  readonly cause: string;
  readonly event: string;
  readonly step: string | null;
  readonly action: string | null;
  readonly attempt: number | null;
  readonly participant: string | null;
  readonly detail: string | null;
  readonly failure: TransitionEvent['failure'];
  /** Who asked: an operator, or the plan's policy. */
  readonly by: string | null;
  /** Which way a choice went, what a signal was judged to be, what becomes of a child. */
  readonly choice: string | null;
  /** How many items a loop has. */
  readonly count: number | null;
  /** When a wait is over. */
  readonly until: string | null;
  /** The signal's, request's or result's record. */
  readonly valueType: string | null;
  /** The child saga that a command started. */
  readonly child: string | null;
  /** The plan's version before a migration, and after it. */
  readonly versions: readonly [number, number] | null;
}

/**
 * The lines of a transition, one an event.
 * @param startedAt - microseconds since 1970
 */
export function linesOf(transition: SagaTransition, startedAt: number): HistoryLine[] {
  const { sequence, at, cause, planVersion } = transition;
  return transition.events.map((event) => ({
    sequence,
    at: isoTime(at),
    sinceStartMs: (at - startedAt) / 1000,
    cause: cause.kind,
    event: event.kind,
    step: event.step,
    action: event.action,
    attempt: event.attempt,
    participant: event.participant,
    detail: event.detail ?? event.reason,
    failure: event.failure,
    by: event.by,
    choice: event.choice,
    count: event.count,
    until: event.dueAt === null ? null : isoTime(event.dueAt),
    valueType: event.valueType,
    child: startedChild(transition.sagaId, event),
    versions: event.fromVersion === null ? null : [event.fromVersion, planVersion],
  }));
}

/** A command without a time limit of its attempt is the start of a child saga. */
function startedChild(sagaId: string, { kind, action, step, dueAt, edit }: TransitionEvent): string | null {
  return kind === 'CommandSent' && action === 'do' && dueAt === null && step !== null ? childSagaId(sagaId, step, edit ?? 0) : null;
}

function isoTime(micros: number): string {
  return new Date(micros / 1000).toISOString();
}
