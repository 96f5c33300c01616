import { Backoff } from '../connection/backoff.js';
import { KafkaApiError, KafkaConnectionError } from '../connection/kafka-error.js';
import { verdictOf, type ProducerApi, type Verdict } from './error-policy.js';

/** Pauses between tries. The first is short: the markers of the last transaction are mostly written within a millisecond. */
const PAUSE_MIN_MS = 1;
const PAUSE_MAX_MS = 200;

/** Why a request, or one partition of it, did not succeed. */
export interface Failure {
  readonly verdict: Verdict;
  readonly cause: unknown;
  /** No answer came, or one that does not say what was done: the request may have taken effect. */
  readonly unclear: boolean;
}

/** From least to most severe: the most severe failure of a transaction decides. */
const SEVERITY: readonly Verdict[] = ['retry', 'relocate', 'abort', 'refuse', 'fenced', 'reopen'];

export function mostSevere(failures: readonly Failure[]): Failure | undefined {
  const rank = ({ verdict }: Failure): number => SEVERITY.indexOf(verdict);
  return failures.reduce<Failure | undefined>((worst, each) => (worst === undefined || rank(each) > rank(worst) ? each : worst), undefined);
}

export function isTemporary({ verdict }: Failure): boolean {
  return verdict === 'retry' || verdict === 'relocate';
}

/** A request that is given up. */
export class AttemptsFailed extends Error {
  constructor(
    readonly failure: Failure,
    /** The last or an earlier try may have taken effect. */
    readonly unclear: boolean,
  ) {
    super((failure.cause as Error).message, { cause: failure.cause });
  }
}

/** The failure that a thrown error stands for: of the request itself or of looking up where to send it. */
export function failureOf(api: ProducerApi, error: unknown): Failure {
  if (error instanceof KafkaConnectionError) return { verdict: 'relocate', cause: error, unclear: true };
  if (error instanceof KafkaApiError) return failureOfCode(api, error.brokerCode, error);
  return { verdict: 'reopen', cause: error, unclear: true };
}

/** The failure that an error code of an answer stands for. */
export function failureOfCode(api: ProducerApi, code: number, cause: unknown): Failure {
  return { verdict: verdictOf(api, code), cause, unclear: UNCLEAR_CODES.has(code) };
}

/** UNKNOWN_SERVER_ERROR and REQUEST_TIMED_OUT. */
const UNCLEAR_CODES: ReadonlySet<number> = new Set([-1, 7]);

export interface Attempts<T> {
  /** One try; `relocate` when the last one was sent to the wrong broker or lost. */
  attempt: (relocate: boolean) => Promise<T | Failure>;
  /** Milliseconds on the clock of `performance.now()` after which there is no other try. */
  deadlineMs: number;
}

/**
 * Tries until it succeeds, fails for good, or the deadline has passed.
 *
 * @returns the result and the number of tries
 * @throws AttemptsFailed
 */
export async function untilDone<T extends object>({ attempt, deadlineMs }: Attempts<T>): Promise<{ result: T; tries: number }> {
  const backoff = new Backoff(PAUSE_MIN_MS, PAUSE_MAX_MS);
  let relocate = false;
  let unclear = false;
  for (let tries = 1; ; tries++) {
    const result = await attempt(relocate);
    if (!('verdict' in result)) return { result, tries };
    unclear ||= result.unclear;
    if (!isTemporary(result) || performance.now() > deadlineMs) throw new AttemptsFailed(result, unclear);
    relocate = result.verdict === 'relocate';
    await backoff.wait();
  }
}
