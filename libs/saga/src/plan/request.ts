import type { Action, OpenSaga } from '../state.js';
import { recordedAt, valueAt } from './data.js';
import type { Path } from './place.js';
import type { CommandNode, Plan } from './plan.js';

/**
 * What the author's function asks for with a step's command, or its undo's.
 *
 * @throws whatever the function throws
 */
export function requestAt(plan: Plan, saga: OpenSaga, node: CommandNode, path: Path, action: Action): unknown {
  const seen = recordedAt(plan, saga, node, path);
  if (action === 'do') return node.send(seen);
  const done = saga.undo.some((entry) => entry.path === path && entry.outcome === 'done');
  return node.undo?.send(seen, done ? valueAt(saga.data, path) : undefined, done ? 'done' : 'unknown');
}

/** Whether two requests say the same. Fields that are not set count as missing. */
export function sameRequest(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Date || b instanceof Date) return a instanceof Date && b instanceof Date && a.getTime() === b.getTime();
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [of, to] = [fieldsOf(a), fieldsOf(b)];
  return of.size === to.size && [...of].every(([name, value]) => to.has(name) && sameRequest(value, to.get(name)));
}

function fieldsOf(value: object): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(value).filter(([, field]) => field !== undefined));
}
