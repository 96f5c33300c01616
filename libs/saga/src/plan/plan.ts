import type { AnyCommand, AnyRecord } from '../contract.js';
import { SagaHistoryError } from '../errors.js';
import type { Failure } from '../failure.js';
import type { RetryPolicy } from '../retry.js';
import type { Migration } from './migration.js';

/**
 * What a user function of a plan sees: `sagaId`, `input`, and what was recorded before it. Inside a branch or a loop also
 * what was recorded there; inside a loop `item` and `index` as well.
 */
export type Recorded = Readonly<Record<string, unknown>>;

/** What is known of a step's effect when it is undone. */
export type UndoOutcome = 'done' | 'unknown';

/** What follows a failure that would end a step: see `onFailure` of a step or of a parallel block. */
export type FailureChoice = 'retry' | 'compensate' | 'continue';

/** A plan author's answer to a failure. */
export type FailureHook = (failure: Failure, recorded: Recorded) => FailureChoice;

/** What becomes of a child saga that still runs when its parent turns back. */
export type ParentClose = 'compensate' | 'cancel' | 'abandon' | 'terminate';

/** The undo of a step or of a child saga that has completed: a command to the same or another participant. */
export interface PlanUndo {
  readonly command: AnyCommand;
  readonly send: (recorded: Recorded, reply: unknown, outcome: UndoOutcome) => unknown;
  readonly retry: RetryPolicy;
}

/** Where a node stands. */
interface Placed {
  /** Position in {@link Plan.nodes}. */
  readonly number: number;
  readonly id: string;
  /** The node's path without loop indexes, such as `checks.fraud` or `parcels[].ship`; unique within the plan. */
  readonly path: string;
  /** The scope its result is recorded in: a position in {@link Plan.scopes}. */
  readonly scope: number;
  /** The block it stands in: number of the parallel, when or each node; `null` at the top. */
  readonly parent: number | null;
  /** The node after it in its block; `null` at the block's end. */
  readonly next: number | null;
}

/** A node that sends a command and waits for its reply. */
interface Commanding extends Placed {
  /** For a child saga: its start command, with the child's domain as participant and its result as what *done* answers. */
  readonly command: AnyCommand;
  readonly send: (recorded: Recorded) => unknown;
  readonly undo: PlanUndo | null;
  readonly retry: RetryPolicy;
  /** Its effect needs no undo, by the author's word. */
  readonly harmless: boolean;
  /** From the sending of this command on the saga only goes forward. */
  readonly pivot: boolean;
  readonly onFailure: FailureHook | null;
}

/** One command to one participant. */
export interface StepNode extends Commanding {
  readonly kind: 'step';
}

/** A saga of its own, awaited. It has no attempt timeout: its start is sent exactly once, and again only when a policy or a person says so. */
export interface ChildNode extends Commanding {
  readonly kind: 'child';
  readonly sagaType: string;
  readonly parentClose: ParentClose;
  /** How long the child may run before it is given up; `null` for as long as it takes. */
  readonly timeoutMs: number | null;
}

/** Branches that run at once. */
export interface ParallelNode extends Placed {
  readonly kind: 'parallel';
  readonly branches: readonly { readonly id: string; readonly first: number }[];
  /** Asked when branches have failed and the others have come to rest. */
  readonly onFailure: FailureHook | null;
}

/** A choice made once, when the saga gets there. */
export interface WhenNode extends Placed {
  readonly kind: 'when';
  readonly predicate: (recorded: Recorded) => unknown;
  readonly then: number | null;
  readonly otherwise: number | null;
}

/** What a signal is to the node that waits for it. */
export type SignalJudgement = 'take' | 'ignore' | 'refuse';

/** A wait for an outside message. */
export interface SignalNode extends Placed {
  readonly kind: 'signal';
  readonly of: AnyRecord;
  readonly judge: ((signal: unknown, recorded: Recorded) => unknown) | null;
  readonly timeoutMs: number | null;
  readonly onTimeout: 'compensate' | 'continue';
}

/** A wait for time to pass. */
export interface SleepNode extends Placed {
  readonly kind: 'sleep';
  /** Milliseconds, or a function of what was recorded that gives a `Duration`. */
  readonly length: number | ((recorded: Recorded) => unknown);
}

/** A loop over recorded items, one after the other. */
export interface EachNode extends Placed {
  readonly kind: 'each';
  readonly over: (recorded: Recorded) => unknown;
  /** More items than this park the saga. */
  readonly max: number;
  /** Asked after every iteration, with what it recorded: `true` ends the loop. */
  readonly until: ((recorded: Recorded) => unknown) | null;
  readonly first: number;
}

/** Forgets recorded values that no later function reads. */
export interface DropNode extends Placed {
  readonly kind: 'drop';
  /** Ids of the node's own scope. */
  readonly ids: readonly string[];
}

/** A node that sends a command. */
export type CommandNode = StepNode | ChildNode;
export type PlanNode = CommandNode | ParallelNode | WhenNode | SignalNode | SleepNode | EachNode | DropNode;

/**
 * Where results are recorded: the saga itself, a branch of a parallel block, or the iterations of a loop. `outer` is the scope
 * around it, `node` the number of the parallel or each node.
 */
export type PlanScope =
  | { readonly kind: 'saga' }
  | { readonly kind: 'branch'; readonly outer: number; readonly node: number; readonly branch: string }
  | { readonly kind: 'each'; readonly outer: number; readonly node: number };

/** A compiled saga type: the graph, and the user's functions at its nodes. */
export interface Plan {
  readonly name: string;
  readonly version: number;
  readonly domain: string;
  readonly input: AnyRecord;
  /** The field of the input that must be the saga's id. */
  readonly idField: string | null;
  /** Every node, in the order of the definition. Numbers are part of the snapshot's form: a released plan keeps them. */
  readonly nodes: readonly PlanNode[];
  /** The first node; `null` is never compiled. */
  readonly first: number;
  readonly scopes: readonly PlanScope[];
  /** Node numbers by {@link Placed.path}, and those of loops also by `<path>[]`. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly result: { readonly type: AnyRecord; readonly from: (recorded: Recorded) => unknown } | null;
  /** Every record the plan sends or records, by Avro full name. */
  readonly records: ReadonlyMap<string, AnyRecord>;
  /** Names of the records it takes as signals. */
  readonly signals: ReadonlySet<string>;
  /** Other domains whose sagas it may start. */
  readonly grants: readonly string[];
  /** How sagas of other versions come to this one, by the version they come from. */
  readonly migrations: ReadonlyMap<number, Migration>;
}

/** Whether a node sends a command. */
export function isCommandNode(node: PlanNode | undefined): node is CommandNode {
  return node?.kind === 'step' || node?.kind === 'child';
}

/**
 * A record of the plan by its Avro full name.
 *
 * @throws SagaHistoryError `SAGA_PLAN_MISMATCH` when the plan neither sends nor records it
 */
export function recordOf(plan: Plan, name: string): AnyRecord {
  const record = plan.records.get(name);
  if (record === undefined) {
    throw new SagaHistoryError('SAGA_PLAN_MISMATCH', `${plan.name} version ${plan.version} has no record ${name}.`);
  }
  return record;
}
