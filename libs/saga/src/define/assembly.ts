import { durationMs } from '../duration.js';
import type { PlanNode, PlanScope } from '../plan/plan.js';
import { compileChild, compileStep } from './command-node.js';
import type {
  BlockDraft, BranchDraft, ChildDraft, DropDraft, EachDraft, NodeDraft, ParallelDraft, SagaDraft, SignalDraft, StepDraft, WhenDraft,
} from './draft.js';
import { IdScope } from './id-scope.js';
import { BEFORE_PIVOT, eitherReach, PAST_PIVOT, type Reach } from './reach.js';
import { ownerOf, refuse } from './refuse.js';

/** A plan's graph. */
export interface Graph {
  readonly nodes: readonly PlanNode[];
  readonly scopes: readonly PlanScope[];
  readonly numbers: ReadonlyMap<string, number>;
  /** The samples that the author gave of what nodes record, by number. */
  readonly samples: ReadonlyMap<number, unknown>;
}

/** Where a block stands. */
interface Place {
  readonly scope: number;
  readonly parent: number | null;
  /** What the paths of its nodes begin with. */
  readonly prefix: string;
  readonly ids: IdScope;
  /** The innermost block around it that a pivot cannot stand in. */
  readonly noPivotIn: string | null;
  /** A parallel block around it answers failures. */
  readonly answered: boolean;
}

type OwnPart<N = PlanNode> = N extends PlanNode ? Omit<N, 'number' | 'id' | 'path' | 'scope' | 'parent' | 'next'> : never;

/** Turns a draft's tree into a flat graph, in the order of the definition, and holds the rules about what stands where. */
export class Assembly implements Graph {
  readonly nodes: PlanNode[] = [];
  readonly scopes: PlanScope[] = [{ kind: 'saga' }];
  readonly numbers = new Map<string, number>();
  readonly samples = new Map<number, unknown>();
  /** The first step before the pivot that has an undo: what it reads has to stay. */
  private undoable: string | null = null;

  constructor(private readonly draft: SagaDraft) {}

  assemble(): Graph {
    const ids = IdScope.ofSaga();
    this.block(this.draft.block, { scope: 0, parent: null, prefix: '', ids, noPivotIn: null, answered: false }, BEFORE_PIVOT);
    return this;
  }

  /** Adds the nodes of a block; gives where the saga can be after it. */
  private block(drafts: BlockDraft, place: Place, reach: Reach): Reach {
    let after = reach;
    let pivot = false;
    const last = drafts.findLastIndex(({ kind }) => kind !== 'pivot');
    drafts.forEach((draft, position) => {
      if (draft.kind === 'pivot') {
        if (pivot) this.refusePivots();
        pivot = true;
        return;
      }
      if (pivot) this.checkPivot(draft, place, after);
      after = this.node(draft, place, after, { pivot, last: position === last });
      pivot = false;
    });
    if (pivot) {
      refuse('SAGA_PIVOT_WITHOUT_STEP', `Saga "${this.draft.name}": put pivot() before the step or child saga that it marks.`);
    }
    return after;
  }

  private node(draft: Exclude<NodeDraft, { kind: 'pivot' }>, place: Place, reach: Reach, at: { pivot: boolean; last: boolean }): Reach {
    switch (draft.kind) {
      case 'step':
      case 'child':
        return this.command(draft, place, reach, at);
      case 'parallel':
        return this.parallel(draft, place, reach, at.last);
      case 'when':
        return this.when(draft, place, reach, at.last);
      case 'each':
        return this.each(draft, place, reach, at.last);
      case 'signal':
        this.add(draft.id, place, at.last, this.signal(draft, place, reach), draft.sample);
        place.ids.record(draft.id);
        return reach;
      case 'sleep':
        this.take(draft, place);
        this.add(draft.id, place, at.last, {
          kind: 'sleep',
          length: typeof draft.length === 'function' ? draft.length : durationMs(draft.length),
        });
        return reach;
      case 'drop':
        this.drop(draft, place, reach, at.last);
        return reach;
    }
  }

