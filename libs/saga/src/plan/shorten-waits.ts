import { durationMs, type Duration } from '../duration.js';
import type { Plan, PlanNode, SleepNode } from './plan.js';

/**
 * A plan that waits less: for trying out in seconds what takes days. Sleeps, and the time limits of signals and of child
 * sagas, are divided; retry policies and attempt timeouts are not, since participants are as fast as they are.
 *
 * @param divisor - 1 for the plan as it is; 86,400 makes a day a second. No wait gets shorter than a millisecond.
 */
export function shortenWaits(plan: Plan, divisor: number): Plan {
  return divisor === 1 ? plan : { ...plan, nodes: plan.nodes.map((node) => shortened(node, divisor)) };
}

function shortened(node: PlanNode, divisor: number): PlanNode {
  switch (node.kind) {
    case 'sleep':
      return { ...node, length: shortenedLength(node, divisor) };
    case 'signal':
    case 'child':
      return { ...node, timeoutMs: node.timeoutMs === null ? null : divided(node.timeoutMs, divisor) };
    case 'step':
    case 'parallel':
    case 'when':
    case 'each':
    case 'drop':
      return node;
  }
}

function shortenedLength({ length }: SleepNode, divisor: number): SleepNode['length'] {
  if (typeof length === 'number') return divided(length, divisor);
  return (recorded) => `${divided(durationMs(length(recorded) as Duration), divisor)}ms`;
}

function divided(ms: number, divisor: number): number {
  return Math.max(1, Math.round(ms / divisor));
}
