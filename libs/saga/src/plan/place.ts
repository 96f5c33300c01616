import type { Plan, PlanNode } from './plan.js';

/**
 * A place in a running saga, by its **path**: the ids on the way to a node, with the loop indexes, such as `reserve`,
 * `checks.fraud` or `parcels[2].ship`. The place of a whole iteration is `parcels[2]`, that of a loop's boundary too.
 */
export type Path = string;

const INDEX = /\[(\d+)\]/g;

/** The node at a path; `undefined` for a path that the plan does not have. */
export function nodeAt(plan: Plan, path: Path): PlanNode | undefined {
  const number = plan.numbers.get(path.includes('[') ? path.replace(INDEX, '[]') : path);
  return number === undefined ? undefined : plan.nodes[number];
}

/** The loop indexes in a path, the outermost first. */
export function indexesOf(path: Path): readonly number[] {
  return path.includes('[') ? Array.from(path.matchAll(INDEX), ([, index]) => Number(index)) : [];
}

/** The path of a node in certain iterations of the loops around it. Indexes of loops inside are left out. */
export function pathOf(node: Pick<PlanNode, 'path'>, indexes: readonly number[]): Path {
  let next = 0;
  return node.path.replace(/\[\]/g, () => `[${indexes[next++] ?? 0}]`);
}

/** The parts of a path as keys of recorded data: ids, and numbers for loop indexes. */
export function segmentsOf(path: Path): readonly (string | number)[] {
  return path.split(/[.[]/).map((part) => (part.endsWith(']') ? Number(part.slice(0, -1)) : part));
}
