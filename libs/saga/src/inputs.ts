import type { TypedValue } from './contract.js';
import type { Action } from './state.js';

/** A client asks for a saga to begin. */
export interface StartInput {
  readonly kind: 'start';
  readonly sagaId: string;
  /** The command's `ce_id`: the outcome names it. */
  readonly commandId: string;
  readonly value: TypedValue;
  /** Hash of the command's content, made by the caller: equal content, equal hash. */
  readonly startHash: Uint8Array;
}

/** A participant says how a command went. */
export interface ReplyInput {
  readonly kind: 'reply';
  readonly sagaId: string;
  /** Who said it, proven by the topic it arrived on. */
  readonly participant: string;
  readonly step: string;
  readonly action: Action;
  readonly attempt: number;
  readonly reply:
    | { readonly outcome: 'done'; readonly value: TypedValue }
    | { readonly outcome: 'rejected' | 'failed'; readonly code: string; readonly message: string };
}

/** A time that the state waits for has come (see `nextDueMs`). */
export interface TimerInput {
  readonly kind: 'timer';
  readonly sagaId: string;
}

/** A client or an operator wants the saga undone. */
export interface CancelInput {
  readonly kind: 'cancel';
  readonly sagaId: string;
  /** The command's `ce_id`: the outcome names it. */
  readonly commandId: string;
  readonly by: 'client' | 'operator';
  readonly reason: string | null;
}

/** Everything that can happen to a saga. */
export type SagaInput = StartInput | ReplyInput | TimerInput | CancelInput;
export type InputKind = SagaInput['kind'];
export type InputOf<K extends InputKind> = Extract<SagaInput, { kind: K }>;
