import type { BlockSpec, EachSpec, NodeSpec } from '../plans/spec.js';
import type { EventSeen } from './evidence.js';

const BEGINS = new Set(['CommandSent', 'ParallelStarted', 'WhenDecided', 'LoopStarted', 'IterationStarted', 'SleepStarted', 'SignalAwaited', 'DataDropped', 'StepFailed']);
const FINISHES = new Set(['StepDone', 'StepSkipped', 'BranchSkipped', 'LoopEnded', 'SleepEnded', 'SignalTaken', 'SignalTimedOut', 'DataDropped']);

/** When a saga came to its places, and when it left them: to be held against the way that its plan describes. */
export class Footprints {
  private readonly began = new Map<string, number>();
  private readonly finished = new Map<string, number>();
  private readonly chosen = new Map<string, string>();
  private readonly problems: string[] = [];
  private readonly seen = new Set<string>();
  private now = 0;

  event(event: EventSeen): void {
    this.now += 1;
    const step = event.step ?? null;
    if (step === null || event.action === 'undo') return;
    if (BEGINS.has(event.kind)) {
      const again = this.began.has(step) && event.kind !== 'CommandSent' && event.kind !== 'StepFailed' && event.kind !== 'SignalAwaited';
      if (again) this.problems.push(`"${step}" was entered twice (${event.kind})`);
      if (!this.began.has(step)) this.began.set(step, this.now);
    }
    if (event.kind === 'WhenDecided') this.chosen.set(step, event.chosen ?? '');
    if (!FINISHES.has(event.kind)) return;
    const path = event.kind === 'LoopEnded' ? step.slice(0, step.lastIndexOf('[')) : step;
    if (!this.finished.has(path)) this.finished.set(path, this.now);
  }

  rename(from: string, to: string): void {
    for (const map of [this.began, this.finished]) {
      const at = map.get(from);
      if (at === undefined) continue;
      map.delete(from);
      map.set(to, at);
    }
  }

  /** Walks the plan along the footprints. */
  verify(block: BlockSpec, itemsOf: (each: EachSpec) => readonly number[]): { readonly problems: readonly string[]; readonly finished: boolean } {
    const end = this.block(block, '', 0, itemsOf);
    for (const path of this.began.keys()) {
      if (!this.seen.has(path)) this.problems.push(`"${path}" was entered, and nothing leads there`);
    }
    return { problems: this.problems, finished: end !== null };
  }

  /** @returns when the block was left; `null` when it was not */
  private block(nodes: BlockSpec, prefix: string, after: number, itemsOf: (each: EachSpec) => readonly number[]): number | null {
    let end: number | null = after;
    for (const node of nodes) {
      const path = node.kind === 'drop' ? (this.dropPath(prefix, node.ids) ?? '?') : `${prefix}${node.id}`;
      end = this.node(node, path, prefix, end, itemsOf);
      if (end === null) return null;
    }
    return end;
  }

  private node(node: NodeSpec, path: string, prefix: string, after: number, itemsOf: (each: EachSpec) => readonly number[]): number | null {
    const began = this.began.get(path);
    if (began === undefined) return null;
    this.seen.add(path);
    if (began < after) this.problems.push(`"${path}" was entered before what stands ahead of it was left`);
    switch (node.kind) {
      case 'parallel': {
        let end: number | null = began;
        for (const { id, step, block } of node.branches) {
          const branch = `${path}.${id}`;
          const left = step === null ? this.block(block, `${branch}.`, began, itemsOf) : this.node(step, branch, '', began, itemsOf);
          const by = left ?? this.finished.get(branch) ?? null;
          end = end === null || by === null ? null : Math.max(end, by);
        }
        return end;
      }
      case 'when': {
        const chosen = this.chosen.get(path) === 'then' ? node.then : (node.otherwise ?? []);
        return this.block(chosen, prefix, began, itemsOf);
      }
      case 'each':
        return this.each(node, path, began, itemsOf);
      default:
        return this.finished.get(path) ?? null;
    }
  }

  private each(node: EachSpec, path: string, began: number, itemsOf: (each: EachSpec) => readonly number[]): number | null {
    const items = itemsOf(node);
    const count = this.countOf(node, path, items);
    let end = began;
    for (let index = 0; index < count; index += 1) {
      const iteration = `${path}[${index}]`;
      const entered = this.began.get(iteration);
      if (entered === undefined) break;
      this.seen.add(iteration);
      if (entered < end) this.problems.push(`"${iteration}" was entered before the iteration ahead of it was left`);
      const left = this.block(node.block, `${iteration}.`, entered, itemsOf);
      if (left === null) return null;
      end = left;
    }
    const left = this.finished.get(path) ?? null;
    const through = Array.from({ length: count }, (_, index) => `${path}[${index}]`).every((iteration) => this.began.has(iteration));
    if (left !== null && !through) this.problems.push(`"${path}" was left before its ${count} items were through`);
    if (left !== null && left < end) this.problems.push(`"${path}" was left before its last iteration`);
    return left;
  }

  /** How many iterations there have to be. */
  private countOf({ untilItem }: EachSpec, path: string, items: readonly number[]): number {
    if (untilItem === 'any') return Math.max(Math.min(1, items.length), items.filter((_, index) => this.began.has(`${path}[${index}]`)).length);
    const last = untilItem === null ? -1 : items.slice(0, -1).indexOf(untilItem);
    return last < 0 ? items.length : last + 1;
  }

  private dropPath(prefix: string, ids: readonly string[]): string | undefined {
    const path = `${prefix}drop(${ids.join(',')})`;
    return this.began.has(path) ? path : undefined;
  }
}
