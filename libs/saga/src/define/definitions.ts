import type { CommandType, RecordType, SagaContract } from '../contract.js';
import type { Duration } from '../duration.js';
import type { EngineFailureCode, Failure } from '../failure.js';
import type { FailureChoice, ParentClose, SignalJudgement, UndoOutcome } from '../plan/plan.js';
import type { RetryOptions } from '../retry.js';

/** A failure whose codes are known from the contracts: comparing it with another code does not compile. */
export interface FailureOf<Code extends string> extends Failure {
  readonly code: Code | EngineFailureCode;
  readonly causes: readonly FailureOf<Code>[];
}

/** How a step is written. `S` is what has been recorded before it. */
export interface StepDefinition<S, Request, Done, Code extends string, Rejected extends string, UndoRequest, Choice extends FailureChoice> {
  readonly command: CommandType<string, Request, Done, Rejected, Code>;
  /** The command's value: a pure function of what was recorded. It is called once per attempt. */
  readonly send: (recorded: S) => NoInfer<Request>;
  /** What undoes the step. Needed before the pivot, unless the step is harmless. */
  readonly undo?: UndoDefinition<S, NoInfer<Done>, UndoRequest>;
  /** The step leaves nothing behind that would have to be undone. */
  readonly harmless?: boolean;
  /** When nothing is said: `retry.standard` before the pivot, `retry.untilDone` from the pivot on. */
  readonly retry?: RetryOptions;
  /**
   * What follows when the retry policy has given the step up: another round, the way back, or going on without its result.
   * When nothing is said, the saga compensates; past the pivot it waits for a person.
   */
  readonly onFailure?: (failure: FailureOf<NoInfer<Code | Rejected>>, recorded: S) => Choice;
  /** A reply to try the functions after the step with while the plan is built; made from the schema when nothing is said. */
  readonly sample?: NoInfer<Done>;
}

/** How the undo of a step or child saga is written. */
export interface UndoDefinition<S, Done, Request> {
  readonly command: CommandType<string, Request, unknown>;
  /** The undo's value. With outcome `unknown` the step may or may not have happened and there is no reply. */
  readonly send: (recorded: S, reply: Done | undefined, outcome: UndoOutcome) => NoInfer<Request>;
  /** When nothing is said: `retry.untilDone`. */
  readonly retry?: RetryOptions;
}

/** How a child saga is written. `S` is what has been recorded before it. */
export interface ChildDefinition<S, Domain extends string, Input, Result, UndoRequest, Choice extends FailureChoice> {
  /** `plan.contract` of the child's plan, or `sagaContract(…)` for a saga of another domain. */
  readonly of: SagaContract<Domain, Input, Result>;
  /** The child's input: a pure function of what was recorded. */
  readonly input: (recorded: S) => NoInfer<Input>;
  /** What undoes a child that has completed. Needed before the pivot, unless the child is harmless. */
  readonly undo?: UndoDefinition<S, NoInfer<Result>, UndoRequest>;
  /** The child leaves nothing behind that would have to be undone. */
  readonly harmless?: boolean;
  /**
   * What becomes of the child when this saga turns back while it runs: `compensate` (when nothing is said) cancels it and waits
   * for its end, `cancel` does not wait, `abandon` lets it run on, `terminate` stops it on the spot with what it did in place.
   */
  readonly onParentClose?: ParentClose;
  /** How long it may take; for ever, when nothing is said. */
  readonly timeout?: Duration;
  /** As {@link StepDefinition.onFailure}. */
  readonly onFailure?: (failure: Failure, recorded: S) => Choice;
  /** As {@link StepDefinition.sample}. */
  readonly sample?: NoInfer<Result>;
}

/** How a wait for an outside message is written. */
export interface SignalDefinition<S, Signal, Then extends 'compensate' | 'continue'> {
  readonly of: RecordType<Signal>;
  /** What a signal is to this wait: `take` ends it (when nothing is said), `ignore` waits on, `refuse` fails it. */
  readonly judge?: (signal: NoInfer<Signal>, recorded: S) => SignalJudgement;
  /** What follows when no signal came in time: the way back, or going on without one. */
  readonly timeout?: { readonly after: Duration; readonly then: Then };
  /** As {@link StepDefinition.sample}. */
  readonly sample?: NoInfer<Signal>;
}

/** What a saga results in: a record, made from what was recorded. */
export interface ResultDefinition<S, Result> {
  readonly result: RecordType<Result>;
  readonly from: (recorded: S) => NoInfer<Result>;
}
