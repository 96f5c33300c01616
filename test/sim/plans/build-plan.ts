import { saga, type Failure, type FailureHook, type Plan, type Recorded, type RetryOptions } from '@onward/saga';
import { commands, Done, inputRecord, signals, type Signal, type WorkDone } from './records.js';
import {
  holds, itemsOf, SIGNAL_IGNORED, SIGNAL_REFUSED,
  type BlockSpec, type ChildSpec, type EachSpec, type HookName, type NodeSpec, type PlanSpec, type RetryName, type SimInput, type StepSpec,
} from './spec.js';

const backoff = { firstDelay: '200ms', factor: 2, maxDelay: '2s', jitter: 0.2 } as const;

/** Short policies: a simulated minute is long. */
const RETRIES: Readonly<Record<RetryName, RetryOptions>> = {
  once: { ...backoff, attempts: 1, attemptTimeout: '2s' },
  quick: { ...backoff, attempts: 3, attemptTimeout: '2s' },
  deadline: { ...backoff, attempts: 'forever', attemptTimeout: '2s', deadline: '9s' },
  final: { ...backoff, attempts: 5, attemptTimeout: '2s', final: ['BROKEN'] },
  untilDone: { ...backoff, attempts: 'forever', attemptTimeout: '3s' },
};

const HOOKS: Readonly<Record<HookName, FailureHook>> = {
  retry: () => 'retry',
  compensate: () => 'compensate',
  continue: () => 'continue',
  byCause: (failure) => (kindOf(failure) === 'rejected' ? 'continue' : kindOf(failure) === 'timeout' ? 'retry' : 'compensate'),
  retryRejected: (failure) => (kindOf(failure) === 'rejected' ? 'retry' : 'compensate'),
};

/** The kind of a failure, or of the first branch's when it stands for a block's. */
function kindOf(failure: Failure): Failure['kind'] {
  return failure.code === 'BRANCHES_FAILED' ? (failure.causes[0]?.kind ?? failure.kind) : failure.kind;
}

/** What the generator needs of the builder; its types cannot follow a definition that is made at run time. */
interface Block {
  step(id: string, step: object): Block;
  child(id: string, child: object): Block;
  pivot(): Block;
  parallel(id: string, body: (branches: Branches) => Branches, options?: object): Block;
  when(id: string, predicate: (seen: Recorded) => boolean, body: (block: Block) => Block): Block;
  otherwise(body: (block: Block) => Block): Block;
  signal(id: string, signal: object): Block;
  sleep(id: string, length: unknown): Block;
  each(id: string, over: (seen: Recorded) => readonly unknown[], body: (block: Block) => Block, options: object): Block;
  drop(...ids: readonly string[]): Block;
  migrate(old: Plan, migration: object): Block;
  build(result: object): Plan;
}
interface Branches {
  branch(id: string, body: object | ((block: Block) => Block)): Branches;
}

/** Builds a generated plan through the public builder, as a team would. */
export function buildPlan(spec: PlanSpec, children: ReadonlyMap<string, Plan>, older: Plan | undefined): Plan {
  const define = saga as unknown as (name: string, options: object) => Block;
  let block = define(spec.name, {
    version: spec.version,
    domain: 'orders',
    input: inputRecord(spec.input),
    ...(spec.asChild ? {} : { idField: 'sagaId' }),
    sample: { sagaId: 'sample', n: 1, items: [1] } satisfies SimInput,
  });
  block = addBlock(block, spec.block, children);
  if (spec.from !== undefined && older !== undefined) {
    block = block.migrate(older, { cursor: spec.from.cursor, data: ({ sagaId: _, ...data }: Recorded) => data });
  }
  return block.build({ result: Done, from: (seen: Recorded) => ({ sum: inputOf(seen).n }) });
}

function addBlock(block: Block, nodes: BlockSpec, children: ReadonlyMap<string, Plan>): Block {
  return nodes.reduce((so, node) => addNode(so, node, children), block);
}

