import { failure, type Failure } from '../failure.js';
import type { PlanStep } from '../plan.js';
import type { Action, OpenSaga } from '../state.js';
import type { Draft } from './draft.js';
import { recordedOf, runUserCode } from './user-code.js';

/**
 * Sends a step's command, or its undo's: the next attempt if one came before.
 *
 * @returns why nothing could be sent, when the author's function failed
 */
export function send(draft: Draft, saga: OpenSaga, step: PlanStep, action: Action): Failure | undefined {
  const part = action === 'do' ? step : step.undo;
  // Only registered undos are sent, and only steps with an undo register one.
  if (part === null) return undefined;
  const earlier = saga.active.find((activity) => activity.step === step.id && activity.action === action);
  const attempt = (earlier?.attempt ?? 0) + 1;
  const { command, retry } = part;
  const sent = runUserCode(command.request, () =>
    action === 'do' ? step.send(recordedOf(saga)) : undoValue(saga, step),
  );
  if (!('value' in sent)) {
    const causes = earlier?.causes ?? [];
    return failure('threw', sent.code, sent.message, { step: step.id, attempt, participant: command.participant, causes });
  }
  draft.emit({
    kind: 'CommandSent',
    step: step.id,
    action,
    attempt,
    participant: command.participant,
    value: sent.value,
    dueAtMs: draft.atMs + retry.attemptTimeoutMs,
    deadlineAtMs:
      earlier !== undefined ? earlier.deadlineAtMs : retry.deadlineMs === null ? null : draft.atMs + retry.deadlineMs,
  });
  return undefined;
}

function undoValue(saga: OpenSaga, step: PlanStep): unknown {
  const done = saga.undo.some((entry) => entry.step === step.id && entry.outcome === 'done');
  return step.undo?.send(recordedOf(saga), done ? saga.data[step.id] : undefined, done ? 'done' : 'unknown');
}
