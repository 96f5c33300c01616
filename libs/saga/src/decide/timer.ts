import { activityAt } from '../evolve/activities.js';
import { failure } from '../failure.js';
import type { TimerInput } from '../inputs.js';
import { nodeAt } from '../plan/place.js';
import { isCommandNode } from '../plan/plan.js';
import { dueMsOf, type Activity, type OpenSaga } from '../state.js';
import type { Draft } from './draft.js';
import { endActivity, failAttempt, giveUp } from './give-up.js';
import { ignore } from './ignore.js';
import { proceed, sendUndo } from './proceed.js';
import { partOf, send } from './send.js';

/** Carries out everything whose time has come: deadlines, attempt timeouts, attempts that waited, and waits. */
export function fire(draft: Draft, _input: TimerInput, saga: OpenSaga): void {
  const due = saga.active.filter((activity) => dueMsOf(activity) <= draft.atMs);
  if (due.length === 0) ignore(draft, 'NOT_DUE', 'Nothing this saga waits for is due.');
  for (const { path, action } of due) {
    // One that is due may have turned the saga back, and with it dropped the others.
    const current = draft.open;
    const activity = current === undefined ? undefined : activityAt(current, path, action);
    if (current !== undefined && activity !== undefined && dueMsOf(activity) <= draft.atMs) fireOne(draft, current, activity);
  }
  proceed(draft);
}

function fireOne(draft: Draft, saga: OpenSaga, activity: Activity): void {
  const { path, phase, attempt } = activity;
  const node = nodeAt(draft.plan, path);
  switch (phase) {
    case 'sleeping':
      draft.emit({ kind: 'SleepEnded', step: path });
      return;
    case 'listening':
      if (node?.kind === 'signal' && node.onTimeout === 'continue') draft.emit({ kind: 'SignalTimedOut', step: path });
      else giveUp(draft, path, failure('timeout', 'SIGNAL_TIMED_OUT', 'The signal did not come in time.', { step: path }));
      return;
    case 'child':
      // Of a saga that has just turned back, it is told to stop.
      if (saga.compensating !== null) return;
      endActivity(draft, saga, activity, failure('timeout', 'CHILD_TIMED_OUT', 'The child saga did not end in time.', { step: path, attempt, ...whom(node, activity) }));
      return;
    default:
      fireCommand(draft, saga, activity);
  }
}

function fireCommand(draft: Draft, saga: OpenSaga, activity: Activity): void {
  const { path, action, attempt, deadlineAtMs } = activity;
  const node = nodeAt(draft.plan, path);
  if (!isCommandNode(node)) return;
  const where = { step: path, attempt, ...whom(node, activity) };
  const waiting = activity.phase === 'waiting';
  if (deadlineAtMs !== null && deadlineAtMs <= draft.atMs) {
    const what = waiting ? 'no attempt succeeded' : 'the last attempt got no reply';
    endActivity(draft, saga, activity, failure(waiting ? 'failed' : 'timeout', 'DEADLINE_PASSED', `The deadline passed: ${what}.`, where));
  } else if (!waiting) {
    failAttempt(draft, saga, activity, failure('timeout', 'ATTEMPT_TIMED_OUT', `${where.participant ?? 'Nobody'} did not reply in time.`, where));
  } else if (action === 'undo') {
    sendUndo(draft, saga, path);
  } else {
    const failed = send(draft, saga, node, path, 'do');
    if (failed !== undefined) giveUp(draft, path, failed);
  }
}

function whom(node: ReturnType<typeof nodeAt>, { action }: Activity): { participant?: string } {
  const participant = isCommandNode(node) ? partOf(node, action)?.command.participant : undefined;
  return participant === undefined ? {} : { participant };
}
