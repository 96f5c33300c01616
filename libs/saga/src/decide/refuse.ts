import { failure } from '../failure.js';
import type { ParentRef } from '../state.js';
import type { Draft } from './draft.js';

/** Answers a command with a refusal; the saga stays as it is. A start that came from a parent saga is answered there. */
export function refuse(draft: Draft, commandId: string, code: string, message: string, parent: ParentRef | null = null): void {
  draft.emit({ kind: 'CommandRefused', commandId, parent, failure: failure('rejected', code, message) });
}
