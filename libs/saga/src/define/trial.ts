import type { AnyRecord } from '../contract.js';
import { freeze } from '../freeze.js';
import { isCommandNode, type CommandNode, type EachNode, type ParallelNode, type Plan, type PlanNode, type Recorded, type SignalNode, type WhenNode } from '../plan/plan.js';
import { sampleOf } from './sample.js';
import { Tries } from './tries.js';

/**
 * What a function may find: everything that can be read where it stands, and of that what its own block recorded. There are
 * up to two of them, so that optional results are met there and missing: one in which choices are answered with yes and no
 * policy leaves anything out, and one in which they are answered with no and policies do.
 */
interface World {
  readonly seen: Recorded;
  readonly own: Recorded;
}
type Worlds = readonly World[];

/**
 * Calls every function of a plan once or twice with sample data, both sides of every choice, so that a function that throws or
 * gives a value of another record is found at start-up and not by a saga that is half done.
 *
 * @param sample - the author's sample of the input, if there is one
 * @param samples - those of what nodes record, by number
 * @throws SagaDefinitionError `SAGA_CODE_THROWS`, `SAGA_VALUE_INVALID`, `SAGA_SAMPLE_INVALID`
 */
export function tryFunctions(plan: Plan, sample: unknown, samples: ReadonlyMap<number, unknown>): void {
  new Trial(plan, samples, new Tries()).run(sample);
}

class Trial {
  constructor(
    private readonly plan: Plan,
    private readonly samples: ReadonlyMap<number, unknown>,
    private readonly tries: Tries,
  ) {}

  run(sample: unknown): void {
    const input = this.sample(this.plan.input, sample);
    const id = this.plan.idField === null ? undefined : (input as Recorded)[this.plan.idField];
    const worlds = this.block(this.plan.first, [{ seen: { sagaId: typeof id === 'string' ? id : 'sagaId', input }, own: {} }]);
    const { result } = this.plan;
    if (result !== null) this.tries.record('The result, from', result.type, seenOf(worlds), (s) => result.from(s));
  }

  private block(first: number | null, before: Worlds): Worlds {
    let worlds = before;
    for (let at = first; at !== null; ) {
      const node = this.plan.nodes[at] as PlanNode;
      worlds = this.node(node, worlds);
      at = node.next;
    }
    return worlds;
  }

  private node(node: PlanNode, worlds: Worlds): Worlds {
    if (isCommandNode(node)) return this.command(node, worlds);
    switch (node.kind) {
      case 'parallel':
        return this.parallel(node, worlds);
      case 'when':
        return this.when(node, worlds);
      case 'each':
        return this.each(node, worlds);
      case 'signal':
        return this.signal(node, worlds);
      case 'sleep':
        this.tries.sleep(node, seenOf(worlds));
        return worlds;
      case 'drop':
        return worlds.map(({ seen, own }) => ({ seen: without(seen, node.ids), own: without(own, node.ids) }));
    }
  }

  private command(node: CommandNode, worlds: Worlds): Worlds {
    this.tries.send(node, seenOf(worlds));
    const skips = this.tries.failures(node, [node.command], seenOf(worlds));
    const reply = this.sample(node.command.done, this.samples.get(node.number));
    const after = noted(worlds, node.id, reply, skips);
    this.tries.undo(node, seenOf(worlds), seenOf(after), reply);
    return after;
  }

  private signal(node: SignalNode, worlds: Worlds): Worlds {
    const signal = this.sample(node.of, this.samples.get(node.number));
    this.tries.judge(node, signal, seenOf(worlds));
    return noted(worlds, node.id, signal, node.timeoutMs !== null && node.onTimeout === 'continue');
  }

  private when(node: WhenNode, worlds: Worlds): Worlds {
    this.tries.predicate(node, seenOf(worlds));
    const [full] = this.block(node.then, worlds);
    const bare = this.block(node.otherwise, worlds).at(-1);
    return [full as World, bare as World];
  }

  private parallel(node: ParallelNode, worlds: Worlds): Worlds {
    const inside = worlds.map(({ seen }) => ({ seen, own: {} }));
    const branches = node.branches.map(({ id, first }) => {
      const after = this.block(first, inside);
      // A branch that is one step has its reply as its result, and no scope of its own.
      const block = this.plan.scopes.some((scope) => scope.kind === 'branch' && scope.node === node.number && scope.branch === id);
      return { id, results: after.map(({ own }) => (block ? own : own[id])) };
    });
    const commands = this.plan.nodes.flatMap((inner) => (isCommandNode(inner) && this.isInside(inner, node) ? [inner.command] : []));
    const skips = this.tries.failures(node, commands, seenOf(worlds));
    return worldsOf(worlds, Math.max(...branches.map(({ results }) => results.length)), skips).map(({ world, index, left }) => {
      const results = branches.map(({ id, results: of }): [string, unknown] => [id, of[Math.min(index, of.length - 1)]]);
      return note(world, node.id, left ? {} : Object.fromEntries(results));
    });
  }

  private each(node: EachNode, worlds: Worlds): Worlds {
    const lists = this.tries.over(node, seenOf(worlds));
    const inside = worlds.flatMap(({ seen }, index): Worlds => {
      const list = lists[index];
      return list === undefined || list.length === 0 ? [] : [{ seen: { ...seen, item: list[0], index: 0 }, own: {} }];
    });
    // A list that is empty on the sample shows no item to try the block with.
    if (inside.length === 0) return worlds.map((world) => note(world, node.id, []));
    const after = this.block(node.first, inside);
    this.tries.until(node, seenOf(after));
    return worldsOf(worlds, after.length, false).map(({ world, index }) => note(world, node.id, [after[Math.min(index, after.length - 1)]?.own]));
  }

  private sample(type: AnyRecord, own: unknown): unknown {
    if (own === undefined) return sampleOf(type);
    this.tries.sample(type, own);
    freeze(own);
    return own;
  }

  private isInside(node: PlanNode, block: PlanNode): boolean {
    for (let at = node.parent; at !== null; at = this.plan.nodes[at]?.parent ?? null) if (at === block.number) return true;
    return false;
  }
}

/** As many worlds as there are before or were made inside, and one without the result if a policy can leave it out. */
function worldsOf(worlds: Worlds, inside: number, skips: boolean): { world: World; index: number; left: boolean }[] {
  const count = skips ? 2 : Math.max(worlds.length, inside);
  return Array.from({ length: count }, (_, index) => ({
    world: worlds[Math.min(index, worlds.length - 1)] as World,
    index,
    left: skips && index === 1,
  }));
}

function noted(worlds: Worlds, id: string, value: unknown, mayBeMissing: boolean): Worlds {
  return worldsOf(worlds, 1, mayBeMissing).map(({ world, left }) => (left ? world : note(world, id, value)));
}

function note({ seen, own }: World, id: string, value: unknown): World {
  return { seen: { ...seen, [id]: value }, own: { ...own, [id]: value } };
}

function without(recorded: Recorded, ids: readonly string[]): Recorded {
  return Object.fromEntries(Object.entries(recorded).filter(([id]) => !ids.includes(id)));
}

function seenOf(worlds: Worlds): readonly Recorded[] {
  return worlds.map(({ seen }) => seen);
}
