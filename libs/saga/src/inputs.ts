import type { TypedValue } from './contract.js';
import type { Failure } from './failure.js';
import type { Plan } from './plan/plan.js';
import type { Path } from './plan/place.js';
import type { Action, ParentRef } from './state.js';

/** The saga that asks something of its child. */
export type AskingParent = Pick<ParentRef, 'domain' | 'sagaId'>;

/** Who asks for something: a client, an operator, or the saga's parent. */
export type Requester = 'client' | 'operator' | 'parent';

/** A client or a parent saga asks for a saga to begin. */
export interface StartInput {
  readonly kind: 'start';
  readonly sagaId: string;
  /** The command's `ce_id`: the outcome names it. */
  readonly commandId: string;
  readonly value: TypedValue;
  /** Hash of the command's content, made by the caller: equal content, equal hash. */
  readonly startHash: Uint8Array;
  /** Set when it came on a parent domain's topic. */
  readonly parent?: ParentRef | null;
  readonly oversize?: Oversize;
}

/**
 * The caller found that the state, or the transition, after this very input is larger than it allows, and asks again for less.
 *
 * - `input`, the default: the saga does not keep what the input brings. The step of a reply is parked, a start, signal or command is refused.
 * - `commands`: the input is kept, and nothing is sent: what would be is parked, and an operator has it tried again, one step at a time.
 * - `both`: neither.
 */
export interface Oversize {
  readonly bytes: number;
  readonly bytesMax: number;
  readonly without?: 'input' | 'commands' | 'both';
}

/** A participant, or a child saga, says how a command went. */
export interface ReplyInput {
  readonly kind: 'reply';
  readonly sagaId: string;
  /** Who said it, proven by the topic it arrived on. */
  readonly participant: string;
  readonly step: Path;
  readonly action: Action;
  readonly attempt: number;
  readonly reply:
    | { readonly outcome: 'done'; readonly value: TypedValue }
    | { readonly outcome: 'rejected' | 'failed'; readonly code: string; readonly message: string; readonly causes?: readonly Failure[] };
  readonly oversize?: Oversize;
}

/** A time that the state waits for has come (see `nextDueMs`). */
export interface TimerInput {
  readonly kind: 'timer';
  readonly sagaId: string;
  readonly oversize?: Oversize;
}

/** What every request to a running saga says. */
interface Request {
  readonly sagaId: string;
  /** The command's `ce_id`: a refusal, and the saga's end, name it. */
  readonly commandId: string;
  readonly oversize?: Oversize;
}

/** An outside message. */
export interface SignalInput extends Request {
  readonly kind: 'signal';
  readonly value: TypedValue;
}

/** Somebody wants the saga undone. */
export interface CancelInput extends Request {
  readonly kind: 'cancel';
  readonly by: Requester;
  /** Which parent, when a parent asks: nobody else's counts. */
  readonly parent?: AskingParent | null;
  readonly reason: string | null;
}

/** Somebody wants the saga stopped on the spot, nothing undone. */
export interface TerminateInput extends Request {
  readonly kind: 'terminate';
  readonly by: Requester;
  /** Which parent, when a parent asks: nobody else's counts. */
  readonly parent?: AskingParent | null;
  readonly reason: string;
}

/** An operator wants what is parked tried again: one step, or all. */
export interface RetryInput extends Request {
  readonly kind: 'retry';
  readonly step: Path | null;
  readonly reason: string | null;
}

/** An operator wants a parked step, or undo, left out. */
export interface SkipInput extends Request {
  readonly kind: 'skip';
  readonly step: Path;
  readonly action: Action;
  readonly reason: string;
}

/** An operator wants a parked step, or undo, sent with another request. */
export interface EditInput extends Request {
  readonly kind: 'edit';
  readonly step: Path;
  readonly action: Action;
  readonly reason: string;
  readonly value: TypedValue;
}

/** An operator wants a running saga on another version of its plan. */
export interface MigrateInput extends Request {
  readonly kind: 'migrate';
  /** The plan to go to; `undefined` when the caller does not have the version asked for. */
  readonly target: Plan | undefined;
  readonly toVersion: number;
  readonly reason: string | null;
}

/** What was put aside for a saga turns out to say nothing that it could take. */
export interface UnusableInput {
  readonly kind: 'unusable';
  readonly sagaId: string;
  /** Why, in a sentence. */
  readonly reason: string;
  readonly oversize?: Oversize;
}

/** Everything that can happen to a saga. */
export type SagaInput =
  | StartInput
  | ReplyInput
  | TimerInput
  | SignalInput
  | CancelInput
  | TerminateInput
  | RetryInput
  | SkipInput
  | EditInput
  | MigrateInput
  | UnusableInput;
export type InputKind = SagaInput['kind'];
export type InputOf<K extends InputKind> = Extract<SagaInput, { kind: K }>;
