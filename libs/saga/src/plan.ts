import type { AnyCommand, AnyRecord } from './contract.js';
import { SagaHistoryError } from './errors.js';
import type { RetryPolicy } from './retry.js';

/** What a user function of a plan sees: the saga's id, its input, and the reply of every step that is done. */
export type Recorded = Readonly<Record<string, unknown>>;

/** What is known of a step's effect when it is undone. */
export type UndoOutcome = 'done' | 'unknown';

/** The undo of a step: a command to the same or another participant. */
export interface PlanUndo {
  readonly command: AnyCommand;
  readonly send: (recorded: Recorded, reply: unknown, outcome: UndoOutcome) => unknown;
  readonly retry: RetryPolicy;
}

/** One step of a plan. */
export interface PlanStep {
  readonly id: string;
  readonly command: AnyCommand;
  readonly send: (recorded: Recorded) => unknown;
  readonly undo: PlanUndo | null;
  readonly retry: RetryPolicy;
  /** Its effect needs no undo, by the author's word. */
  readonly harmless: boolean;
  /** From the sending of this step's command on the saga only goes forward. */
  readonly forwardOnly: boolean;
}

/** A compiled saga type: the graph, and the user's functions at its nodes. */
export interface Plan {
  readonly name: string;
  readonly version: number;
  readonly domain: string;
  readonly input: AnyRecord;
  /** The field of the input that must be the saga's id. */
  readonly idField: string | null;
  readonly steps: readonly PlanStep[];
  /** Id of the first step that is forward only. */
  readonly pivot: string | null;
  readonly result: { readonly type: AnyRecord; readonly from: (recorded: Recorded) => unknown } | null;
  /** Position of every step in {@link steps}. */
  readonly positions: ReadonlyMap<string, number>;
  /** Every record the plan sends or records, by Avro full name. */
  readonly records: ReadonlyMap<string, AnyRecord>;
}

/** The serialisable part of a plan: what a released plan is locked by. */
export interface PlanDescription {
  readonly name: string;
  readonly version: number;
  readonly domain: string;
  readonly input: string;
  readonly idField: string | null;
  readonly steps: readonly {
    readonly id: string;
    readonly participant: string;
    readonly command: string;
    readonly done: string;
    readonly retry: RetryPolicy;
    readonly harmless: boolean;
    readonly undo: { readonly participant: string; readonly command: string; readonly retry: RetryPolicy } | null;
  }[];
  readonly pivot: string | null;
  readonly result: string | null;
}

/** Finds a step by its id. */
export function stepOf(plan: Plan, id: string): PlanStep | undefined {
  const position = plan.positions.get(id);
  return position === undefined ? undefined : plan.steps[position];
}

/** The step after another one in a plan's sequence. */
export function stepAfter(plan: Plan, id: string): PlanStep | undefined {
  return plan.steps[(plan.positions.get(id) ?? plan.steps.length) + 1];
}

/**
 * A record of the plan by its Avro full name.
 *
 * @throws SagaHistoryError `SAGA_PLAN_MISMATCH` when the plan neither sends nor records it
 */
export function recordOf(plan: Plan, name: string): AnyRecord {
  const record = plan.records.get(name);
  if (record === undefined) {
    throw new SagaHistoryError('SAGA_PLAN_MISMATCH', `${plan.name} version ${plan.version} has no record ${name}.`);
  }
  return record;
}

/** The plan without its functions; keys always stand in the same order, so its JSON text can be hashed. */
export function describe(plan: Plan): PlanDescription {
  return {
    name: plan.name,
    version: plan.version,
    domain: plan.domain,
    input: plan.input.name,
    idField: plan.idField,
    steps: plan.steps.map((step) => ({
      id: step.id,
      participant: step.command.participant,
      command: step.command.name,
      done: step.command.done.name,
      retry: step.retry,
      harmless: step.harmless,
      undo:
        step.undo === null
          ? null
          : { participant: step.undo.command.participant, command: step.undo.command.name, retry: step.undo.retry },
    })),
    pivot: plan.pivot,
    result: plan.result === null ? null : plan.result.type.name,
  };
}
