import type { CancelInput } from '../inputs.js';
import { COMMANDS_REMEMBERED_MAX, type ClosedSaga, type OpenSaga } from '../state.js';
import type { Draft } from './draft.js';
import { cancelled, failuresOf } from './give-up.js';
import { ignore } from './ignore.js';
import { proceed } from './proceed.js';
import { refuse } from './refuse.js';

/** Cancels a saga that is going forward, running or parked. */
export function cancelForward(draft: Draft, input: CancelInput, saga: OpenSaga): void {
  if (seen(draft, input, saga)) return;
  if (saga.pastPivot) {
    decline(draft, input, 'PAST_PIVOT', 'This saga is past the pivot: it only goes forward.');
    return;
  }
  // However many commands wait for the end already: it is the one cancel that is taken while the saga goes forward.
  accept(draft, input);
  const parked = failuresOf(saga.active);
  const causes = saga.stuck === null ? parked : parked.length > 0 ? parked : [saga.stuck];
  draft.emit({ kind: 'CompensationStarted', failure: { ...cancelled(input.by, input.reason), causes } });
  proceed(draft);
}

/** Cancels a saga that is going back already: its end will be the answer. */
export function cancelBackward(draft: Draft, input: CancelInput, saga: OpenSaga): void {
  if (seen(draft, input, saga)) return;
  if (input.by !== 'parent' && saga.commandIds.length >= COMMANDS_REMEMBERED_MAX) {
    decline(draft, input, 'DUPLICATE_CANCEL', 'This saga is being compensated and too many commands wait for its end.');
  } else {
    accept(draft, input);
  }
}

/** A cancel that comes after the end is too late. */
export function cancelClosed(draft: Draft, input: CancelInput, saga: ClosedSaga): void {
  if (seen(draft, input, saga)) return;
  decline(draft, input, 'SAGA_ENDED', `This saga has ended: it is ${saga.outcome}.`);
}

function accept(draft: Draft, { commandId, by, reason }: CancelInput): void {
  draft.emit({ kind: 'CancelAccepted', commandId, by, detail: reason });
}

/** A parent is told of the end only; anybody else gets an answer to the cancel itself. */
function decline(draft: Draft, { by, commandId }: CancelInput, code: string, message: string): void {
  if (by === 'parent') ignore(draft, 'CANCEL_TOO_LATE', message);
  else refuse(draft, commandId, code, message);
}

function seen(draft: Draft, input: CancelInput, saga: OpenSaga | ClosedSaga): boolean {
  const known = saga.commandIds.includes(input.commandId) || (saga.kind === 'open' && saga.seenIds.includes(input.commandId));
  if (known) ignore(draft, 'COMMAND_SEEN', `Command ${input.commandId} has been taken before.`);
  return known;
}
