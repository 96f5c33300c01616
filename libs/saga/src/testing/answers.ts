import type { Duration } from '../duration.js';
import type { Action } from '../state.js';
import type { Path } from '../plan/place.js';

/** How a scripted participant, or child saga, answers. */
export type Answer =
  | ({ readonly outcome: 'done'; readonly value: unknown } & Delayed)
  | ({ readonly outcome: 'rejected' | 'failed'; readonly code: string; readonly message: string } & Delayed)
  | { readonly outcome: 'none' };

interface Delayed {
  /** How long the answer takes; a millisecond, when nothing is said. */
  readonly after?: Duration;
}

/** What a scripted participant knows of a command beside its request. */
export interface CommandContext {
  readonly sagaId: string;
  readonly step: Path;
  readonly action: Action;
  readonly attempt: number;
  readonly idempotencyKey: string;
  /** Time within the play, epoch milliseconds. */
  readonly nowMs: number;
}

/**
 * A scripted participant: one answer to everything, or a function that is asked. It keeps the inbox rule like a real one:
 * what it has done, or rejected, under a key it answers again without being asked.
 */
// A request's type is known to the author of the script, and to nobody else.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Participant = Answer | ((request: any, context: CommandContext) => Answer);

/** It worked. Without a value, one is made of the reply's schema. */
export function done(value?: unknown, delayed: Delayed = {}): Answer {
  return { outcome: 'done', value, ...delayed };
}

/** The business refuses, for good. */
export function rejected(code = 'NO', delayed: Delayed & { readonly message?: string } = {}): Answer {
  return { outcome: 'rejected', code, message: 'We do not want to.', ...delayed };
}

/** It did not work this time. */
export function failed(code = 'AWAY', delayed: Delayed & { readonly message?: string } = {}): Answer {
  return { outcome: 'failed', code, message: 'Not this time.', ...delayed };
}

/** Nothing is heard. */
export function noReply(): Answer {
  return { outcome: 'none' };
}
