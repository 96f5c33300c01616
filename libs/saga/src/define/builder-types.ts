import type { Duration } from '../duration.js';
import type { FailureChoice } from '../plan/plan.js';
import type { TypedPlan } from '../plan/typed-plan.js';
import type { ChildDefinition, FailureOf, ResultDefinition, SignalDefinition, StepDefinition } from './definitions.js';
import type { Begun, Chosen, Forgotten, Noted, OfTrail, Passed, ReadAt, ReadEver, Trail } from './trail.js';

/** What does not change within a definition: where the saga runs, and whether this is the saga itself or a block in it. */
export interface Within {
  readonly domain: string;
  readonly granted: string;
  readonly input: unknown;
  readonly level: 'saga' | 'block';
}
export interface InSaga<Domain extends string, Grant extends string, Input> extends Within {
  readonly domain: Domain;
  readonly granted: Domain | Grant;
  readonly input: Input;
  readonly level: 'saga';
}
export interface InBlock<W extends Within> extends Within {
  readonly domain: W['domain'];
  readonly granted: W['granted'];
  readonly input: W['input'];
  readonly level: 'block';
}

/**
 * An id that is free, or a type that no string has, named so that the compiler's message says what is wrong. Asking whether
 * `T` is a trail makes the compiler work out its members call by call: all at the end would be nested too deeply for it.
 */
export type FreshId<Id extends string, T> = T extends Trail ? (Id extends T['taken'] ? `the id ${Id} is already taken` : Id) : never;

/**
 * What the functions of a node see: what is recorded around its block, and before it in the block. Asking whether `T` is a trail
 * is for the compiler's messages: what it answers has no name, and is shown as what is in it.
 */
export type Seen<Outer, T> = T extends Trail ? Outer & { readonly [K in T['ids']]: ReadAt<T, K> } : never;

/** The builder of a block inside a block of `T`. */
type Inner<Outer, T extends Trail, W extends Within, Id extends string> = SagaBuilder<Outer, Begun<T['taken'] | Id>, InBlock<W>>;

/** What `onFailure` and the timeout of a signal may leave missing. */
type Unless<Skipping, Choice, Value> = Skipping extends Choice ? Value | undefined : Value;

/**
 * Builds a saga type, or a block in it, node by node. `Outer` is what is recorded around the block, `T` what the block has
 * recorded so far; functions of a node see both.
 */
export interface SagaBuilder<Outer, T extends Trail, W extends Within> {
  /** Adds a step: one command to one participant, and its reply, readable from here on under the step's id. */
  step<const Id extends string, Request, Done, Rejected extends string, Code extends string, UndoRequest = never, const Choice extends FailureChoice = 'compensate'>(
    id: FreshId<Id, T>,
    definition: StepDefinition<Seen<Outer, T>, Request, Done, Code, Rejected, UndoRequest, Choice>,
  ): SagaBuilder<Outer, Noted<T, Id, Unless<'continue', Choice, Done>, Code | Rejected, Id>, W>;

  /** Adds a child saga: one of its own, awaited. Its result is readable from here on under the id. */
  child<const Id extends string, Domain extends string, Input, Result, UndoRequest = never, const Choice extends FailureChoice = 'compensate'>(
    id: FreshId<Id, T>,
    definition: ChildDefinition<Seen<Outer, T>, Domain, Input, Result, UndoRequest, Choice> & Granted<NoInfer<Domain>, W['granted']>,
  ): SagaBuilder<Outer, Noted<T, Id, Unless<'continue', Choice, Result>, string, Id>, W>;

  /** Marks the next step or child saga as the pivot: from the sending of its command on, the saga only goes forward. */
  pivot(): SagaBuilder<Outer, T, W>;

  /**
   * Adds branches that run at once. When one fails, no new step starts, the others are awaited, and then `onFailure` decides
   * with the failures of all of them, or the saga turns back.
   */
  parallel<const Id extends string, B extends Trail, const Choice extends FailureChoice = 'compensate'>(
    id: FreshId<Id, T>,
    body: (branches: BranchesBuilder<Seen<Outer, T>, T['taken'] | Id, Begun<never>, InBlock<W>>) => BranchesBuilder<Seen<Outer, T>, T['taken'] | Id, B, InBlock<W>>,
    options?: { readonly onFailure?: (failure: FailureOf<B['codes']>, recorded: Seen<Outer, T>) => Choice },
  ): SagaBuilder<Outer, Noted<T, Id, OfTrail<B, 'continue' extends Choice ? 'someBranches' : 'block'>, B['codes'], Id | `${Id}.${B['places']}`>, W>;

  /** Adds a block that is carried out if the predicate is true when the saga gets there. Its results are optional afterwards. */
  when<const Id extends string, I extends Trail>(
    id: FreshId<Id, T>,
    predicate: (recorded: Seen<Outer, T>) => boolean,
    body: (block: Inner<Seen<Outer, T>, T, W, Id>) => SagaBuilder<Seen<Outer, T>, I, InBlock<W>>,
  ): WhenBuilder<Outer, T, Chosen<T, Id, I>, W>;

  /** Adds a wait for an outside message, readable from here on under the id. One that came before its time counts. */
  signal<const Id extends string, Signal, const Then extends 'compensate' | 'continue' = 'compensate'>(
    id: FreshId<Id, T>,
    definition: SignalDefinition<Seen<Outer, T>, Signal, Then>,
  ): SagaBuilder<Outer, Noted<T, Id, Unless<'continue', Then, Signal>, never, Id>, W>;

