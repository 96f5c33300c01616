import { activityAt } from '../evolve/activities.js';
import type { Failure } from '../failure.js';
import type { EditInput, RetryInput, SkipInput } from '../inputs.js';
import { nodeAt, type Path } from '../plan/place.js';
import { isCommandNode } from '../plan/plan.js';
import type { Action, Activity, OpenSaga, UndoEntry } from '../state.js';
import type { Draft } from './draft.js';
import { letGo, nextEdit } from './give-up.js';
import { ignoreSeen } from './ignore.js';
import { proceed } from './proceed.js';
import { refuse } from './refuse.js';
import { partOf } from './send.js';

/** Tries again what is parked: the named step, or everything. A child saga that runs can be asked again, by its name only: its answer may be lost. */
export function retryParked(draft: Draft, input: RetryInput, saga: OpenSaga): void {
  if (ignoreSeen(draft, input, saga)) return;
  const { step, reason } = input;
  const activities = saga.active.filter(({ phase, path }) => (phase === 'failed' && step === null) || ((phase === 'failed' || phase === 'child') && path === step));
  const undos = saga.undo.filter(({ failure, path }) => failure !== null && (step === null || path === step));
  const atEnd = step === null && saga.stuck !== null;
  if (activities.length + undos.length === 0 && !atEnd) {
    refuse(draft, input.commandId, 'NOTHING_PARKED', step === null ? 'Nothing of this saga is parked.' : `"${step}" is not parked.`);
    return;
  }
  draft.emit({ kind: 'OperatorActed', commandId: input.commandId });
  const retried = { kind: 'StepRetried', by: 'operator', detail: reason, dueAtMs: null } as const;
  for (const activity of activities) {
    const edit = activity.failure === null ? activity.edit : nextEdit(activity, activity.failure);
    draft.emit({ ...retried, step: activity.path, action: 'do', edit });
  }
  for (const entry of undos) {
    const edit = entry.failure === null ? entry.edit : nextEdit(entry, entry.failure);
    draft.emit({ ...retried, step: entry.path, action: 'undo', edit });
  }
  if (activities.length + undos.length === 0) draft.emit({ ...retried, step: null, action: 'do', edit: 0 });
  proceed(draft);
}

/** Leaves out a parked step or undo, on a person's word. */
export function skipParked(draft: Draft, input: SkipInput, saga: OpenSaga): void {
  if (ignoreSeen(draft, input, saga)) return;
  const { step, action, reason, commandId } = input;
  if (parkedAt(saga, step, action) === undefined) {
    refuse(draft, commandId, 'NOTHING_PARKED', notParked(step, action));
    return;
  }
  draft.emit({ kind: 'OperatorActed', commandId });
  if (action === 'do') letGo(draft, step);
  draft.emit({ kind: 'StepSkipped', step, action, by: 'operator', detail: reason });
  proceed(draft);
}

/**
 * Sends a parked step, or undo, with another request. The idempotency key changes with it, so this needs certainty that the
 * earlier request did nothing.
 */
export function editParked(draft: Draft, input: EditInput, saga: OpenSaga): void {
  if (ignoreSeen(draft, input, saga)) return;
  const { step, action, reason, commandId, value } = input;
  const parked = parkedAt(saga, step, action);
  const node = nodeAt(draft.plan, step);
  const command = isCommandNode(node) ? partOf(node, action)?.command : undefined;
  const wrong = command?.request.check?.(value.value);
  if (parked === undefined || command === undefined) {
    refuse(draft, commandId, 'NOTHING_PARKED', notParked(step, action));
  } else if (value.type !== command.request.name || wrong !== undefined) {
    const why = value.type === command.request.name ? `: ${wrong}` : `, but a ${value.type}.`;
    refuse(draft, commandId, 'EDIT_INVALID', `The new request of "${step}" is no ${command.request.name}${why}`);
  } else if (parked.unknown) {
    refuse(draft, commandId, 'OUTCOME_UNKNOWN', `"${step}" may have happened: with another request it could happen twice. Retry it, or find out and skip it.`);
  } else {
    draft.emit({ kind: 'OperatorActed', commandId });
    draft.emit({ kind: 'StepEdited', step, action, detail: reason, value, edit: parked.edit + 1 });
    proceed(draft);
  }
}

function parkedAt(saga: OpenSaga, step: Path, action: Action): Pick<Activity | UndoEntry, 'edit'> & { readonly unknown: boolean } | undefined {
  if (action === 'do') {
    const activity = activityAt(saga, step, 'do');
    return activity?.phase === 'failed' ? activity : undefined;
  }
  const entry = saga.undo.find(({ path, failure }) => path === step && failure !== null);
  return entry === undefined || entry.failure === null ? undefined : { edit: entry.edit, unknown: mayHaveHappened(entry.failure, entry.attempt) };
}

/** Whether one of an undo's attempts may have worked unseen: one that timed out, or that its failure no longer tells of. */
function mayHaveHappened({ kind, causes }: Failure, attempts: number): boolean {
  if (kind === 'rejected') return false;
  const known = causes.length + (kind === 'threw' ? 0 : 1);
  return kind === 'timeout' || causes.some((cause) => cause.kind === 'timeout') || attempts > known;
}

function notParked(step: Path, action: Action): string {
  return action === 'do' ? `"${step}" is not parked.` : `The undo of "${step}" is not parked.`;
}
