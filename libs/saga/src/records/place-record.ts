import { indexesOf, nodeAt, pathOf, type Path } from '../plan/place.js';
import type { Plan } from '../plan/plan.js';
import type { PlaceRecord } from './snapshot-record.js';

/** The indexes of a place outside of loops. */
export const NO_INDEXES: readonly number[] = [];

/** A path as snapshots hold it; `undefined` for one that the plan does not have. */
export function toPlace(plan: Plan, path: Path): PlaceRecord | undefined {
  const node = nodeAt(plan, path);
  if (node === undefined) return undefined;
  return { node: node.number, at: path.includes('[') ? indexesOf(path) : NO_INDEXES };
}

/** The path that a snapshot holds; `undefined` for a node, or a number of indexes, that the plan does not have. */
export function fromPlace(plan: Plan, { node: number, at }: PlaceRecord): Path | undefined {
  const node = plan.nodes[number];
  if (node === undefined) return undefined;
  const loops = node.path.includes('[') ? node.path.split('[]').length - 1 : 0;
  if (at.length === loops) return loops === 0 ? node.path : pathOf(node, at);
  // One more index than loops around it: an iteration's boundary of the loop itself.
  if (node.kind === 'each' && at.length === loops + 1) return `${pathOf(node, at)}[${at[loops]}]`;
  return undefined;
}
