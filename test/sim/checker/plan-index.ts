import { nodesOf, type NodeSpec, type ParallelSpec, type PlanSpec } from '../plans/spec.js';

/** A plan's places by path without indexes. */
export class PlanIndex {
  private readonly nodes = new Map<string, NodeSpec>();
  private readonly paths = new Map<string, string>();

  constructor(readonly spec: PlanSpec) {
    for (const { node, path } of nodesOf(spec.block)) {
      if (node.kind === 'drop') continue;
      this.nodes.set(path, node);
      this.paths.set(node.id, path);
    }
  }

  at(path: string): NodeSpec | undefined {
    return this.nodes.get(path.replaceAll(/\[\d+\]/g, '[]'));
  }

  /** Where a step with this id stands, seen from a place in the same iterations of the loops around both. */
  pathOf(id: string, from: string): string | undefined {
    const indexes = [...from.matchAll(/\[(\d+)\]/g)].map(([, index]) => index);
    let next = 0;
    return this.paths.get(id)?.replaceAll('[]', () => `[${indexes[next++] ?? 0}]`);
  }

  /** The nearest parallel block with a policy around a place. */
  policyAround(path: string): string | undefined {
    for (let end = lastDot(path); end > 0; end = lastDot(path.slice(0, end))) {
      const around = path.slice(0, end);
      const node = this.at(around);
      if (node?.kind === 'parallel' && (node as ParallelSpec).onFailure !== null) return around;
    }
    return undefined;
  }
}

function lastDot(path: string): number {
  return Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
}
