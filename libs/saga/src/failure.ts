import type { AvroSchema } from './contract.js';

/** What went wrong, as a tree: a failure knows the failures that led to it. */
export interface Failure {
  /** Stable code: the participant's own (`CARD_DECLINED`), or one of the engine's (`ATTEMPT_TIMED_OUT`). */
  readonly code: string;
  /** A sentence for a person. */
  readonly message: string;
  /** A {@link FailureKind}; records of a newer engine may name others. */
  readonly kind: string;
  /** Step path, or `null` for a failure of the saga as a whole. */
  readonly step: string | null;
  readonly attempt: number | null;
  readonly participant: string | null;
  /** Earlier attempts of the same step, or the failed parts of a whole; the oldest first. */
  readonly causes: readonly Failure[];
}

/** How something failed: refused by the business, did not work, no answer in time, user code threw, or cancelled. */
export type FailureKind = 'rejected' | 'failed' | 'timeout' | 'threw' | 'cancelled';

/** Codes that the engine itself gives to failures that a policy is asked about, beside those of a participant's contract. */
export const ENGINE_FAILURE_CODES = [
  'INTERNAL',
  'ATTEMPT_TIMED_OUT',
  'DEADLINE_PASSED',
  'CHILD_TIMED_OUT',
  'SIGNAL_TIMED_OUT',
  'SIGNAL_REFUSED',
  'BRANCHES_FAILED',
  'SEVERAL_FAILED',
  'USER_CODE_THREW',
  'USER_VALUE_INVALID',
  'SNAPSHOT_TOO_LARGE',
  'REPLY_TYPE_WRONG',
] as const;
export type EngineFailureCode = (typeof ENGINE_FAILURE_CODES)[number];

/** How many causes of one failure are kept: a step that is tried for weeks must not grow its saga's state. */
export const CAUSES_MAX = 8;
const MESSAGE_LENGTH_MAX = 500;
const NAME_LENGTH_MAX = 200;
/** What the causes of one failure take up at most, all together. */
const TREE = { depthMax: 4, failuresMax: 50, charsMax: 16_000 } as const;
/** Code of a failure that stands for several. */
const SEVERAL_FAILED = 'SEVERAL_FAILED';

/** Makes a failure; parts that are not given are `null`, and an overlong message is cut. */
export function failure(
  kind: FailureKind,
  code: string,
  message: string,
  where: { step?: string; attempt?: number; participant?: string; causes?: readonly Failure[] } = {},
): Failure {
  return {
    code: cut(code, NAME_LENGTH_MAX),
    message: cut(message, MESSAGE_LENGTH_MAX),
    kind,
    step: where.step ?? null,
    attempt: where.attempt ?? null,
    participant: where.participant ?? null,
    causes: where.causes ?? [],
  };
}

/** Adds a cause, forgetting the oldest ones beyond {@link CAUSES_MAX}. */
export function withCause(causes: readonly Failure[], cause: Failure): readonly Failure[] {
  return bounded([...causes, cause].slice(-CAUSES_MAX));
}

/** Causes that fit into a saga's state, whoever named them: of a tree that is too large, those farthest from its root are left out. */
export function bounded(causes: readonly Failure[]): readonly Failure[] {
  const kept: Failure[] = [];
  let [count, chars] = [0, 0];
  let level = causes.map((cause) => ({ cause, into: kept }));
  for (let depth = 0; level.length > 0 && depth < TREE.depthMax; depth += 1) {
    const next: typeof level = [];
    for (const { cause, into } of level) {
      const inner: Failure[] = [];
      const copy = trimmed(cause, inner);
      count += 1;
      chars += copy.code.length + copy.message.length + copy.kind.length + (copy.step?.length ?? 0) + (copy.participant?.length ?? 0);
      if (count > TREE.failuresMax || chars > TREE.charsMax) return kept;
      into.push(copy);
      for (const of of cause.causes) next.push({ cause: of, into: inner });
    }
    level = next;
  }
  return kept;
}

function trimmed({ code, message, kind, step, attempt, participant }: Failure, causes: readonly Failure[]): Failure {
  const name = (text: string): string => cut(text, NAME_LENGTH_MAX);
  return {
    code: name(code),
    message: cut(message, MESSAGE_LENGTH_MAX),
    kind: name(kind),
    step: step === null ? null : cut(step, MESSAGE_LENGTH_MAX),
    attempt,
    participant: participant === null ? null : name(participant),
    causes,
  };
}

function cut(text: string, lengthMax: number): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;
}

/** One failure for several: the only one itself, or a tree that keeps all of them. */
export function joined(failures: readonly Failure[], step: string | null = null): Failure {
  const [first] = failures;
  if (first !== undefined && failures.length === 1) return first;
  const codes = failures.map(({ code }) => code).join(', ');
  return { ...failure('failed', SEVERAL_FAILED, `${failures.length} failures: ${codes}.`, { causes: bounded(failures) }), step };
}

/** A failure with another one beside it. */
export function alongside(before: Failure, next: Failure): Failure {
  // A cancel stays one, whatever else went wrong while it was carried out.
  if (before.kind === 'cancelled' && before.step === null) return { ...before, causes: bounded([...before.causes, next]) };
  return joined([...(before.code === SEVERAL_FAILED && before.kind === 'failed' ? before.causes : [before]), next]);
}

/** The text of anything that user code can throw. */
export function thrownMessage(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    return 'something that cannot be printed';
  }
}

/** {@link Failure} as an Avro record; the files under `schemas/` carry the same definition. */
export const FAILURE_SCHEMA: AvroSchema = {
  type: 'record',
  name: 'onward.common.Failure',
  doc: 'What went wrong, as a tree: a failure knows the failures that led to it.',
  fields: [
    { name: 'code', type: 'string', doc: "Stable code: the participant's own, or one of the engine's." },
    { name: 'message', type: 'string', doc: 'A sentence for a person.' },
    { name: 'kind', type: 'string', doc: 'rejected, failed, timeout, threw or cancelled.' },
    { name: 'step', type: ['null', 'string'], default: null, doc: 'Step path; null for the saga as a whole.' },
    { name: 'attempt', type: ['null', 'int'], default: null, doc: 'Attempt of the step, from 1 on.' },
    { name: 'participant', type: ['null', 'string'], default: null, doc: 'Who was asked.' },
    {
      name: 'causes',
      type: { type: 'array', items: 'onward.common.Failure' },
      default: [],
      doc: 'Earlier attempts of the same step, or the failed parts of a whole; the oldest first.',
    },
  ],
};
