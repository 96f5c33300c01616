import type { Plan } from '../plan/plan.js';
import { compile } from './compile.js';
import type {
  BlockDraft, BranchDraft, ChildDraft, DropDraft, EachDraft, MigrationDraft, NodeDraft, ParallelDraft, SagaDraft, SignalDraft, SleepDraft, StepDraft, WhenDraft,
} from './draft.js';
import { refuse } from './refuse.js';

type Written<D> = Omit<D, 'kind' | 'id'>;
type Body = (block: BlockRecorder) => BlockRecorder;

/** What every block of a definition can be given. The types that authors see stand before it; every call gives a new one. */
export class BlockRecorder {
  constructor(readonly block: BlockDraft = []) {}

  /** A recorder of the same kind with one node more. */
  protected with(block: BlockDraft): this {
    return new BlockRecorder(block) as this;
  }

  private add(node: NodeDraft): this {
    return this.with([...this.block, node]);
  }

  step(id: string, step: Written<StepDraft>): this {
    return this.add({ ...step, kind: 'step', id });
  }

  child(id: string, child: Written<ChildDraft>): this {
    return this.add({ ...child, kind: 'child', id });
  }

  pivot(): this {
    return this.add({ kind: 'pivot' });
  }

  parallel(id: string, body: (branches: BranchRecorder) => BranchRecorder, options: Pick<ParallelDraft, 'onFailure'> = {}): this {
    return this.add({ ...options, kind: 'parallel', id, branches: body(new BranchRecorder()).branches });
  }

  when(id: string, predicate: WhenDraft['predicate'], body: Body): this {
    return this.add({ kind: 'when', id, predicate, then: inner(body), otherwise: null });
  }

  otherwise(body: Body): this {
    const before = this.block.at(-1);
    if (before?.kind !== 'when' || before.otherwise !== null) {
      refuse('SAGA_OTHERWISE_WITHOUT_WHEN', 'otherwise() stands directly after the when() that it belongs to, once.');
    }
    return this.with([...this.block.slice(0, -1), { ...before, otherwise: inner(body) }]);
  }

  signal(id: string, signal: Written<SignalDraft>): this {
    return this.add({ ...signal, kind: 'signal', id });
  }

  sleep(id: string, length: SleepDraft['length']): this {
    return this.add({ kind: 'sleep', id, length });
  }

  each(id: string, over: EachDraft['over'], body: Body, options: Pick<EachDraft, 'max' | 'until'>): this {
    return this.add({ ...options, kind: 'each', id, over, block: inner(body) });
  }

  drop(...ids: DropDraft['ids']): this {
    return this.add({ kind: 'drop', ids });
  }
}

/** The branches of a parallel block. */
export class BranchRecorder {
  constructor(readonly branches: readonly BranchDraft[] = []) {}

  branch(id: string, body: Written<StepDraft> | Body): BranchRecorder {
    const branch: BranchDraft = typeof body === 'function' ? { id, block: inner(body) } : { id, step: { ...body, kind: 'step', id } };
    return new BranchRecorder([...this.branches, branch]);
  }
}

/** A whole saga. */
export class SagaRecorder extends BlockRecorder {
  constructor(private readonly draft: Omit<SagaDraft, 'block'>, block: BlockDraft = []) {
    super(block);
  }

  protected override with(block: BlockDraft): this {
    return new SagaRecorder(this.draft, block) as this;
  }

  migrate(old: MigrationDraft['old'], { cursor, data }: Omit<MigrationDraft, 'old'>): SagaRecorder {
    return new SagaRecorder({ ...this.draft, migrations: [...this.draft.migrations, { old, cursor, data }] }, this.block);
  }

  build(result?: SagaDraft['result']): Plan & { readonly contract: ChildDraft['of'] } {
    const plan = compile({ ...this.draft, block: this.block, ...(result === undefined ? {} : { result }) });
    const { name, domain, input } = plan;
    return { ...plan, contract: { name, domain, input, result: plan.result?.type ?? null } };
  }
}

function inner(body: Body): BlockDraft {
  return body(new BlockRecorder()).block;
}
