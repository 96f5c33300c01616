import type { CancelInput } from '../inputs.js';
import { stepOf } from '../plan.js';
import { COMMANDS_REMEMBERED_MAX, type ClosedSaga, type OpenSaga } from '../state.js';
import type { Draft } from './draft.js';
import { cancelled, giveUp } from './give-up.js';
import { ignore } from './ignore.js';
import { proceed } from './proceed.js';
import { refuse } from './start.js';

/**
 * Cancels a saga that is going forward, running or parked. What is under way counts as unknown and is undone like
 * what is done: its participant remembers an undo that overtakes its do.
 */
export function cancelForward(draft: Draft, input: CancelInput, saga: OpenSaga): void {
  if (seen(draft, input, saga)) return;
  if (saga.pastPivot) {
    refuse(draft, input.commandId, 'PAST_PIVOT', 'This saga is past the pivot: it only goes forward.');
    return;
  }
  accept(draft, input);
  const failed = cancelled(input.by, input.reason);
  const activity = saga.active.find(({ action }) => action === 'do');
  const step = activity === undefined ? undefined : stepOf(draft.plan, activity.step);
  if (activity !== undefined && step !== undefined) {
    const { participant } = step.command;
    const { attempt, causes } = activity;
    giveUp(draft, saga, step, { ...failed, step: step.id, attempt, participant, causes });
  } else {
    const causes = saga.stuck === null ? [] : [saga.stuck];
    draft.emit({ kind: 'CompensationStarted', failure: { ...failed, causes } });
  }
  proceed(draft);
}

/** Cancels a saga that is going back already: its end will be the answer. */
export function cancelBackward(draft: Draft, input: CancelInput, saga: OpenSaga): void {
  if (seen(draft, input, saga)) return;
  if (saga.commandIds.length >= COMMANDS_REMEMBERED_MAX) {
    refuse(draft, input.commandId, 'DUPLICATE_CANCEL', 'This saga is being compensated and too many commands wait for its end.');
  } else {
    accept(draft, input);
  }
}

/** A cancel that comes after the end is too late. */
export function cancelClosed(draft: Draft, input: CancelInput, saga: ClosedSaga): void {
  if (seen(draft, input, saga)) return;
  refuse(draft, input.commandId, 'SAGA_ENDED', `This saga has ended: it is ${saga.outcome}.`);
}

function accept(draft: Draft, { commandId, by, reason }: CancelInput): void {
  draft.emit({ kind: 'CancelAccepted', commandId, by, detail: reason });
}

function seen(draft: Draft, input: CancelInput, saga: OpenSaga | ClosedSaga): boolean {
  if (!saga.commandIds.includes(input.commandId)) return false;
  ignore(draft, 'COMMAND_SEEN', `Command ${input.commandId} has been taken before.`);
  return true;
}
