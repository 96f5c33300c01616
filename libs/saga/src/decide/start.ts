import type { StartInput } from '../inputs.js';
import { COMMANDS_REMEMBERED_MAX, statusOf, type SagaState } from '../state.js';
import type { Draft } from './draft.js';
import { ignore } from './ignore.js';
import { proceed } from './proceed.js';
import { refuse } from './refuse.js';
import type { Unroutable } from './table.js';

/** The first start of a saga, unless its input names another one. */
export function begin(draft: Draft, input: StartInput): Unroutable | void {
  const { sagaId, commandId, startHash, value, oversize } = input;
  const { idField } = draft.plan;
  if (idField !== null && (value.value as Readonly<Record<string, unknown>>)[idField] !== sagaId) {
    return { code: 'SAGA_ID_MISMATCH', reason: `The field ${idField} must be the saga's id, which is the record's key.` };
  }
  if (oversize !== undefined) {
    return { code: 'SNAPSHOT_TOO_LARGE', reason: `The saga would need ${oversize.bytes} bytes; ${oversize.bytesMax} are allowed.` };
  }
  draft.emit({ kind: 'SagaStarted', sagaId, commandId, startHash, value, parent: input.parent ?? null, atMs: draft.atMs });
  proceed(draft);
}

/** A start for an id that is taken: the same start is answered by the saga's one end, another one is refused. */
export function startAgain(draft: Draft, input: StartInput, saga: SagaState): void {
  const { commandId, parent = null } = input;
  // A parent that asks again after the end has lost the answer: it gets the same one.
  if (saga.commandIds.includes(commandId) && (parent === null || saga.kind === 'open')) {
    ignore(draft, 'COMMAND_SEEN', `Command ${commandId} has been taken before.`);
  } else if (!sameBytes(saga.startHash, input.startHash)) {
    refuse(draft, commandId, 'START_CONFLICT', 'A saga with this id was started with other content: choose another id.', parent);
  } else if (saga.kind === 'open' && parent !== null && saga.parent?.idempotencyKey !== parent.idempotencyKey) {
    refuse(draft, commandId, 'START_CONFLICT', 'A saga with this id was started by somebody else: choose another id.', parent);
  } else if (saga.kind === 'open' && parent === null && saga.commandIds.length >= COMMANDS_REMEMBERED_MAX) {
    refuse(draft, commandId, 'DUPLICATE_START', `This saga is ${statusOf(saga)} and too many repeated starts wait for its end.`);
  } else {
    draft.emit({ kind: 'StartRepeated', commandId, parent });
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
