import type { EventOf } from '../events.js';
import { alongside, withCause } from '../failure.js';
import { freeze } from '../freeze.js';
import { putAt } from '../plan/data.js';
import { nodeAt } from '../plan/place.js';
import { isCommandNode, type CommandNode, type Plan } from '../plan/plan.js';
import type { Activity, OpenSaga } from '../state.js';
import { activityAt, changeAt, leave, readyAt, removeAt } from './activities.js';
import { broken } from './broken.js';
import { changeUndo, completed, registered, withoutUndo } from './undo.js';

export function sent(plan: Plan, saga: OpenSaga, event: EventOf<'CommandSent'>): OpenSaga {
  const node = nodeAt(plan, event.step);
  if (!isCommandNode(node)) throw broken(event, `names step "${event.step}", which the plan does not have`);
  const { step, action, attempt, dueAtMs, deadlineAtMs, edit } = event;
  const entry = saga.undo.find(({ path }) => path === step);
  const earlier = activityAt(saga, step, action);
  const kept = action === 'undo' && earlier === undefined && entry !== undefined ? entry : earlier;
  const activity: Activity = {
    ...readyAt(step),
    ...earlier,
    action,
    phase: node.kind === 'child' && action === 'do' ? 'child' : 'sent',
    attempt,
    firstAttempt: earlier?.firstAttempt ?? attempt,
    edit,
    edited: kept?.edited ?? null,
    sentAs: kept?.sentAs ?? null,
    dueAtMs,
    deadlineAtMs,
    failure: null,
  };
  const undo = action === 'undo' ? saga.undo : undoOf(node, saga, activity);
  const rest = saga.active.filter((candidate) => candidate !== earlier);
  return { ...saga, pastPivot: saga.pastPivot || (action === 'do' && node.pivot), active: [...rest, activity], undo };
}

/** The undos once a step's command is sent: its own is registered, and knows the key that the command went out under. */
function undoOf(node: CommandNode, saga: OpenSaga, activity: Activity): OpenSaga['undo'] {
  const { path, edit, sentAs } = activity;
  const entry = saga.undo.find((candidate) => candidate.path === path);
  if (entry === undefined) return node.undo === null || node.pivot || saga.pastPivot ? saga.undo : [...saga.undo, registered(activity)];
  return changeUndo(saga.undo, path, { outcome: entry.outcome === 'notDone' ? 'pending' : entry.outcome, doEdit: edit, sentAs });
}

export function attemptFailed(saga: OpenSaga, event: EventOf<'AttemptFailed'>): OpenSaga {
  const activity = activityAt(saga, event.step, event.action);
  if (activity === undefined) return saga;
  return changeAt(saga, event.step, event.action, {
    phase: 'waiting',
    dueAtMs: event.dueAtMs,
    unknown: activity.unknown || event.failure.kind === 'timeout' || event.failure.kind === 'cancelled',
    causes: withCause(activity.causes, event.failure),
  });
}

export function stepDone(plan: Plan, saga: OpenSaga, event: EventOf<'StepDone'>): OpenSaga {
  freeze(event.value.value);
  const parked = activityAt(saga, event.step, 'do')?.phase === 'failed';
  const recorded: OpenSaga = {
    ...saga,
    data: putAt(saga.data, event.step, event.value.value),
    undo: completed(saga.undo, event.step),
    // Others that are parked beside it stay so, and are not spoken of again.
    stuck: parked ? null : saga.stuck,
  };
  return leave(plan, recorded, event.step);
}

export function stepFailed(plan: Plan, saga: OpenSaga, event: EventOf<'StepFailed'>): OpenSaga {
  const { step, outcome, failure } = event;
  const activity = activityAt(saga, step, 'do');
  const node = nodeAt(plan, step);
  const undo = changeUndo(saga.undo, step, { outcome });
  if (saga.compensating === null) {
    // A saga that is parked already is parked anew, for this failure too.
    return changeAt({ ...saga, undo, stuck: null }, step, 'do', { phase: 'failed', failure, dueAtMs: null, deadlineAtMs: null, unknown: outcome === 'unknown' });
  }
  // A child that was told to stop, and did, is no failure of its own; one that was terminated says what it left in place.
  const asTold = activity?.phase === 'closing' && node?.kind === 'child' && node.parentClose !== 'terminate' && failure.kind !== 'cancelled';
  const compensating = asTold ? saga.compensating : alongside(saga.compensating, failure);
  return removeAt({ ...saga, undo, compensating }, step, 'do');
}

