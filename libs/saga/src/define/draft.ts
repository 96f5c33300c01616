import type { AnyCommand, AnyRecord } from '../contract.js';
import type { Duration } from '../duration.js';
import type { Migration } from '../plan/migration.js';
import type { CommandNode, FailureHook, ParentClose, Plan, PlanUndo, Recorded, SignalNode } from '../plan/plan.js';
import type { RetryOptions } from '../retry.js';

/** A saga as the builder took it down: a tree, unchecked. */
export interface SagaDraft {
  readonly name: string;
  readonly version: number;
  readonly domain: string;
  readonly input: AnyRecord;
  readonly idField?: string;
  /** Other domains whose sagas it may start. */
  readonly grants?: readonly string[];
  /** A value of the input to try the plan's functions with; made from the schema when there is none. */
  readonly sample?: unknown;
  readonly block: BlockDraft;
  readonly migrations: readonly MigrationDraft[];
  readonly result?: { readonly result: AnyRecord; readonly from: (recorded: Recorded) => unknown };
}

/** Nodes in a row. */
export type BlockDraft = readonly NodeDraft[];

export type NodeDraft =
  | StepDraft
  | ChildDraft
  | ParallelDraft
  | WhenDraft
  | SignalDraft
  | SleepDraft
  | EachDraft
  | DropDraft
  /** Marks the step or child after it. */
  | { readonly kind: 'pivot' };

/** What a step and a child saga have in common. */
interface Undoable {
  readonly id: string;
  /** A reply to try functions with. */
  readonly sample?: unknown;
  readonly undo?: { readonly command: AnyCommand; readonly send: PlanUndo['send']; readonly retry?: RetryOptions };
  readonly harmless?: boolean;
  readonly onFailure?: FailureHook;
}

export interface StepDraft extends Undoable {
  readonly kind: 'step';
  readonly command: AnyCommand;
  readonly send: CommandNode['send'];
  readonly retry?: RetryOptions;
}

export interface ChildDraft extends Undoable {
  readonly kind: 'child';
  readonly of: { readonly name: string; readonly domain: string; readonly input: AnyRecord; readonly result: AnyRecord | null };
  readonly input: (recorded: Recorded) => unknown;
  readonly onParentClose?: ParentClose;
  readonly timeout?: Duration;
}

export interface ParallelDraft {
  readonly kind: 'parallel';
  readonly id: string;
  readonly branches: readonly BranchDraft[];
  readonly onFailure?: FailureHook;
}

/** A branch that is one step records the step's reply; one that is a block records the block's results by id. */
export type BranchDraft =
  | { readonly id: string; readonly step: StepDraft }
  | { readonly id: string; readonly block: BlockDraft };

export interface WhenDraft {
  readonly kind: 'when';
  readonly id: string;
  readonly predicate: (recorded: Recorded) => unknown;
  readonly then: BlockDraft;
  readonly otherwise: BlockDraft | null;
}

export interface SignalDraft {
  readonly kind: 'signal';
  readonly id: string;
  readonly sample?: unknown;
  readonly of: AnyRecord;
  readonly judge?: NonNullable<SignalNode['judge']>;
  readonly timeout?: { readonly after: Duration; readonly then: 'compensate' | 'continue' };
}

export interface SleepDraft {
  readonly kind: 'sleep';
  readonly id: string;
  readonly length: Duration | ((recorded: Recorded) => unknown);
}

export interface EachDraft {
  readonly kind: 'each';
  readonly id: string;
  readonly over: (recorded: Recorded) => unknown;
  readonly block: BlockDraft;
  readonly max: number;
  readonly until?: (recorded: Recorded) => unknown;
}

export interface DropDraft {
  readonly kind: 'drop';
  readonly ids: readonly string[];
}

export interface MigrationDraft extends Omit<Migration, 'from'> {
  /** The plan that running sagas come from. */
  readonly old: Plan;
}
