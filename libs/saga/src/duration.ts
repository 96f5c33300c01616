import { SagaDefinitionError } from './errors.js';

/** A length of time as people write it: `250ms`, `30s`, `5m`, `24h`, `30d`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Ten years: nothing a saga waits for is further away, and the times it records stay within what Avro's can hold. */
const DURATION_MS_MAX = 3_650 * 86_400_000;

/**
 * Milliseconds of a {@link Duration}.
 *
 * @throws SagaDefinitionError `SAGA_DURATION_INVALID` for anything else than a positive number and a unit, and for more than ten years
 */
export function durationMs(duration: Duration): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration);
  const ms = match ? Math.round(Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? 0)) : 0;
  if (ms <= 0 || !(ms <= DURATION_MS_MAX)) {
    throw new SagaDefinitionError(
      'SAGA_DURATION_INVALID',
      `"${duration}" is not a length of time: write a positive number and one of ms, s, m, h, d, such as "30s"; at most "3650d".`,
    );
  }
  return ms;
}