  private command(draft: StepDraft | ChildDraft, place: Place, reach: Reach, at: { pivot: boolean; last: boolean }): Reach {
    const path = this.take(draft, place);
    // The pivot counts from the sending of its command: the step itself already only goes forward.
    const own = at.pivot ? PAST_PIVOT : reach;
    const where = { path, pivot: at.pivot, reach: own, answered: place.answered };
    const part =
      draft.kind === 'step' ? compileStep(draft, where) : compileChild(draft, this.draft.domain, this.draft.grants ?? [], where);
    this.add(draft.id, place, at.last, part, draft.sample);
    place.ids.record(draft.id);
    if (part.undo !== null) this.undoable ??= path;
    return own;
  }

  private parallel(draft: ParallelDraft, place: Place, reach: Reach, last: boolean): Reach {
    const path = this.take(draft, place);
    if (draft.branches.length === 0) refuse('SAGA_BLOCK_EMPTY', `${ownerOf('parallel', path)} has no branch: add at least two.`);
    const number = this.reserve(path);
    const seen = new Set<string>();
    const around = { ...place, parent: number, noPivotIn: ownerOf('parallel', path), answered: place.answered || draft.onFailure !== undefined };
    const branches = draft.branches.map((branch) => {
      if (seen.has(branch.id)) refuse('SAGA_STEP_ID_REPEATED', `${ownerOf('parallel', path)} has two branches "${branch.id}": give one another id.`);
      seen.add(branch.id);
      const first = this.nodes.length;
      this.branch(branch, around, { number, path }, reach);
      return { id: branch.id, first };
    });
    this.settle(number, draft.id, place, last, { kind: 'parallel', branches, onFailure: draft.onFailure ?? null });
    place.ids.record(draft.id);
    return reach;
  }

  private branch(branch: BranchDraft, around: Place, parallel: { number: number; path: string }, reach: Reach): void {
    const path = `${parallel.path}.${branch.id}`;
    IdScope.check(branch.id, ownerOf('branch', path));
    if ('step' in branch) {
      // It has no scope of its own: its reply is the branch's result, and it sees what is around the block.
      const place = { ...around, prefix: `${parallel.path}.`, ids: IdScope.ofSaga() };
      this.command({ ...branch.step, id: branch.id }, place, reach, { pivot: false, last: true });
      return;
    }
    if (branch.block.length === 0) refuse('SAGA_BLOCK_EMPTY', `${ownerOf('branch', path)} is empty: add a step, or leave it out.`);
    const scope = this.scope({ kind: 'branch', outer: around.scope, node: parallel.number, branch: branch.id });
    this.block(branch.block, { ...around, scope, prefix: `${path}.`, ids: around.ids.inner() }, reach);
  }

  private when(draft: WhenDraft, place: Place, reach: Reach, last: boolean): Reach {
    const path = this.take(draft, place);
    const owner = ownerOf('when', path);
    if (draft.then.length === 0) refuse('SAGA_BLOCK_EMPTY', `${owner} leads to no step: turn its question round, or leave it out.`);
    if (draft.otherwise?.length === 0) refuse('SAGA_BLOCK_EMPTY', `${owner} has an empty otherwise: leave it out.`);
    const number = this.reserve(path);
    const inside = (): Place => ({ ...place, parent: number, ids: place.ids.choice() });
    const then = this.nodes.length;
    const afterThen = this.block(draft.then, inside(), reach);
    const otherwise = draft.otherwise === null ? null : this.nodes.length;
    const afterOtherwise = draft.otherwise === null ? reach : this.block(draft.otherwise, inside(), reach);
    this.settle(number, draft.id, place, last, { kind: 'when', predicate: draft.predicate, then, otherwise });
    return eitherReach(afterThen, afterOtherwise);
  }

