import { failure } from '../failure.js';
import type { TimerInput } from '../inputs.js';
import { stepOf, type PlanStep } from '../plan.js';
import type { Activity, OpenSaga } from '../state.js';
import type { Draft } from './draft.js';
import { endActivity, failAttempt } from './give-up.js';
import { ignore } from './ignore.js';
import { proceed, sendForward, sendUndo } from './proceed.js';

/** Carries out everything whose time has come: deadlines, attempt timeouts, and attempts that waited. */
export function fire(draft: Draft, _input: TimerInput, saga: OpenSaga): void {
  const due = saga.active.filter(({ dueAtMs, deadlineAtMs }) => Math.min(dueAtMs, deadlineAtMs ?? Infinity) <= draft.atMs);
  if (due.length === 0) ignore(draft, 'NOT_DUE', 'Nothing this saga waits for is due.');
  for (const activity of due) {
    const current = draft.open;
    const step = stepOf(draft.plan, activity.step);
    if (current !== undefined && step !== undefined) fireOne(draft, current, step, activity);
  }
  proceed(draft);
}

function fireOne(draft: Draft, saga: OpenSaga, step: PlanStep, activity: Activity): void {
  const { attempt, action, deadlineAtMs } = activity;
  const participant = (action === 'do' ? step : (step.undo ?? step)).command.participant;
  const where = { step: step.id, attempt, participant };
  if (deadlineAtMs !== null && deadlineAtMs <= draft.atMs) {
    const what = activity.waiting ? 'no attempt succeeded' : 'the last attempt got no reply';
    const failed = failure(activity.waiting ? 'failed' : 'timeout', 'DEADLINE_PASSED', `The deadline passed: ${what}.`, where);
    endActivity(draft, saga, step, activity, failed);
  } else if (!activity.waiting) {
    failAttempt(draft, saga, activity, failure('timeout', 'ATTEMPT_TIMED_OUT', `${participant} did not reply in time.`, where));
  } else if (action === 'do') {
    sendForward(draft, saga, step);
  } else {
    sendUndo(draft, saga, step);
  }
}
