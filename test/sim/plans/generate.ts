import type { Random } from '../random.js';
import type { BlockSpec, ChildSpec, EachSpec, HookName, NodeSpec, ParallelSpec, ParticipantName, PlanSpec, RetryName, SignalSpec, StepSpec, Test } from './spec.js';

/** Where the generator stands in a plan: what may follow. */
interface Place {
  /** Whether the saga may be before, or past, its pivot here. */
  readonly before: boolean;
  readonly past: boolean;
  /** How many blocks stand around it. */
  readonly depth: number;
  /** A pivot cannot stand in a parallel block or a loop. */
  readonly pivotAllowed: boolean;
  /** A block around it has a policy for failures. */
  readonly answered: boolean;
  /** Steps whose results can be read here, by id. */
  readonly readable: readonly string[];
}

type Reach = Pick<Place, 'before' | 'past'>;

const PARTICIPANTS: readonly ParticipantName[] = ['payment', 'fulfillment', 'customers'];
const DEPTH_MAX = 3;

/** Makes random plans over every construct of the builder, such as the builder takes: its own rules are tested elsewhere. */
export class PlanGenerator {
  private ids = 0;
  private commands = 0;

  constructor(
    private readonly random: Random,
    /** Plans that can run as children. */
    private readonly children: readonly string[],
  ) {}

  plan(name: string, asChild: boolean): PlanSpec {
    this.ids = 0;
    this.commands = 0;
    const place: Place = { before: true, past: false, depth: 0, pivotAllowed: true, answered: false, readable: [] };
    const input = `onward.sim.${name.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())}`;
    const { block } = this.block(place, asChild ? this.random.between(1, 3) : this.random.between(3, 6));
    return { name, version: 1, input, block, asChild };
  }

  private block(place: Place, length: number): { readonly block: BlockSpec; readonly reach: Reach } {
    const block: NodeSpec[] = [];
    const readable = [...place.readable];
    let reach: Reach = place;
    /** What the block itself has recorded and nothing reads any more. */
    const own: string[] = [];
    for (let n = 0; n < length; n += 1) {
      const made = this.node({ ...place, ...reach, readable }, block.length === 0);
      block.push(made.node);
      reach = made.reach;
      if (made.node.kind === 'step') {
        readable.push(made.node.id);
        own.push(made.node.id);
      }
      if (!reach.before && own.length > 0 && this.random.chance(0.15)) {
        const ids = own.splice(0, this.random.between(1, own.length));
        for (const id of ids) readable.splice(readable.indexOf(id), 1);
        block.push({ kind: 'drop', ids });
      }
    }
    return { block, reach };
  }

  private node(place: Place, first: boolean): { readonly node: NodeSpec; readonly reach: Reach } {
    const deep = place.depth >= DEPTH_MAX || this.commands > 9;
    const kind = this.random.weighted({
      step: 45,
      parallel: deep ? 0 : 13,
      when: deep ? 0 : 9,
      each: deep ? 0 : 8,
      signal: first && place.depth === 0 ? 0 : 8,
      sleep: 6,
      child: this.children.length === 0 || this.commands > 9 ? 0 : 10,
    });
    const same = { before: place.before, past: place.past };
    switch (kind) {
      case 'step': {
        const pivot = this.pivots(place);
        const reach = pivot ? { before: false, past: true } : same;
        return { node: this.step(this.id('s'), { ...place, ...reach }, pivot), reach };
      }
      case 'child': {
        const pivot = this.pivots(place);
        const reach = pivot ? { before: false, past: true } : same;
        return { node: this.child({ ...place, ...reach }, pivot), reach };
      }
      case 'parallel':
        return { node: this.parallel(place), reach: same };
      case 'when':
        return this.when(place);
      case 'each':
        return { node: this.each(place), reach: same };
      case 'signal':
        return { node: this.signal(place), reach: same };
      case 'sleep':
        return { node: { kind: 'sleep', id: this.id('z'), ms: this.random.between(50, 9_000), computed: this.random.chance(0.4) }, reach: same };
    }
  }

  private pivots({ pivotAllowed, past }: Place): boolean {
    return pivotAllowed && !past && this.random.chance(0.13);
  }

  private step(id: string, place: Place, pivot: boolean): StepSpec {
    this.commands += 1;
    const onFailure = this.random.chance(0.18) ? this.hook(place) : null;
    const participant = this.random.pick(PARTICIPANTS);
    const retries: readonly RetryName[] = place.past && onFailure === null && !place.answered ? ['untilDone'] : ['once', 'quick', 'quick', 'deadline', 'final', 'untilDone'];
    return {
      kind: 'step',
      id,
      participant,
      amount: this.random.between(1, 90),
      retry: this.random.pick(retries),
      throwsAt: this.random.chance(0.04) ? 13 : null,
      ...this.undo(place, pivot, participant),
      onFailure,
    };
  }

