import type { Action } from './state.js';

/**
 * The key that makes a command's effect happen once: every attempt of a step carries the same one,
 * `<domain>/<sagaId>/<step path>/<do|undo>/<edit number>`. No step is edited by this engine, so the number is 0. A saga id may
 * contain slashes: the parts after it never do.
 */
export function idempotencyKey(domain: string, sagaId: string, step: string, action: Action): string {
  return `${domain}/${sagaId}/${step}/${action}/0`;
}
