import type { IgnoredReason } from '../events.js';
import type { OpenSaga } from '../state.js';
import type { Draft } from './draft.js';

/** Records an input that makes no sense, with the reason. */
export function ignore(draft: Draft, reason: IgnoredReason, detail: string): void {
  draft.emit({ kind: 'InputIgnored', reason, detail });
}

/** Ignores a command that the saga has taken before. @returns whether it has */
export function ignoreSeen(draft: Draft, { commandId }: { readonly commandId: string }, saga: OpenSaga): boolean {
  if (!saga.seenIds.includes(commandId)) return false;
  ignore(draft, 'COMMAND_SEEN', `Command ${commandId} has been taken before.`);
  return true;
}
