import { collectNamed } from './avro.js';
import type { AnyCommand, AnyRecord } from './contract.js';
import { SagaDefinitionError, type SagaDefinitionCode } from './errors.js';
import type { Plan, PlanStep, PlanUndo, Recorded } from './plan.js';
import { retry, retryPolicy, type RetryOptions, type RetryPolicy } from './retry.js';

/** A step as the builder took it down. */
export interface StepDraft {
  readonly id: string;
  readonly command: AnyCommand;
  readonly send: PlanStep['send'];
  readonly undo?: { readonly command: AnyCommand; readonly send: PlanUndo['send']; readonly retry?: RetryOptions };
  readonly harmless?: boolean;
  readonly retry?: RetryOptions;
}

/** A saga as the builder took it down. */
export interface SagaDraft {
  readonly name: string;
  readonly version: number;
  readonly domain: string;
  readonly input: AnyRecord;
  readonly idField?: string;
  readonly steps: readonly StepDraft[];
  /** For every call of `pivot()`, how many steps stood before it. */
  readonly pivots: readonly number[];
  readonly result?: { readonly result: AnyRecord; readonly from: (recorded: Recorded) => unknown };
}

/** Names a step cannot have: they are read as something else. */
const RESERVED = new Set(['input', 'sagaId']);

/**
 * Checks a definition as a whole and compiles it.
 *
 * @throws SagaDefinitionError
 */
export function compile(draft: SagaDraft): Plan {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(draft.name)) {
    refuse('SAGA_NAME_INVALID', `"${draft.name}" cannot name a saga type: write lower-case words joined by hyphens.`);
  }
  if (!Number.isSafeInteger(draft.version) || draft.version < 1) {
    refuse('SAGA_VERSION_INVALID', `Saga "${draft.name}": a version is a whole number from 1 on.`);
  }
  if (!/^[a-z][a-z0-9]*$/.test(draft.domain)) {
    refuse('SAGA_DOMAIN_INVALID', `Saga "${draft.name}": a domain is one lower-case word, such as "orders".`);
  }
  if (draft.steps.length === 0) refuse('SAGA_EMPTY', `Saga "${draft.name}" has no step: add at least one.`);

  const pivotAt = pivotPosition(draft);
  const steps = draft.steps.map((step, position) => compileStep(step, position >= pivotAt));
  const positions = new Map<string, number>();
  steps.forEach((step, position) => {
    if (positions.has(step.id)) {
      refuse('SAGA_STEP_ID_REPEATED', `Saga "${draft.name}" has two steps "${step.id}": give one another id.`);
    }
    positions.set(step.id, position);
  });
  const result = draft.result === undefined ? null : { type: draft.result.result, from: draft.result.from };
  return {
    name: draft.name,
    version: draft.version,
    domain: draft.domain,
    input: draft.input,
    idField: draft.idField ?? null,
    steps,
    pivot: steps[pivotAt]?.id ?? null,
    result,
    positions,
    records: recordsOf(draft.input, steps, result?.type),
  };
}

/** Position of the first forward-only step; past the end when there is no pivot. */
function pivotPosition({ name, pivots, steps }: SagaDraft): number {
  const [first, second] = pivots;
  if (second !== undefined) {
    refuse('SAGA_PIVOT_REPEATED', `Saga "${name}" has two pivots: after the first it already only goes forward.`);
  }
  if (first === steps.length) {
    refuse('SAGA_PIVOT_WITHOUT_STEP', `Saga "${name}" ends with its pivot: put pivot() before the step it marks.`);
  }
  return first ?? steps.length;
}

function compileStep(draft: StepDraft, forwardOnly: boolean): PlanStep {
  const owner = `Step "${draft.id}"`;
  if (!/^[a-z][A-Za-z0-9]*$/.test(draft.id) || RESERVED.has(draft.id) || draft.id in {}) {
    refuse(
      'SAGA_STEP_ID_INVALID',
      `${owner}: an id is one word in camelCase, other than "input", "sagaId" and what every object has.`,
    );
  }
  const policy = retryPolicy(draft.retry ?? (forwardOnly ? retry.untilDone : retry.standard), owner);
  knownFinalCodes(policy, draft.command, owner);
  if (forwardOnly) {
    if (draft.undo !== undefined) {
      refuse('SAGA_UNDO_PAST_PIVOT', `${owner} stands after the pivot, where nothing is undone: leave its undo out.`);
    }
    if (policy.attempts !== 'forever' || policy.deadlineMs !== null || policy.final.length > 0) {
      refuse(
        'SAGA_STEP_CAN_FAIL_PAST_PIVOT',
        `${owner} stands after the pivot, where the saga cannot turn back: its attempts must be "forever", ` +
          'without deadline and final codes.',
      );
    }
  } else if (draft.undo === undefined && draft.harmless !== true) {
    refuse('SAGA_UNDO_MISSING', `${owner} stands before the pivot: give it an undo, or say that it is harmless.`);
  }
  if (draft.undo !== undefined && draft.harmless === true) {
    refuse('SAGA_UNDO_OF_HARMLESS', `${owner} is said to be harmless and has an undo: one of them is wrong.`);
  }
  return {
    id: draft.id,
    command: draft.command,
    send: draft.send,
    undo: draft.undo === undefined ? null : compileUndo(draft.undo, owner),
    retry: policy,
    harmless: draft.harmless === true,
    forwardOnly,
  };
}

function compileUndo(undo: NonNullable<StepDraft['undo']>, owner: string): PlanUndo {
  const policy = retryPolicy(undo.retry ?? retry.untilDone, `${owner}, undo`);
  knownFinalCodes(policy, undo.command, `${owner}, undo`);
  return { command: undo.command, send: undo.send, retry: policy };
}

function knownFinalCodes(policy: RetryPolicy, command: AnyCommand, owner: string): void {
  // Every participant can fail with INTERNAL; contracts do not list it.
  const unknown = policy.final.find((code) => code !== 'INTERNAL' && !command.failures.includes(code));
  if (unknown !== undefined) {
    refuse(
      'SAGA_FINAL_CODE_UNKNOWN',
      `${owner}: "${unknown}" is said to be final, but ${command.name} never fails with it. ` +
        `Its failure codes: ${command.failures.join(', ') || 'none'}.`,
    );
  }
}

/** Every record of the plan by name; the same name with two definitions is refused. */
function recordsOf(input: AnyRecord, steps: readonly PlanStep[], result?: AnyRecord): ReadonlyMap<string, AnyRecord> {
  const records = new Map<string, AnyRecord>();
  const named = new Map<string, string>();
  const commands = steps.flatMap((step) => (step.undo === null ? [step.command] : [step.command, step.undo.command]));
  for (const record of [input, ...commands.flatMap((command) => [command.request, command.done]), result]) {
    if (record === undefined) continue;
    collectNamed(record, named);
    records.set(record.name, record);
  }
  return records;
}

function refuse(code: SagaDefinitionCode, message: string): never {
  throw new SagaDefinitionError(code, message);
}
