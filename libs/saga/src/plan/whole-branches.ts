import { surelyRecords } from './live.js';
import type { Plan, Recorded } from './plan.js';

const halves = new WeakMap<Plan, boolean>();

/**
 * What was recorded in a scope, as functions around it may see it: a branch that its block's policy left out half done is not
 * there, for they are promised a whole one or none. Its own undos still see what it recorded.
 */
export function wholeBranches(plan: Plan, scope: number, recorded: Recorded): Recorded {
  let can = halves.get(plan);
  if (can === undefined) {
    can = plan.scopes.some((at) => {
      const node = at.kind === 'branch' ? plan.nodes[at.node] : undefined;
      return node?.kind === 'parallel' && node.onFailure !== null;
    });
    halves.set(plan, can);
  }
  return can ? shown(plan, scope, recorded) : recorded;
}

function shown(plan: Plan, scope: number, recorded: Recorded): Recorded {
  const seen: Record<string, unknown> = { ...recorded };
  plan.scopes.forEach((at, inner) => {
    if (at.kind === 'saga' || at.outer !== scope) return;
    const node = plan.nodes[at.node];
    const value = node === undefined ? undefined : seen[node.id];
    if (node === undefined || value === undefined) return;
    if (at.kind === 'each') {
      seen[node.id] = (value as readonly (Recorded | undefined)[]).map((item) => item && shown(plan, inner, item));
      return;
    }
    const { [at.branch]: branch, ...others } = value as Readonly<Record<string, Recorded | undefined>>;
    if (branch === undefined || node.kind !== 'parallel') return;
    const first = node.branches.find(({ id }) => id === at.branch)?.first ?? null;
    const whole = node.onFailure === null || isWhole(plan, first, branch);
    seen[node.id] = whole ? { ...others, [at.branch]: shown(plan, inner, branch) } : others;
  });
  return seen;
}

/** Whether a branch has all that it records when it comes to its end, and has not dropped. */
function isWhole(plan: Plan, first: number | null, recorded: Recorded): boolean {
  const ids = new Set<string>();
  for (let at = first; at !== null; ) {
    const node = plan.nodes[at];
    if (node === undefined) break;
    if (node.kind === 'drop') for (const id of node.ids) ids.delete(id);
    else if (surelyRecords(node)) ids.add(node.id);
    at = node.next;
  }
  return [...ids].every((id) => Object.hasOwn(recorded, id));
}