function addNode(block: Block, node: NodeSpec, children: ReadonlyMap<string, Plan>): Block {
  const inner = (nodes: BlockSpec) => (inside: Block): Block => addBlock(inside, nodes, children);
  switch (node.kind) {
    case 'step':
      return (node.pivot ? block.pivot() : block).step(node.id, stepOf(node));
    case 'child':
      return (node.pivot ? block.pivot() : block).child(node.id, childOf(node, children));
    case 'parallel':
      return block.parallel(
        node.id,
        (branches) => node.branches.reduce((so, { id, step, block: nodes }) => so.branch(id, step === null ? inner(nodes) : stepOf(step)), branches),
        node.onFailure === null ? {} : { onFailure: HOOKS[node.onFailure] },
      );
    case 'when': {
      const { test } = node;
      const chosen = block.when(node.id, (seen) => test !== null && holds(test, numberOf(seen, test.of)), inner(node.then));
      return node.otherwise === null ? chosen : chosen.otherwise(inner(node.otherwise));
    }
    case 'signal':
      return block.signal(node.id, {
        of: signals[node.of],
        ...(node.judges ? { judge: ({ code }: Signal) => (code === SIGNAL_IGNORED ? 'ignore' : code === SIGNAL_REFUSED ? 'refuse' : 'take') } : {}),
        ...(node.timeout === null ? {} : { timeout: { after: `${node.timeout.ms}ms`, then: node.timeout.then } }),
      });
    case 'sleep':
      return block.sleep(node.id, node.computed ? (seen: Recorded) => `${node.ms + (inputOf(seen).n % 7)}ms` : `${node.ms}ms`);
    case 'each':
      return block.each(node.id, (seen) => itemsOf(node, inputOf(seen)), inner(node.block), { max: 5, ...untilOf(node) });
    case 'drop':
      return block.drop(...node.ids);
  }
}

function untilOf(node: EachSpec): object {
  return node.untilItem === null ? {} : { until: (seen: Recorded) => seen['item'] === node.untilItem };
}

function stepOf(step: StepSpec): object {
  return {
    command: commands[step.participant].work,
    send: (seen: Recorded) => {
      const { n } = inputOf(seen);
      if (n === step.throwsAt) throw new Error(`No request can be made for ${n}.`);
      return { ref: String(seen['sagaId']), n: n + Number(seen['index'] ?? 0), amount: step.amount };
    },
    retry: RETRIES[step.retry],
    ...undoOf(step),
  };
}

function childOf(child: ChildSpec, children: ReadonlyMap<string, Plan>): object {
  return {
    of: contractOf(child, children),
    input: (seen: Recorded) => ({ sagaId: childIdOf(seen, child), n: inputOf(seen).n, items: inputOf(seen).items }),
    onParentClose: child.parentClose,
    ...(child.timeoutMs === null ? {} : { timeout: `${child.timeoutMs}ms` }),
    ...undoOf(child),
  };
}

function undoOf(node: StepSpec | ChildSpec): object {
  return {
    ...(node.undo === null
      ? {}
      : {
          undo: {
            command: commands[node.undo.participant].undo,
            send: (seen: Recorded, reply: unknown, outcome: string) => ({
              ref: String(seen['sagaId']),
              outcome,
              token: (reply as WorkDone | undefined)?.token ?? null,
            }),
            retry: RETRIES[node.undo.retry],
          },
        }),
    ...(node.harmless ? { harmless: true } : {}),
    ...(node.onFailure === null ? {} : { onFailure: HOOKS[node.onFailure] }),
  };
}

function contractOf({ of }: ChildSpec, children: ReadonlyMap<string, Plan>): object {
  const plan = children.get(of);
  if (plan === undefined) throw new RangeError(`The plan ${of} is not built yet.`);
  return { name: plan.name, domain: plan.domain, input: plan.input, result: Done };
}

/** The child's own id is the engine's business; its input repeats the parent's. */
function childIdOf(seen: Recorded, child: ChildSpec): string {
  return `${String(seen['sagaId'])}/${child.id}`;
}

function inputOf(seen: Recorded): SimInput {
  return seen['input'] as SimInput;
}

function numberOf(seen: Recorded, of: string): number | undefined {
  return of === 'input' ? inputOf(seen).n : (seen[of] as WorkDone | undefined)?.n;
}