export function stepRetried(plan: Plan, saga: OpenSaga, event: EventOf<'StepRetried'>): OpenSaga {
  const { step, action, by, dueAtMs, edit } = event;
  const going: OpenSaga = by === 'operator' ? { ...saga, stuck: null } : saga;
  if (step === null) return going;
  if (action === 'undo') return { ...going, undo: changeUndo(saga.undo, step, { failure: null, edit }) };
  const activity = activityAt(saga, step, 'do');
  if (activity === undefined) return going;
  // A child has no attempts to count: what matters is which of them were under its present id.
  const sameChild = nodeAt(plan, step)?.kind === 'child' && edit === activity.edit;
  return changeAt(going, step, 'do', {
    phase: dueAtMs === null ? 'ready' : 'waiting',
    firstAttempt: sameChild ? activity.firstAttempt : activity.attempt + 1,
    edit,
    dueAtMs,
    deadlineAtMs: null,
    failure: null,
    // A new key knows nothing of what happened under the one before.
    unknown: activity.unknown && edit === activity.edit,
    causes: activity.failure === null ? activity.causes : withCause(activity.causes, { ...activity.failure, causes: [] }),
  });
}

export function stepSkipped(plan: Plan, saga: OpenSaga, event: EventOf<'StepSkipped'>): OpenSaga {
  const { step, action, by } = event;
  const going: OpenSaga = by === 'operator' ? { ...saga, stuck: null } : saga;
  if (action === 'undo') return { ...going, undo: withoutUndo(saga.undo, step) };
  const node = nodeAt(plan, step);
  // What may have happened is undone with the rest if the saga turns back later.
  const undo = saga.undo.filter(({ path, outcome }) => path !== step || outcome === 'unknown');
  // A loop that is left out at one of its boundaries is left as a whole.
  const loops = step.endsWith(']') ? saga.loops.filter(({ path }) => path !== step.slice(0, step.lastIndexOf('['))) : saga.loops;
  // What comes after the pivot has no undo, whether the pivot was sent or not.
  const pastPivot = saga.pastPivot || (isCommandNode(node) && node.pivot);
  return leave(plan, { ...going, undo, loops, pastPivot }, step);
}

export function stepEdited(saga: OpenSaga, event: EventOf<'StepEdited'>): OpenSaga {
  const { step, action, value, edit } = event;
  const going: OpenSaga = { ...saga, stuck: null };
  if (action === 'undo') return { ...going, undo: changeUndo(saga.undo, step, { failure: null, edited: value, edit }) };
  const attempt = activityAt(saga, step, 'do')?.attempt ?? 0;
  return changeAt(going, step, 'do', { phase: 'ready', firstAttempt: attempt + 1, edited: value, edit, failure: null });
}

export function undoDone(saga: OpenSaga, event: EventOf<'UndoDone'>): OpenSaga {
  // A saga that is parked already is parked anew when an undo ends, with the failures that are left.
  return removeAt({ ...saga, undo: withoutUndo(saga.undo, event.step), stuck: null }, event.step, 'undo');
}

export function undoFailed(saga: OpenSaga, event: EventOf<'UndoFailed'>): OpenSaga {
  const { step, failure } = event;
  const activity = activityAt(saga, step, 'undo');
  const change = activity === undefined ? { failure } : { failure, attempt: activity.attempt };
  return removeAt({ ...saga, undo: changeUndo(saga.undo, step, change), stuck: null }, step, 'undo');
}

/**
 * A late *done* turns a given-up step into one that has to be undone, as long as its undo has not been sent. A late refusal
 * says that a parked step has not happened: the participant's last word holds for every attempt.
 */
export function lateReply(saga: OpenSaga, event: EventOf<'LateReply'>): OpenSaga {
  const { step, action, attempt, outcome, value } = event;
  if (action !== 'do' || outcome === 'failed') return saga;
  const entry = saga.undo.find(({ path }) => path === step);
  if (outcome === 'rejected') {
    const parked = activityAt(saga, step, 'do');
    if (parked?.phase !== 'failed' || attempt < parked.firstAttempt || event.failure?.kind !== 'rejected') return saga;
    return changeAt({ ...saga, undo: changeUndo(saga.undo, step, { outcome: 'notDone' }) }, step, 'do', { unknown: false });
  }
  if (entry === undefined || entry.attempt > 0 || activityAt(saga, step, 'undo') !== undefined) return saga;
  // A value that there was no room for: the undo goes out without it.
  if (value === null) return { ...saga, undo: completed(saga.undo, step, 'unknown') };
  freeze(value.value);
  return { ...saga, data: putAt(saga.data, step, value.value), undo: completed(saga.undo, step) };
}
