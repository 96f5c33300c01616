import { compile, type SagaDraft, type StepDraft } from './compile.js';
import type { CommandType, RecordType } from './contract.js';
import type { Plan, UndoOutcome } from './plan.js';
import type { RetryOptions } from './retry.js';

/** A step's id, or a type that no string has, named so that the compiler's message says what is wrong. */
export type FreshId<Id extends string, S> = Id extends keyof S ? `the id ${Id} is already taken` : Id;

/** How a step is written. `S` is what has been recorded before it. */
export interface StepDefinition<S, Request, Done, UndoRequest> {
  readonly command: CommandType<string, Request, Done>;
  /** The command's value: a pure function of what was recorded. It is called once per attempt. */
  readonly send: (recorded: S) => NoInfer<Request>;
  /** What undoes the step. Needed before the pivot, unless the step is harmless. */
  readonly undo?: UndoDefinition<S, NoInfer<Done>, UndoRequest>;
  /** The step leaves nothing behind that would have to be undone. */
  readonly harmless?: boolean;
  /** When nothing is said: `retry.standard` before the pivot, `retry.untilDone` from the pivot on. */
  readonly retry?: RetryOptions;
}

/** How a step's undo is written. */
export interface UndoDefinition<S, Done, Request> {
  readonly command: CommandType<string, Request, unknown>;
  /**
   * The undo's value. With outcome `unknown` the step may or may not have happened and there is no reply.
   */
  readonly send: (recorded: S, reply: Done | undefined, outcome: UndoOutcome) => NoInfer<Request>;
  /** When nothing is said: `retry.untilDone`. */
  readonly retry?: RetryOptions;
}

/** What a saga results in: a record, made from what was recorded. */
export interface ResultDefinition<S, Result> {
  readonly result: RecordType<Result>;
  readonly from: (recorded: S) => NoInfer<Result>;
}

/** Builds a saga type step by step; what is recorded so far flows through `S`. */
export interface SagaBuilder<S> {
  /** Adds a step: one command to one participant, and its reply, readable from here on under the step's id. */
  step<const Id extends string, Request, Done, UndoRequest = never>(
    id: FreshId<Id, S>,
    definition: StepDefinition<S, Request, Done, UndoRequest>,
  ): SagaBuilder<S & { readonly [K in Id]: Done }>;

  /** Marks the next step as the pivot: from the sending of its command on, the saga only goes forward. */
  pivot(): SagaBuilder<S>;

  /**
   * Compiles the plan.
   *
   * @throws SagaDefinitionError when the definition cannot work; its sentence says what to change
   */
  build<Result = never>(result?: ResultDefinition<S, Result>): Plan;
}

/** Names of the fields that hold a string. */
export type StringField<Input> = { [K in keyof Input]: Input[K] extends string ? K : never }[keyof Input] & string;

/** What every saga has recorded from its start. */
export interface StartRecord<Input> {
  readonly sagaId: string;
  readonly input: Input;
}

/**
 * Begins the definition of a saga type.
 *
 * @example
 * ```ts
 * saga('place-order', { version: 1, domain: 'orders', input: PlaceOrder })
 *   .step('reserve', {
 *     command: fulfillment.ReserveStock,
 *     send: (s) => ({ orderId: s.sagaId, lines: s.input.lines }),
 *     undo: { command: fulfillment.ReleaseStock, send: (s) => ({ orderId: s.sagaId }) },
 *   })
 *   .pivot()
 *   .step('ship', { command: fulfillment.Ship, send: (s) => ({ reservationId: s.reserve.reservationId }) })
 *   .build();
 * ```
 */
export function saga<Input>(
  name: string,
  options: {
    readonly version: number;
    readonly domain: string;
    readonly input: RecordType<Input>;
    /** The field of the input that must be the saga's id; a start whose field differs is refused. */
    readonly idField?: NoInfer<StringField<Input>>;
  },
): SagaBuilder<StartRecord<Input>> {
  return builderOf({ ...options, name, steps: [], pivots: [] }) as unknown as SagaBuilder<StartRecord<Input>>;
}

/** The builder behind the types: every call gives a new one, so that a common beginning can be shared. */
function builderOf(draft: SagaDraft): object {
  return {
    step: (id: string, definition: Omit<StepDraft, 'id'>) =>
      builderOf({ ...draft, steps: [...draft.steps, { ...definition, id }] }),
    pivot: () => builderOf({ ...draft, pivots: [...draft.pivots, draft.steps.length] }),
    build: (result?: SagaDraft['result']) => compile(result === undefined ? draft : { ...draft, result }),
  };
}
