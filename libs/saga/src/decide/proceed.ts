import { failure } from '../failure.js';
import { stepOf, type PlanStep } from '../plan.js';
import type { OpenSaga } from '../state.js';
import type { Draft } from './draft.js';
import { giveUp } from './give-up.js';
import { send } from './send.js';
import { recordedOf, runUserCode } from './user-code.js';

/**
 * Takes a saga as far as it goes without hearing from anybody: sends the next command or undo, or ends. Does nothing
 * while a command is out or the saga is parked.
 */
export function proceed(draft: Draft): void {
  for (let saga = draft.open; saga !== undefined && saga.active.length === 0; saga = draft.open) {
    const moved = saga.compensating === null ? forward(draft, saga) : backward(draft, saga);
    if (!moved) return;
  }
}

/** One move forward; `false` when there is none. */
function forward(draft: Draft, saga: OpenSaga): boolean {
  if (saga.stuck !== null) return false;
  const step = saga.cursor === null ? undefined : stepOf(draft.plan, saga.cursor);
  if (step !== undefined) {
    sendForward(draft, saga, step);
    return true;
  }
  const { result } = draft.plan;
  if (result === null) {
    draft.emit({ kind: 'SagaCompleted', value: null, atMs: draft.atMs });
    return true;
  }
  const made = runUserCode(result.type, () => result.from(recordedOf(saga)));
  if ('value' in made) draft.emit({ kind: 'SagaCompleted', value: made.value, atMs: draft.atMs });
  else draft.emit({ kind: 'SagaStuck', failure: failure('threw', made.code, made.message) });
  return true;
}

/** Sends a step's command; one that cannot be made parks the saga. */
export function sendForward(draft: Draft, saga: OpenSaga, step: PlanStep): void {
  const failed = send(draft, saga, step, 'do');
  if (failed !== undefined) giveUp(draft, saga, step, failed);
}

/** Sends a step's undo; one that cannot be made has failed for good. */
export function sendUndo(draft: Draft, saga: OpenSaga, step: PlanStep): void {
  const failed = send(draft, saga, step, 'undo');
  if (failed !== undefined) {
    draft.emit({ kind: 'UndoFailed', step: step.id, attempt: failed.attempt ?? 1, failure: failed });
  }
}

/** One move backward; `false` when there is none. */
function backward(draft: Draft, saga: OpenSaga): boolean {
  const entry = saga.undo.findLast(
    ({ outcome, failure: failed }) => failed === null && (outcome === 'done' || outcome === 'unknown'),
  );
  const step = entry === undefined ? undefined : stepOf(draft.plan, entry.step);
  if (step !== undefined) {
    sendUndo(draft, saga, step);
    return true;
  }
  const failures = saga.undo.flatMap((left) => (left.failure === null ? [] : [left.failure]));
  if (failures.length === 0 && saga.compensating !== null) {
    draft.emit({ kind: 'SagaCompensated', failure: saga.compensating, atMs: draft.atMs });
    return true;
  }
  if (saga.stuck !== null) return false;
  const steps = failures.map((failed) => `"${failed.step}"`).join(', ');
  draft.emit({
    kind: 'SagaStuck',
    failure: failure('failed', 'COMPENSATION_FAILED', `What was done could not be undone: ${steps}.`, { causes: failures }),
  });
  return true;
}