  /** Adds a wait for time to pass. */
  sleep<const Id extends string>(
    id: FreshId<Id, T>,
    length: Duration | ((recorded: Seen<Outer, T>) => Duration),
  ): SagaBuilder<Outer, Passed<T, Id>, W>;

  /**
   * Adds a block that is carried out for every item of a recorded list, one after the other; `item` and `index` are readable in
   * it. Afterwards the results of all iterations are readable under the id, in order.
   */
  each<const Id extends string, Item, I extends Trail>(
    id: FreshId<Id, T>,
    over: (recorded: Seen<Outer, T>) => readonly Item[],
    body: (block: Inner<InLoop<Seen<Outer, T>, Item>, T, W, Id>) => SagaBuilder<InLoop<Seen<Outer, T>, Item>, I, InBlock<W>>,
    options: {
      /** The most items the saga takes: more of them park it. */
      readonly max: number;
      /** Asked after every iteration, with what it recorded: `true` ends the loop. */
      readonly until?: (recorded: Seen<InLoop<Seen<Outer, T>, NoInfer<Item>>, NoInfer<I>>) => boolean;
    },
  ): SagaBuilder<Outer, Noted<T, Id, OfTrail<I, 'iterations'>, I['codes'], Id | `${Id}[].${I['places']}`>, W>;

  /** Forgets results of this block that nothing reads from here on: a saga's state stays small. */
  drop<const Ids extends T['ids']>(...ids: readonly Ids[]): SagaBuilder<Outer, Forgotten<T, Ids>, W>;

  /** Says how running sagas of another version of this saga type come to this one. Only `build` and other migrations follow. */
  readonly migrate: W['level'] extends 'saga' ? Migrate<Outer, T, W> : OnlyASaga;

  /**
   * Compiles the plan.
   *
   * @throws SagaDefinitionError when the definition cannot work; its sentence says what to change
   */
  readonly build: W['level'] extends 'saga' ? Build<Outer, T, W> : OnlyASaga;
}

/** A block cannot do this. */
type OnlyASaga = 'only a whole saga is built and migrated, not a block in it';

/** What every iteration of a loop sees. */
export type InLoop<Around, Item> = Around & { readonly item: Item; readonly index: number };

/** A builder directly after a `when`. */
export interface WhenBuilder<Outer, Before extends Trail, T extends Trail, W extends Within> extends SagaBuilder<Outer, T, W> {
  /** Adds the block that is carried out if the predicate is false. */
  otherwise<I extends Trail>(
    body: (block: Inner<Seen<Outer, Before>, T, W, never>) => SagaBuilder<Seen<Outer, Before>, I, InBlock<W>>,
  ): SagaBuilder<Outer, Chosen<T, never, I>, W>;
}

/** Builds the branches of a parallel block. Branches do not see each other. */
export interface BranchesBuilder<Around, Taken extends string, B extends Trail, W extends Within> {
  /** Adds a branch of several nodes; its results are readable by their ids under the branch's. */
  branch<const Id extends string, I extends Trail>(
    id: FreshId<Id, B>,
    body: (block: SagaBuilder<Around, Begun<Taken>, W>) => SagaBuilder<Around, I, W>,
  ): BranchesBuilder<Around, Taken, Noted<B, Id, OfTrail<I, 'block'>, I['codes'], `${Id}.${I['places']}`>, W>;
  /** Adds a branch that is one step; its reply is readable under the branch's id. */
  branch<const Id extends string, Request, Done, Rejected extends string, Code extends string, UndoRequest = never, const Choice extends FailureChoice = 'compensate'>(
    id: FreshId<Id, B>,
    step: StepDefinition<Around, Request, Done, Code, Rejected, UndoRequest, Choice>,
  ): BranchesBuilder<Around, Taken, Noted<B, Id, Unless<'continue', Choice, Done>, Code | Rejected, Id>, W>;
}

/** A child saga's domain that may be started from here, or what is missing. */
type Granted<Domain, Allowed> = [Domain] extends [Allowed]
  ? unknown
  : { readonly grant: `the saga may not start sagas in the domain ${Domain & string}: list it in the saga's grants` };

type Build<Outer, T extends Trail, W extends Within> = <Result = never>(
  result?: ResultDefinition<Seen<Outer, T>, Result>,
) => TypedPlan<W['domain'], W['input'], Result, ReadEver<T>, T['places']>;

type Migrate<Outer, T extends Trail, W extends Within> = <OldInput, OldRecorded, OldPlaces extends string>(
  old: TypedPlan<string, OldInput, unknown, OldRecorded, OldPlaces>,
  migration: MigrationDefinition<OldInput, OldRecorded, OldPlaces, W['input'], ReadEver<T>, T['places']>,
) => Pick<SagaBuilder<Outer, T, W>, 'migrate' | 'build'>;

/** How running sagas of another version come to a plan. */
export interface MigrationDefinition<OldInput, OldRecorded, OldPlaces extends string, Input, Recorded, Places extends string> {
  /** Where a saga that stands at a place of the old plan goes on. Places not named go to the place of the same path. */
  readonly cursor: { readonly [P in OldPlaces]?: Places };
  /**
   * The new plan's recorded values, made of the old ones. Every id of the new plan is to be mentioned; `undefined` is for
   * what the old saga does not have, and what is not recorded yet at the place it goes to.
   */
  readonly data: (
    old: { readonly sagaId: string; readonly input: OldInput } & { readonly [K in keyof OldRecorded]: OldRecorded[K] | undefined },
  ) => { readonly input: NoInfer<Input> } & { readonly [K in keyof Recorded]: Recorded[K] | undefined };
}
