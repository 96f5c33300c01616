import type { OpenSaga } from '../state.js';
import { indexesOf, pathOf, segmentsOf, type Path } from './place.js';
import type { Plan, PlanNode, PlanScope, Recorded } from './plan.js';
import { wholeBranches } from './whole-branches.js';

type Data = Readonly<Record<string, unknown>>;

/** What is recorded at a path; `undefined` when nothing is. */
export function valueAt(data: Data, path: Path): unknown {
  let value: unknown = data;
  for (const segment of segmentsOf(path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Record<string | number, unknown>)[segment];
  }
  return value;
}

/**
 * The data with a value at a path. Everything beside the path is shared with the data before, and containers are frozen: a
 * user function that wrote into them would change the live state but not the fold of its events.
 */
export function putAt(data: Data, path: Path, value: unknown): Data {
  return put(data, segmentsOf(path), 0, value) as Data;
}

function put(container: unknown, segments: readonly (string | number)[], from: number, value: unknown): unknown {
  const segment = segments[from];
  if (segment === undefined) return value;
  if (typeof segment === 'number') {
    const items: unknown[] = Array.isArray(container) ? [...(container as unknown[])] : [];
    items[segment] = put(items[segment], segments, from + 1, value);
    return Object.freeze(items);
  }
  const fields = (container ?? {}) as Record<string, unknown>;
  return Object.freeze({ ...fields, [segment]: put(fields[segment], segments, from + 1, value) });
}

/** The data without some ids of the scope that a place stands in. */
export function dropAt(data: Data, place: Path, ids: readonly string[]): Data {
  const scope = segmentsOf(place).slice(0, -1);
  const drop = (container: unknown, from: number): unknown => {
    if (typeof container !== 'object' || container === null) return container;
    const segment = scope[from];
    if (segment === undefined) {
      return Object.freeze(Object.fromEntries(Object.entries(container).filter(([id]) => !ids.includes(id))));
    }
    const inner = (container as Record<string | number, unknown>)[segment];
    return inner === undefined ? container : put(container, [segment], 0, drop(inner, from + 1));
  };
  return drop(data, 0) as Data;
}

/** The places of a node at which something is recorded: several, when it stands in a loop. */
export function recordedPlaces(data: Data, node: PlanNode): readonly Path[] {
  const [outside = '', ...inside] = node.path.split('[]');
  let places: readonly Path[] = [outside];
  for (const part of inside) {
    places = places.flatMap((loop) => {
      const items = valueAt(data, loop);
      return Array.isArray(items) ? items.map((_, index) => `${loop}[${index}]${part}`) : [];
    });
  }
  return places.filter((path) => valueAt(data, path) !== undefined);
}

/** What the function that makes the result sees. */
export function recordedAtEnd(plan: Plan, saga: OpenSaga): Recorded {
  return wholeBranches(plan, 0, { sagaId: saga.sagaId, ...saga.data });
}

/**
 * What a user function of a node sees at a path: everything recorded in the scopes around it, the innermost first.
 *
 * @throws whatever a loop's `over` throws: it is called to find the item, so call this where user code may throw
 */
export function recordedAt(plan: Plan, saga: OpenSaga, node: PlanNode, path: Path): Recorded {
  const outermost = recordedAtEnd(plan, saga);
  return node.scope === 0 ? outermost : within(plan, saga, node.scope, indexesOf(path), outermost).seen;
}

/** What is seen inside an iteration of a loop, by the loop's own functions too. */
export function recordedInIteration(plan: Plan, saga: OpenSaga, each: PlanNode, iteration: Path): Recorded {
  const scope = plan.scopes.findIndex((candidate) => candidate.kind === 'each' && candidate.node === each.number);
  return within(plan, saga, scope, indexesOf(iteration), recordedAtEnd(plan, saga)).seen;
}

function within(
  plan: Plan,
  saga: OpenSaga,
  scope: number,
  indexes: readonly number[],
  outermost: Recorded,
): { readonly seen: Recorded; readonly loops: number } {
  const at = plan.scopes[scope] as PlanScope;
  if (at.kind === 'saga') return { seen: outermost, loops: 0 };
  const outer = within(plan, saga, at.outer, indexes, outermost);
  const owner = plan.nodes[at.node] as PlanNode;
  const path = pathOf(owner, indexes);
  if (at.kind === 'branch') {
    const entries = valueAt(saga.data, `${path}.${at.branch}`) as Data | undefined;
    return { seen: { ...outer.seen, ...(entries && wholeBranches(plan, scope, entries)) }, loops: outer.loops };
  }
  const index = indexes[outer.loops] ?? 0;
  const items = owner.kind === 'each' ? (owner.over(outer.seen) as readonly unknown[]) : [];
  const own = valueAt(saga.data, `${path}[${index}]`) as Data | undefined;
  return { seen: { ...outer.seen, ...(own && wholeBranches(plan, scope, own)), item: items[index], index }, loops: outer.loops + 1 };
}