  private each(draft: EachDraft, place: Place, reach: Reach, last: boolean): Reach {
    const path = this.take(draft, place);
    const owner = ownerOf('each', path);
    if (!Number.isSafeInteger(draft.max) || draft.max < 1) {
      refuse('SAGA_LOOP_UNBOUNDED', `${owner}: max must be a whole number from 1 on, the most items the saga takes.`);
    }
    if (draft.block.length === 0) refuse('SAGA_BLOCK_EMPTY', `${owner} is empty: add a step, or leave it out.`);
    const number = this.reserve(path);
    this.numbers.set(`${path}[]`, number);
    const scope = this.scope({ kind: 'each', outer: place.scope, node: number });
    const inside = { ...place, scope, parent: number, prefix: `${path}[].`, ids: place.ids.inner(), noPivotIn: owner };
    this.block(draft.block, inside, reach);
    this.settle(number, draft.id, place, last, { kind: 'each', over: draft.over, max: draft.max, until: draft.until ?? null, first: number + 1 });
    place.ids.record(draft.id);
    return reach;
  }

  private signal(draft: SignalDraft, place: Place, reach: Reach): OwnPart {
    const owner = ownerOf('signal', this.take(draft, place));
    const { timeout } = draft;
    if (reach.past && timeout?.then === 'compensate') {
      refuse('SAGA_STEP_CAN_FAIL_PAST_PIVOT', `${owner} stands after the pivot, where the saga cannot turn back: let its timeout continue.`);
    }
    return {
      kind: 'signal',
      of: draft.of,
      judge: draft.judge ?? null,
      timeoutMs: timeout === undefined ? null : durationMs(timeout.after),
      onTimeout: timeout?.then ?? 'compensate',
    };
  }

  private drop(draft: DropDraft, place: Place, reach: Reach, last: boolean): void {
    const id = place.ids.drop(draft.ids);
    if (reach.before && this.undoable !== null) {
      refuse(
        'SAGA_DROP_TOO_EARLY',
        `${draft.ids.join(', ')} cannot be dropped here: step "${this.undoable}" may still be undone, and its undo may read them. Drop past the pivot.`,
      );
    }
    this.add(id, place, last, { kind: 'drop', ids: [...draft.ids] });
  }

  private checkPivot({ kind }: NodeDraft, place: Place, reach: Reach): void {
    if (reach.past) this.refusePivots();
    if (kind !== 'step' && kind !== 'child') {
      refuse('SAGA_PIVOT_WITHOUT_STEP', `Saga "${this.draft.name}": pivot() marks a step or a child saga, and a ${kind} follows it.`);
    }
    if (place.noPivotIn !== null) {
      refuse('SAGA_PIVOT_MISPLACED', `${place.noPivotIn} cannot have the pivot inside: put pivot() before a step outside of it.`);
    }
  }

  private refusePivots(): never {
    refuse('SAGA_PIVOT_REPEATED', `Saga "${this.draft.name}" has two pivots on one way: after the first it already only goes forward.`);
  }

  /** Takes an id for a node; gives the node's path. */
  private take(draft: { readonly kind: string; readonly id: string }, place: Place): string {
    const path = `${place.prefix}${draft.id}`;
    place.ids.take(draft.id, ownerOf(draft.kind, path));
    return path;
  }

  private scope(scope: PlanScope): number {
    return this.scopes.push(scope) - 1;
  }

  /** Gives a block its number before its content has any. */
  private reserve(path: string): number {
    const number = this.nodes.length;
    this.nodes.length += 1;
    this.numbers.set(path, number);
    return number;
  }

  private add(id: string, place: Place, last: boolean, part: OwnPart, sample?: unknown): void {
    if (sample !== undefined) this.samples.set(this.nodes.length, sample);
    this.settle(this.reserve(`${place.prefix}${id}`), id, place, last, part);
  }

  private settle(number: number, id: string, place: Place, last: boolean, part: OwnPart): void {
    const { scope, parent, prefix } = place;
    const next = last ? null : this.nodes.length;
    this.nodes[number] = { number, id, path: `${prefix}${id}`, scope, parent, next, ...part };
  }
}
