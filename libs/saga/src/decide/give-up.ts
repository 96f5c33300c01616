import { failure, type Failure } from '../failure.js';
import { idempotencyKey } from '../keys.js';
import { stepOf, type PlanStep } from '../plan.js';
import { retryDelayMs } from '../retry.js';
import type { Activity, OpenSaga } from '../state.js';
import type { Draft } from './draft.js';

/** Ends an attempt that failed or timed out: another one follows if the step's policy allows it. */
export function failAttempt(draft: Draft, saga: OpenSaga, activity: Activity, failed: Failure): void {
  const step = stepOf(draft.plan, activity.step);
  const policy = activity.action === 'do' ? step?.retry : step?.undo?.retry;
  if (step === undefined || policy === undefined) return;
  const key = idempotencyKey(draft.plan.domain, saga.sagaId, activity.step, activity.action);
  const dueAtMs = draft.atMs + retryDelayMs(policy, key, activity.attempt);
  const over =
    failed.kind === 'rejected' ||
    policy.final.includes(failed.code) ||
    (policy.attempts !== 'forever' && activity.attempt >= policy.attempts) ||
    (activity.deadlineAtMs !== null && dueAtMs >= activity.deadlineAtMs);
  if (!over) {
    const { action, attempt } = activity;
    draft.emit({ kind: 'AttemptFailed', step: step.id, action, attempt, failure: failed, dueAtMs });
    return;
  }
  endActivity(draft, saga, step, activity, failed);
}

/** Gives up what is under way, for a failure that no further attempt can follow. */
export function endActivity(draft: Draft, saga: OpenSaga, step: PlanStep, activity: Activity, failed: Failure): void {
  const last = { ...failed, causes: activity.causes };
  if (activity.action === 'do') giveUp(draft, saga, step, last);
  else draft.emit({ kind: 'UndoFailed', step: step.id, attempt: activity.attempt, failure: last });
}

/**
 * Gives a step up. Before the pivot the saga turns back, unless it was the author's code that failed: a person has to
 * look at that first. Past the pivot there is no way back, and the saga is parked.
 */
export function giveUp(draft: Draft, saga: OpenSaga, step: PlanStep, failed: Failure): void {
  const activity = saga.active.find((candidate) => candidate.step === step.id && candidate.action === 'do');
  draft.emit({
    kind: 'StepFailed',
    step: step.id,
    attempt: failed.attempt ?? activity?.attempt ?? 1,
    outcome: mayHaveHappened(activity, failed) ? 'unknown' : 'notDone',
    failure: failed,
  });
  if (failed.kind === 'threw' || saga.pastPivot) draft.emit({ kind: 'SagaStuck', failure: failed });
  else draft.emit({ kind: 'CompensationStarted', failure: failed });
}

/**
 * Whether a step that is given up may have happened all the same. A refusal is the participant's last word on the key,
 * for all attempts; a failure is its word on one attempt only, and says nothing of one that timed out before.
 */
function mayHaveHappened(activity: Activity | undefined, failed: Failure): boolean {
  if (activity === undefined || failed.kind === 'rejected') return false;
  if (activity.unknown || failed.kind === 'timeout') return true;
  return failed.kind === 'cancelled' && !activity.waiting;
}

/** The failure that a cancel is. */
export function cancelled(by: string, reason: string | null): Failure {
  return failure('cancelled', 'CANCELLED', `Cancelled by the ${by}${reason === null ? '.' : `: ${reason}`}`);
}
