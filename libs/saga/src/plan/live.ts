import { isCommandNode, type Plan, type PlanNode } from './plan.js';

/**
 * What is surely recorded when a saga stands at a node, by path: what functions from there on may read without a question. Not
 * what a choice may have left out, nor what a policy or a timeout may have gone on without.
 */
export function liveAt(plan: Plan, node: PlanNode): readonly string[] {
  const around = node.parent === null ? undefined : plan.nodes[node.parent];
  const live = new Set(around === undefined ? [] : liveAt(plan, around));
  for (const before of nodesBefore(plan, node, around)) {
    if (before.kind === 'drop') {
      const scope = before.path.slice(0, -before.id.length);
      for (const id of before.ids) live.delete(`${scope}${id}`);
    } else if (surelyRecords(before)) {
      live.add(before.path);
    }
  }
  return [...live];
}

/** The nodes before another one in its block. */
function nodesBefore(plan: Plan, node: PlanNode, around: PlanNode | undefined): readonly PlanNode[] {
  for (const first of firstsOf(plan, around)) {
    const before: PlanNode[] = [];
    for (let at = plan.nodes[first]; at !== undefined; at = at.next === null ? undefined : plan.nodes[at.next]) {
      if (at === node) return before;
      before.push(at);
    }
  }
  return [];
}

function firstsOf(plan: Plan, around: PlanNode | undefined): readonly number[] {
  switch (around?.kind) {
    case undefined:
      return [plan.first];
    case 'parallel':
      return around.branches.map(({ first }) => first);
    case 'when':
      return [around.then, around.otherwise].filter((first) => first !== null);
    case 'each':
      return [around.first];
    default:
      return [];
  }
}

/** Whether a node that was come through has recorded something, whatever its policy or its timeout did. */
export function surelyRecords(node: PlanNode): boolean {
  if (isCommandNode(node)) return node.onFailure === null;
  if (node.kind === 'signal') return node.timeoutMs === null || node.onTimeout === 'compensate';
  return node.kind === 'parallel' || node.kind === 'each';
}
