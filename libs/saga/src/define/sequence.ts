import type { TypedPlan } from '../plan/typed-plan.js';
import type { SagaOptions, StartRecord } from './builder.js';
import type { StepDefinition } from './definitions.js';
import type { NodeDraft, StepDraft } from './draft.js';
import { SagaRecorder } from './recorder.js';

/** A step of a {@link sequence}, as its function gives it. */
export interface SequenceStep<Id extends string, Done> {
  readonly id: Id;
  /** Carries `Done` for the compiler; never present at run time. */
  readonly __done?: Done;
}

/** Writes a step of a {@link sequence}: it reads the saga's id and input. */
export type StepOf<Input> = <const Id extends string, Request, Done, Rejected extends string, Code extends string, UndoRequest = never>(
  id: Id,
  definition: StepDefinition<StartRecord<Input>, Request, Done, Code, Rejected, UndoRequest, 'retry' | 'compensate'> & {
    /** Marks the step as the pivot: from the sending of its command on, the saga only goes forward. */
    readonly pivot?: boolean;
  },
) => SequenceStep<Id, Done>;

type RecordedBy<Steps extends readonly SequenceStep<string, unknown>[]> = {
  readonly [S in Steps[number] as S['id']]: S extends SequenceStep<string, infer Done> ? Done : never;
};

/**
 * A saga that is a row of steps which need nothing of one another: each reads the saga's id and input.
 *
 * @example
 * ```ts
 * sequence('open-account', { version: 1, domain: 'orders', input: OpenAccount }, (step) => [
 *   step('create', {
 *     command: bank.CreateAccount,
 *     send: (s) => ({ accountId: s.sagaId }),
 *     undo: { command: bank.CloseAccount, send: (s) => ({ accountId: s.sagaId }) },
 *   }),
 *   step('welcome', { pivot: true, command: mail.SendWelcome, send: (s) => ({ email: s.input.email }) }),
 * ]);
 * ```
 * @throws SagaDefinitionError when the definition cannot work; its sentence says what to change
 */
export function sequence<Input, const Domain extends string, const Steps extends readonly SequenceStep<string, unknown>[]>(
  name: string,
  options: Omit<SagaOptions<Input, Domain, never>, 'grants'>,
  steps: (step: StepOf<NoInfer<Input>>) => Steps,
): TypedPlan<Domain, Input, never, RecordedBy<Steps>, Steps[number]['id']> {
  const step = (id: string, { pivot = false, ...definition }: Omit<StepDraft, 'kind' | 'id'> & { readonly pivot?: boolean }) => {
    const draft: NodeDraft = { ...definition, kind: 'step', id };
    return { id, block: pivot ? [{ kind: 'pivot' } as const, draft] : [draft] };
  };
  const written = steps(step as unknown as StepOf<Input>) as unknown as readonly ReturnType<typeof step>[];
  const recorder = new SagaRecorder({ ...options, name, migrations: [] }, written.flatMap(({ block }) => block));
  return recorder.build() as unknown as TypedPlan<Domain, Input, never, RecordedBy<Steps>, Steps[number]['id']>;
}
