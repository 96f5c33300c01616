import type { Effect } from '../effects.js';
import { SagaHistoryError } from '../errors.js';
import type { SagaEvent } from '../events.js';
import type { SagaInput } from '../inputs.js';
import type { Plan } from '../plan/plan.js';
import type { SagaState } from '../state.js';
import { Draft } from './draft.js';
import { refuse } from './refuse.js';
import { dispatch, type Unroutable } from './table.js';

/** What an input leads to: events, their effects and the state after them, or nothing because no saga is there to take it. */
export type Decision =
  | {
      readonly kind: 'events';
      readonly atMs: number;
      readonly events: readonly SagaEvent[];
      readonly effects: readonly Effect[];
      readonly state: SagaState;
    }
  | ({ readonly kind: 'unroutable' } & Unroutable);

export interface DecideOptions {
  /** The input is the oldest that was put aside for this saga. */
  readonly deferred?: boolean;
}

/** Commands to a running saga that there is no room for are refused alike; a start and a signal are looked at first. */
function refuseLarge(draft: Draft, input: SagaInput): boolean {
  const { open, noRoomForInput: oversize } = draft;
  if (open === undefined || oversize === undefined || !('commandId' in input) || input.kind === 'start' || input.kind === 'signal') return false;
  if ('by' in input && input.by === 'parent') return false;
  refuse(draft, input.commandId, 'SNAPSHOT_TOO_LARGE', `With this command the saga would need ${oversize.bytes} bytes; ${oversize.bytesMax} are allowed.`);
  return true;
}

/**
 * Decides what an input means for a saga. Total: every input in every state gives a decision, and what makes no sense
 * is an event that says so. The same arguments always give the same decision.
 *
 * @param plan - the plan of `state`; for an unknown or an ended saga, the plan that the input is for
 * @param state - the saga's state, `undefined` for one that is not known
 * @param nowMs - epoch milliseconds; a time before the saga's last counts as its last
 * @throws SagaHistoryError `SAGA_PLAN_MISMATCH` when `plan` is not the plan of an open saga: an error of the caller
 */
export function decide(plan: Plan, state: SagaState | undefined, input: SagaInput, nowMs: number, { deferred = false }: DecideOptions = {}): Decision {
  if (state?.kind === 'open' && (state.sagaType !== plan.name || state.planVersion !== plan.version)) {
    throw new SagaHistoryError(
      'SAGA_PLAN_MISMATCH',
      `Saga ${state.sagaId} runs on ${state.sagaType} version ${state.planVersion}, not on ${plan.name} version ` +
        `${plan.version}: look the plan up by its state.`,
    );
  }
  const atMs = Math.max(Math.floor(nowMs), state?.lastAtMs ?? 0);
  const draft = new Draft(plan, state, atMs, input.oversize);
  if (deferred && draft.open !== undefined) draft.emit({ kind: 'DeferredTaken' });
  const unroutable = refuseLarge(draft, input) ? undefined : dispatch(draft, input);
  if (unroutable !== undefined) return { kind: 'unroutable', ...unroutable };
  if (draft.state === undefined || draft.events.length === 0) {
    throw new SagaHistoryError('SAGA_HISTORY_BROKEN', `The input ${input.kind} was decided without an event.`);
  }
  return { kind: 'events', atMs, events: draft.events, effects: draft.effects, state: draft.state };
}
