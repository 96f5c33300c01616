import { decide, type DecideOptions } from './decide/index.js';
import type { Unroutable } from './decide/table.js';
import { outcomeId, refusalToParent, type Effect } from './effects.js';
import { SagaHistoryError } from './errors.js';
import { ENGINE_VERSION, type SagaEvent } from './events.js';
import { evolve } from './evolve/index.js';
import { failure } from './failure.js';
import type { InputKind, SagaInput } from './inputs.js';
import type { Plan } from './plan/plan.js';
import type { SagaState } from './state.js';

/** Where an input came from. */
export interface Origin {
  /** The record's `ce_id`. */
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** One step of a saga's history: what one input led to. */
export interface Transition {
  readonly sagaId: string;
  readonly sagaType: string;
  readonly planVersion: number;
  /** Version of the engine that made its events (R12). */
  readonly engineVersion: number;
  /** From 1 on without a gap (R11). */
  readonly sequence: number;
  readonly atMs: number;
  readonly cause: { readonly kind: InputKind | 'deferral'; readonly origin: Origin | null };
  readonly events: readonly SagaEvent[];
}

/** What becomes of an input. */
export type Advance =
  | {
      readonly kind: 'transition';
      readonly transition: Transition;
      readonly state: SagaState;
      readonly effects: readonly Effect[];
    }
  /** No saga is there to take it: the lane quarantines it, and sends the effects (the refusal of a command). */
  | ({ readonly kind: 'unroutable'; readonly effects: readonly Effect[] } & Unroutable);

/**
 * Takes one input: decides, folds and collects the effects. What a lane calls; see `decide` for arguments and errors.
 *
 * @param origin - the record the input came in; `null` for a timer
 */
export function advance(
  plan: Plan,
  state: SagaState | undefined,
  input: SagaInput,
  nowMs: number,
  origin: Origin | null,
  options: DecideOptions = {},
): Advance {
  const decision = decide(plan, state, input, nowMs, options);
  if (decision.kind === 'unroutable') return { ...decision, effects: refusal(plan, input, decision) };
  const transition: Transition = {
    sagaId: decision.state.sagaId,
    sagaType: decision.state.sagaType,
    planVersion: decision.state.planVersion,
    engineVersion: ENGINE_VERSION,
    sequence: (state?.sequence ?? 0) + 1,
    atMs: decision.atMs,
    cause: { kind: input.kind, origin },
    events: decision.events,
  };
  return { kind: 'transition', transition, state: stamp(decision.state, transition), effects: decision.effects };
}

/**
 * The state after a recorded transition.
 *
 * @throws SagaHistoryError `SAGA_HISTORY_BROKEN` when it is not the next one, `SAGA_PLAN_MISMATCH` when it was made with
 *   another plan, `SAGA_ENGINE_TOO_OLD` when it was made by a newer engine
 */
export function foldTransition(plan: Plan, state: SagaState | undefined, transition: Transition): SagaState {
  const { sagaId, sagaType, planVersion, engineVersion, sequence, events } = transition;
  if (sagaType !== plan.name || planVersion !== plan.version) {
    throw new SagaHistoryError('SAGA_PLAN_MISMATCH', `Saga ${sagaId} was run by ${sagaType} version ${planVersion}.`);
  }
  if (engineVersion > ENGINE_VERSION) {
    throw new SagaHistoryError(
      'SAGA_ENGINE_TOO_OLD',
      `Saga ${sagaId} was run by engine version ${engineVersion}; this is ${ENGINE_VERSION}: use a newer release.`,
    );
  }
  const expected = (state?.sequence ?? 0) + 1;
  if (sequence !== expected || (state !== undefined && state.sagaId !== sagaId)) {
    const text = `Transition ${sequence} of saga ${sagaId} cannot follow: ${expected} was expected.`;
    throw new SagaHistoryError('SAGA_HISTORY_BROKEN', text);
  }
  let after = state;
  for (const event of events) after = evolve(plan, after, event);
  if (after === undefined) throw new SagaHistoryError('SAGA_HISTORY_BROKEN', `Saga ${sagaId} begins without an event.`);
  return stamp(after, transition);
}

function stamp(state: SagaState, { sequence, atMs }: Transition): SagaState {
  return { ...state, sequence, lastAtMs: atMs };
}

/** Who asked for what no saga takes is told so: the parent of a child that cannot start, and everybody who sent a command. */
function refusal(plan: Plan, input: SagaInput, { code, reason }: Unroutable): readonly Effect[] {
  if (input.kind === 'reply' || input.kind === 'timer' || input.kind === 'unusable') return [];
  const failed = failure('rejected', code, reason);
  const { sagaId, commandId } = input;
  if (input.kind === 'start' && input.parent !== undefined && input.parent !== null) return [refusalToParent(sagaId, input.parent, failed)];
  if ((input.kind === 'cancel' || input.kind === 'terminate') && input.by === 'parent') return [];
  return [
    {
      kind: 'outcome',
      id: outcomeId(plan, sagaId, commandId),
      sagaId,
      sagaType: plan.name,
      planVersion: plan.version,
      commandId,
      outcome: 'rejected',
      result: null,
      failure: failed,
    },
  ];
}
