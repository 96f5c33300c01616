import type { Plan, PlanNode } from './plan.js';

/**
 * The loops and parallel blocks around a node, with the branches that run beside it. Where two nodes differ in this, a saga at
 * the one cannot go on at the other: a branch that the block did not have when it was entered would never run. Choices are
 * made when a saga gets there, and bind it no further.
 */
export function blocksAround(plan: Plan, { parent }: PlanNode): string {
  const around = parent === null ? undefined : plan.nodes[parent];
  if (around === undefined) return '';
  const outer = blocksAround(plan, around);
  if (around.kind === 'parallel') return `${outer}/parallel(${around.branches.map(({ id }) => id).sort().join()})`;
  return around.kind === 'when' ? outer : `${outer}/${around.kind}`;
}
