import { valueAt } from './data.js';
import { indexesOf, nodeAt, pathOf, type Path } from './place.js';
import type { Plan, PlanNode } from './plan.js';

/**
 * The first value that a saga at a place must have recorded, and has not. What stands behind a choice, a policy that goes on
 * without a result, or a wait that may end without one, can be missing.
 */
export function missingAt(plan: Plan, data: Readonly<Record<string, unknown>>, place: Path): Path | undefined {
  const indexes = indexesOf(place);
  let node = nodeAt(plan, place);
  while (node !== undefined) {
    const before = plan.nodes.filter((candidate) => leadsTo(plan, candidate, node as PlanNode));
    const dropped = new Set(before.flatMap((earlier) => (earlier.kind === 'drop' ? earlier.ids : [])));
    for (const earlier of before) {
      const missing = dropped.has(earlier.id) ? undefined : recordedBy(plan, earlier).find((path) => valueAt(data, pathOf(path, indexes)) === undefined);
      if (missing !== undefined) return pathOf(missing, indexes);
    }
    node = node.parent === null ? undefined : plan.nodes[node.parent];
  }
  return undefined;
}

/** Whether a node stands before another one in the same block. */
function leadsTo(plan: Plan, from: PlanNode, to: PlanNode): boolean {
  for (let next = from.next; next !== null; next = plan.nodes[next]?.next ?? null) if (next === to.number) return true;
  return false;
}

/** The nodes whose results are there for certain once a node is behind. */
function recordedBy(plan: Plan, node: PlanNode): readonly PlanNode[] {
  switch (node.kind) {
    case 'step':
    case 'child':
      return node.onFailure === null ? [node] : [];
    case 'signal':
      return node.onTimeout === 'continue' && node.timeoutMs !== null ? [] : [node];
    case 'parallel':
      return node.onFailure === null ? node.branches.flatMap(({ first }) => blockFrom(plan, first).flatMap((inner) => recordedBy(plan, inner))) : [];
    default:
      return [];
  }
}

function blockFrom(plan: Plan, first: number): readonly PlanNode[] {
  const nodes: PlanNode[] = [];
  for (let node = plan.nodes[first]; node !== undefined; node = node.next === null ? undefined : plan.nodes[node.next]) nodes.push(node);
  return nodes;
}
