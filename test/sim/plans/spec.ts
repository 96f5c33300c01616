/**
 * A saga type as plain data: what the generator makes, the builder's calls are made of, and the checker reads. The checker
 * knows nothing else of a plan, so that it judges the engine by what was asked for and not by what was compiled.
 */
export interface PlanSpec {
  readonly name: string;
  readonly version: number;
  /** Avro full name of the start command. */
  readonly input: string;
  readonly block: BlockSpec;
  /** It runs as a child only: its input cannot know its id. */
  readonly asChild: boolean;
  /** How sagas of an older version come here: places by path, without loop indexes. */
  readonly from?: { readonly version: number; readonly cursor: Readonly<Record<string, string>> };
}

export type BlockSpec = readonly NodeSpec[];
export type RetryName = 'once' | 'quick' | 'deadline' | 'final' | 'untilDone';
export type HookName = 'retry' | 'compensate' | 'continue' | 'byCause' | 'retryRejected';
export type ParticipantName = 'payment' | 'fulfillment' | 'customers';

interface Commanding {
  readonly id: string;
  /** Who undoes it; `null` when nobody does. */
  readonly undo: { readonly participant: ParticipantName; readonly retry: RetryName } | null;
  readonly harmless: boolean;
  readonly pivot: boolean;
  readonly onFailure: HookName | null;
}

export interface StepSpec extends Commanding {
  readonly kind: 'step';
  readonly participant: ParticipantName;
  readonly amount: number;
  readonly retry: RetryName;
  /** Its `send` throws for sagas whose input has this number. */
  readonly throwsAt: number | null;
}

export interface ChildSpec extends Commanding {
  readonly kind: 'child';
  /** Name of the child's plan. */
  readonly of: string;
  readonly parentClose: 'compensate' | 'cancel' | 'abandon' | 'terminate';
  readonly timeoutMs: number | null;
}

export interface ParallelSpec {
  readonly kind: 'parallel';
  readonly id: string;
  readonly onFailure: HookName | null;
  readonly branches: readonly { readonly id: string; readonly step: StepSpec | null; readonly block: BlockSpec }[];
}

export interface WhenSpec {
  readonly kind: 'when';
  readonly id: string;
  /** `null`: what it asks is not looked into. */
  readonly test: Test | null;
  readonly then: BlockSpec;
  readonly otherwise: BlockSpec | null;
}

/** Asks a number of the input (`input`), or of a step's reply by its id, and is true for one remainder. */
export interface Test {
  readonly of: string;
  readonly modulo: number;
  readonly is: number;
}

export interface SignalSpec {
  readonly kind: 'signal';
  readonly id: string;
  /** Name of the record it waits for. */
  readonly of: string;
  /** Signals with these codes are ignored, and refused. */
  readonly judges: boolean;
  readonly timeout: { readonly ms: number; readonly then: 'compensate' | 'continue' } | null;
}

export interface SleepSpec {
  readonly kind: 'sleep';
  readonly id: string;
  readonly ms: number;
  /** Its length is a function of what was recorded. */
  readonly computed: boolean;
}

export interface EachSpec {
  readonly kind: 'each';
  readonly id: string;
  /** How many of the input's items it goes over at most; as many as that, whatever the input has, when it is fixed. */
  readonly take: number;
  readonly fixed?: boolean;
  /** It ends after the iteration whose item is this number; after any when that is not looked into. */
  readonly untilItem: number | 'any' | null;
  readonly block: BlockSpec;
}

export interface DropSpec {
  readonly kind: 'drop';
  readonly ids: readonly string[];
}

export type NodeSpec = StepSpec | ChildSpec | ParallelSpec | WhenSpec | SignalSpec | SleepSpec | EachSpec | DropSpec;

/** What a start command says. */
export interface SimInput {
  readonly sagaId: string;
  readonly n: number;
  readonly items: readonly number[];
}

/** Codes of signals that a judging node ignores, and refuses. */
export const SIGNAL_IGNORED = 1;
export const SIGNAL_REFUSED = 2;

/** Whether a test holds for a number. A result that is not there, since its step was left out, counts as 0. */
export function holds(test: Test, n: number | undefined): boolean {
  return (n ?? 0) % test.modulo === test.is;
}

/** The items a loop goes over. */
export function itemsOf(each: EachSpec, input: SimInput): readonly number[] {
  return each.fixed === true ? Array.from({ length: each.take }, (_, n) => n) : input.items.slice(0, each.take);
}

/** Every node of a block and of the blocks in it, with its path without indexes. */
export function* nodesOf(block: BlockSpec, prefix = ''): Generator<{ readonly node: NodeSpec; readonly path: string }> {
  for (const node of block) {
    if (node.kind === 'drop') {
      yield { node, path: `${prefix}drop` };
      continue;
    }
    const path = `${prefix}${node.id}`;
    yield { node, path };
    switch (node.kind) {
      case 'parallel':
        for (const branch of node.branches) {
          if (branch.step !== null) yield { node: branch.step, path: `${path}.${branch.id}` };
          else yield* nodesOf(branch.block, `${path}.${branch.id}.`);
        }
        break;
      case 'when':
        yield* nodesOf(node.then, prefix);
        if (node.otherwise !== null) yield* nodesOf(node.otherwise, prefix);
        break;
      case 'each':
        yield* nodesOf(node.block, `${path}[].`);
        break;
      default:
    }
  }
}
