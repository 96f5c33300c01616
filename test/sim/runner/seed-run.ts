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
