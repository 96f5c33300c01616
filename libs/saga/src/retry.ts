import { durationMs, type Duration } from './duration.js';
import { SagaDefinitionError } from './errors.js';
import { unitHash } from './hash.js';

/** A retry policy as it is written in a definition. */
export interface RetryOptions {
  /** How often the command is sent at most, the first time included. */
  readonly attempts: number | 'forever';
  /** Pause after the first attempt. */
  readonly firstDelay: Duration;
  /** What the pause is multiplied with after every attempt. */
  readonly factor: number;
  /** The longest pause. */
  readonly maxDelay: Duration;
  /** The share of a pause that is left to chance, 0 to 1: 0.2 makes it 80 % to 100 % of its length. */
  readonly jitter: number;
  /** How long an attempt may go without a reply before its outcome counts as unknown. */
  readonly attemptTimeout: Duration;
  /** How long all attempts may take together, from the sending of the first. */
  readonly deadline?: Duration;
  /** Failure codes after which trying again is pointless. */
  readonly final?: readonly string[];
}

/** A retry policy as a plan holds it: data, times in milliseconds. */
export interface RetryPolicy {
  readonly attempts: number | 'forever';
  readonly firstDelayMs: number;
  readonly factor: number;
  readonly maxDelayMs: number;
  readonly jitter: number;
  readonly attemptTimeoutMs: number;
  readonly deadlineMs: number | null;
  readonly final: readonly string[];
}

const backoff = { firstDelay: '1s', factor: 2, maxDelay: '1m', jitter: 0.2, attemptTimeout: '30s' } as const;

/**
 * Ready policies. Spread one to change a part: `{ ...retry.standard, attempts: 3 }`. What a certain provider needs is a policy
 * with its name, kept beside the sagas that use it:
 *
 * ```ts
 * // Answers slowly on the first of the month; a closed account stays closed.
 * export const bankTransfer = { ...retry.patient, attemptTimeout: '2m', final: ['ACCOUNT_CLOSED'] } as const satisfies RetryOptions;
 * ```
 */
export const retry = {
  /** A single attempt of half a minute. */
  once: { ...backoff, attempts: 1 },
  /** Five attempts within about three minutes: what a step before the pivot gets when nothing is said. */
  standard: { ...backoff, attempts: 5 },
  /** As often as fits into a day: for a participant that may be away for hours. */
  patient: { ...backoff, attempts: 'forever', maxDelay: '5m', deadline: '24h' },
  /** Never gives up: what undos, and steps from the pivot on, get when nothing is said. */
  untilDone: { ...backoff, attempts: 'forever', maxDelay: '5m' },
} as const satisfies Readonly<Record<string, RetryOptions>>;

/**
 * Checks a written policy and turns it into data.
 *
 * @param owner - whose policy it is, for the error's sentence, such as `Step "ship"`
 * @throws SagaDefinitionError `SAGA_RETRY_INVALID`, `SAGA_TIMEOUT_EXCEEDS_DEADLINE`, `SAGA_DURATION_INVALID`
 */
export function retryPolicy(options: RetryOptions, owner: string): RetryPolicy {
  const policy: RetryPolicy = {
    attempts: options.attempts,
    firstDelayMs: durationMs(options.firstDelay),
    factor: options.factor,
    maxDelayMs: durationMs(options.maxDelay),
    jitter: options.jitter,
    attemptTimeoutMs: durationMs(options.attemptTimeout),
    deadlineMs: options.deadline === undefined ? null : durationMs(options.deadline),
    final: [...(options.final ?? [])],
  };
  const refuse = (what: string): never => {
    throw new SagaDefinitionError('SAGA_RETRY_INVALID', `${owner}: ${what}`);
  };
  if (policy.attempts !== 'forever' && !(Number.isSafeInteger(policy.attempts) && policy.attempts >= 1)) {
    refuse('attempts must be a whole number from 1 on, or "forever".');
  }
  if (!(policy.factor >= 1 && Number.isFinite(policy.factor))) refuse('factor must be 1 or more.');
  if (!(policy.jitter >= 0 && policy.jitter <= 1)) refuse('jitter must lie between 0 and 1.');
  if (policy.maxDelayMs < policy.firstDelayMs) refuse('maxDelay must not be shorter than firstDelay.');
  if (policy.deadlineMs !== null && policy.attemptTimeoutMs > policy.deadlineMs) {
    throw new SagaDefinitionError(
      'SAGA_TIMEOUT_EXCEEDS_DEADLINE',
      `${owner}: one attempt may take ${options.attemptTimeout} but all together only ${options.deadline}: ` +
        'shorten attemptTimeout or lengthen deadline.',
    );
  }
  return policy;
}

/**
 * The pause after an attempt: `firstDelay × factor^(attempt − 1)`, at most `maxDelay`, less its jitter. The jitter is
 * derived from the idempotency key and the attempt, so that deciding again gives the same pause.
 */
export function retryDelayMs(policy: RetryPolicy, idempotencyKey: string, attempt: number): number {
  let delayMs = policy.firstDelayMs;
  for (let n = 1; n < attempt && delayMs < policy.maxDelayMs && policy.factor > 1; n += 1) delayMs *= policy.factor;
  const share = 1 - policy.jitter * unitHash(`${idempotencyKey}#${attempt}`);
  return Math.max(1, Math.round(Math.min(delayMs, policy.maxDelayMs) * share));
}
