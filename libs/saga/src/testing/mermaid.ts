import type { Plan, PlanNode } from '../plan/plan.js';
import { isCommandNode } from '../plan/plan.js';

/** An arrow that has no head yet. */
interface Loose {
  readonly from: string;
  readonly label?: string;
}

/**
 * A plan as a Mermaid flowchart: parallel blocks fork and join, choices branch, loops lead back to their head, undos hang on
 * dotted lines, and the pivot is drawn bold.
 */
export function toMermaid(plan: Plan): string {
  return new Drawing(plan).draw();
}

class Drawing {
  private readonly lines: string[] = ['flowchart TD'];

  constructor(private readonly plan: Plan) {}

  draw(): string {
    this.lines.push('  start((start))');
    const loose = this.block(this.plan.first, [{ from: 'start' }]);
    this.lines.push('  done(((done)))');
    this.join(loose, 'done');
    const pivots = this.plan.nodes.filter((node) => isCommandNode(node) && node.pivot).map(({ number }) => idOf(number));
    if (pivots.length > 0) this.lines.push('  classDef pivot stroke-width:4px', `  class ${pivots.join(',')} pivot`);
    return `${this.lines.join('\n')}\n`;
  }

  /** Draws a block from its first node on; gives the arrows that leave it. */
  private block(first: number, arriving: readonly Loose[]): readonly Loose[] {
    let loose = arriving;
    for (let node = this.plan.nodes[first]; node !== undefined; node = node.next === null ? undefined : this.plan.nodes[node.next]) loose = this.node(node, loose);
    return loose;
  }

  private node(node: PlanNode, arriving: readonly Loose[]): readonly Loose[] {
    const id = idOf(node.number);
    this.lines.push(`  ${id}${shapeOf(node)}`);
    this.join(arriving, id);
    switch (node.kind) {
      case 'step':
      case 'child': {
        const { undo } = node;
        if (undo !== null) this.lines.push(`  ${id} -.-> ${id}u["undo: ${shortName(undo.command.name)}"]`);
        return [{ from: id }];
      }
      case 'parallel': {
        const ends = node.branches.flatMap((branch) => this.block(branch.first, [{ from: id, label: branch.id }]));
        this.lines.push(`  ${id}e{{"${node.id} joined"}}`);
        this.join(ends, `${id}e`);
        return [{ from: `${id}e` }];
      }
      case 'when': {
        const otherwise: Loose = { from: id, label: 'no' };
        const yes = node.then === null ? [{ from: id, label: 'yes' }] : this.block(node.then, [{ from: id, label: 'yes' }]);
        return [...yes, ...(node.otherwise === null ? [otherwise] : this.block(node.otherwise, [otherwise]))];
      }
      case 'each':
        this.join(this.block(node.first, [{ from: id, label: 'next' }]), id);
        return [{ from: id, label: 'through' }];
      case 'signal':
      case 'sleep':
      case 'drop':
        return [{ from: id }];
    }
  }

  private join(loose: readonly Loose[], to: string): void {
    for (const { from, label } of loose) this.lines.push(label === undefined ? `  ${from} --> ${to}` : `  ${from} -- ${label} --> ${to}`);
  }
}

function shapeOf(node: PlanNode): string {
  switch (node.kind) {
    case 'step':
      return `["${node.id}<br/>${node.command.participant}.${shortName(node.command.name)}${node.pivot ? '<br/>pivot' : ''}"]`;
    case 'child':
      return `[["${node.id}<br/>saga ${node.sagaType}${node.pivot ? '<br/>pivot' : ''}"]]`;
    case 'parallel':
      return `{{"${node.id}"}}`;
    case 'when':
      return `{"${node.id}?"}`;
    case 'each':
      return `[/"each ${node.id}, at most ${node.max}"/]`;
    case 'signal':
      return `>"signal ${node.id}: ${shortName(node.of.name)}${node.timeoutMs === null ? '' : `<br/>within ${lengthOf(node.timeoutMs)}, else ${node.onTimeout}`}"]`;
    case 'sleep':
      return `(["sleep ${node.id}${typeof node.length === 'number' ? `<br/>${lengthOf(node.length)}` : ''}"])`;
    case 'drop':
      return `(["forget ${node.ids.join(', ')}"])`;
  }
}

function idOf(number: number): string {
  return `n${number}`;
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function lengthOf(ms: number): string {
  for (const [unit, lengthMs] of [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1_000]] as const) {
    if (ms % lengthMs === 0) return `${ms / lengthMs}${unit}`;
  }
  return `${ms}ms`;
}
