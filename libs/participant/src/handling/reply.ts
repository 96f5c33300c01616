import type { CommandType, Failure as FailureCause } from '@onward/contracts';

/** It happened. */
export interface Done<Value> {
  readonly outcome: 'done';
  readonly value: Value;
}
/** The business refuses; the same command will always be answered so. */
export interface Rejected<Code extends string> {
  readonly outcome: 'rejected';
  readonly code: Code;
  /** A sentence for a person; no personal data. */
  readonly message: string;
  /** What led to it, where somebody else was asked in turn. */
  readonly causes: readonly FailureCause[];
}
/** It did not work this time and left nothing behind; the same command may be sent again. */
export interface Failed<Code extends string> {
  readonly outcome: 'failed';
  readonly code: Code | 'INTERNAL';
  /** A sentence for a person; no personal data. */
  readonly message: string;
  /** What led to it, where somebody else was asked in turn. */
  readonly causes: readonly FailureCause[];
}

/** The ways a command can be answered, by its contract. */
export type Reply<C extends CommandType> =
  C extends CommandType<infer _Req, infer Value, infer Rejection, infer Failure> ? Done<Value> | Rejected<Rejection> | Failed<Failure> : never;

/** What a command asks for. */
export type Request<C extends CommandType> = C extends CommandType<infer Req, infer _Value, infer _Rejection, infer _Failure> ? Req : never;

export type AnyReply = Done<unknown> | Rejected<string> | Failed<string>;

export function done<Value>(value: Value): Done<Value> {
  return { outcome: 'done', value };
}

export function rejected<const Code extends string>(code: Code, message: string, causes: readonly FailureCause[] = []): Rejected<Code> {
  return { outcome: 'rejected', code, message, causes };
}

export function failed<const Code extends string>(code: Code | 'INTERNAL', message: string, causes: readonly FailureCause[] = []): Failed<Code> {
  return { outcome: 'failed', code, message, causes };
}