  private child(place: Place, pivot: boolean): ChildSpec {
    this.commands += 1;
    const onFailure = this.random.chance(0.15) ? this.hook(place) : null;
    const limited = this.random.chance(0.2) && (!place.past || onFailure !== null || place.answered);
    return {
      kind: 'child',
      id: this.id('c'),
      of: this.random.pick(this.children),
      parentClose: this.random.pick(['compensate', 'compensate', 'cancel', 'abandon', 'terminate']),
      timeoutMs: limited ? this.random.between(3_000, 20_000) : null,
      ...this.undo(place, pivot, this.random.pick(PARTICIPANTS)),
      onFailure,
    };
  }

  private undo(place: Place, pivot: boolean, participant: ParticipantName): Pick<StepSpec, 'undo' | 'harmless' | 'pivot'> {
    // Who only goes forward has nothing to undo.
    if (!place.before) return { undo: null, harmless: this.random.chance(0.2), pivot };
    if (this.random.chance(0.2)) return { undo: null, harmless: true, pivot };
    const retry: RetryName = this.random.chance(0.7) ? 'untilDone' : this.random.pick(['quick', 'final']);
    return { undo: { participant, retry }, harmless: false, pivot };
  }

  private hook({ past }: Reach): HookName {
    return this.random.pick<HookName>(past ? ['retry', 'continue', 'byCause', 'compensate'] : ['retryRejected', 'compensate', 'continue', 'byCause', 'retry']);
  }

  private parallel(place: Place): ParallelSpec {
    const id = this.id('p');
    const onFailure = this.random.chance(0.3) ? this.hook(place) : null;
    const inner: Place = { ...place, depth: place.depth + 1, pivotAllowed: false, answered: place.answered || onFailure !== null };
    const branches = Array.from({ length: this.random.between(2, 3) }, (_, n) => {
      const branch = `b${n}`;
      return this.random.chance(0.6) ? { id: branch, step: this.step(branch, inner, false), block: [] } : { id: branch, step: null, block: this.block(inner, this.random.between(1, 3)).block };
    });
    return { kind: 'parallel', id, onFailure, branches };
  }

  private when(place: Place): { readonly node: NodeSpec; readonly reach: Reach } {
    const id = this.id('w');
    // What is recorded in one side only is nothing for whoever stands behind the choice.
    const inner: Place = { ...place, depth: place.depth + 1 };
    const then = this.block(inner, this.random.between(1, 2));
    const otherwise = this.random.chance(0.5) ? this.block(inner, this.random.between(1, 2)) : null;
    const other = otherwise === null ? place : otherwise.reach;
    return {
      node: { kind: 'when', id, test: this.test(place), then: then.block, otherwise: otherwise?.block ?? null },
      reach: { before: then.reach.before || other.before, past: then.reach.past || other.past },
    };
  }

  private test({ readable }: Place): Test {
    const modulo = this.random.between(2, 3);
    return { of: this.random.pick(['input', ...readable]), modulo, is: this.random.between(0, modulo - 1) };
  }

  private each(place: Place): EachSpec {
    const id = this.id('e');
    const inner: Place = { ...place, depth: place.depth + 1, pivotAllowed: false };
    return {
      kind: 'each',
      id,
      take: this.random.between(1, 3),
      untilItem: this.random.chance(0.3) ? this.random.between(0, 3) : null,
      block: this.block(inner, this.random.between(1, 2)).block,
    };
  }

  private signal({ past }: Place): SignalSpec {
    const timeout = this.random.chance(past ? 0.5 : 0.7) ? { ms: this.random.between(500, 15_000), then: past || this.random.chance(0.5) ? ('continue' as const) : ('compensate' as const) } : null;
    return { kind: 'signal', id: this.id('g'), of: this.random.pick(['onward.sim.Nod', 'onward.sim.Wave']), judges: !past && this.random.chance(0.4), timeout };
  }

  private id(letter: string): string {
    this.ids += 1;
    return `${letter}${this.ids}`;
  }
}

/**
 * The next version of a plan: a step's id changed, and a step more at the end. Running sagas come along by a cursor that
 * names the changed place.
 */
export function nextVersion(spec: PlanSpec, random: Random): PlanSpec {
  const steps = spec.block.filter((node): node is StepSpec => node.kind === 'step');
  const renamed = steps.length > 0 && random.chance(0.5) ? random.pick(steps).id : null;
  const tail: StepSpec = { kind: 'step', id: 'added', participant: random.pick(PARTICIPANTS), amount: 1, retry: 'untilDone', throwsAt: null, undo: null, harmless: true, pivot: false, onFailure: null };
  const isRead = renamed !== null && reads(spec.block, renamed);
  const block = renamed === null || isRead ? spec.block : spec.block.map((node) => (node.kind === 'step' && node.id === renamed ? { ...node, id: `${renamed}new` } : node));
  const cursor: Record<string, string> = renamed === null || isRead ? {} : { [renamed]: `${renamed}new` };
  return { ...spec, version: spec.version + 1, block: [...block, tail], from: { version: spec.version, cursor } };
}

/** Whether something asks for a step's result by its id. */
function reads(block: BlockSpec, id: string): boolean {
  return JSON.stringify(block).includes(`"of":"${id}"`) || block.some((node) => node.kind === 'drop' && node.ids.includes(id));
}
