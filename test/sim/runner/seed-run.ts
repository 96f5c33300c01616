import type { SagaState } from '@onward/saga';
import type { Violation } from '../checker/evidence.js';

/** What one run of one seed came to. */
export interface SeedRun {
  readonly seed: string;
  readonly traceHash: string;
  readonly violations: readonly Violation[];
  readonly sagas: number;
  /** How many sagas ended how. */
  readonly endings: Readonly<Record<string, number>>;
  /** Faults and other events by kind. */
  readonly faults: ReadonlyMap<string, number>;
  readonly lines: readonly string[];
}

/** How many sagas ended how. */
export function endingsOf(states: readonly SagaState[]): SeedRun['endings'] {
  const endings: Record<string, number> = {};
  for (const state of states) if (state.kind === 'closed') endings[state.outcome] = (endings[state.outcome] ?? 0) + 1;
  return endings;
}
