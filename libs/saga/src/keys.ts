import type { Path } from './plan/place.js';
import type { Action } from './state.js';

/**
 * The key that makes a command's effect happen once: every attempt of a step carries the same one,
 * `<domain>/<sagaId>/<step path>/<do|undo>/<edit number>`. A saga id may contain slashes: the parts after it never do.
 */
export function idempotencyKey(domain: string, sagaId: string, step: Path, action: Action, edit: number): string {
  return `${domain}/${sagaId}/${step}/${action}/${edit}`;
}

/**
 * The id of a child saga: its parent's id and the step's path. A child that ended compensated and is tried again is
 * another saga: it carries the number of the edit.
 */
export function childSagaId(sagaId: string, step: Path, edit: number): string {
  return edit === 0 ? `${sagaId}/${step}` : `${sagaId}/${step}~${edit}`;
}
