import { parseArgs } from 'node:util';

export const SUBJECTS = ['floor', 'three-steps', 'place-order'] as const;
export type Subject = (typeof SUBJECTS)[number];

export interface BenchOptions {
  readonly json: boolean;
  readonly subjects: readonly Subject[];
  readonly levels: readonly number[];
  /** How often every level of every subject is measured. */
  readonly rounds: number;
  /** Load at each of a few levels before the first of them is measured. */
  readonly firstWarmUpMs: number;
  /** Load before each measuring window. */
  readonly warmUpMs: number;
  readonly windowMs: number;
}

export class UsageError extends Error {}

export const USAGE = `npm run bench [-- options]
  --json        print figures as JSON, not as tables
  --quick       short windows: a look, not a measurement
  --only NAME   only one of ${SUBJECTS.join(', ')}
Progress goes to stderr, figures to stdout.`;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): BenchOptions {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false }, only: { type: 'string' } },
    }));
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
  const subjects = values.only === undefined ? SUBJECTS : SUBJECTS.filter((name) => name === values.only);
  if (subjects.length === 0) throw new UsageError(`--only must be one of ${SUBJECTS.join(', ')}.`);
  const length = values.quick ? { rounds: 1, firstWarmUpMs: 5_000, warmUpMs: 1_000, windowMs: 4_000 } : { rounds: 2, firstWarmUpMs: 15_000, warmUpMs: 3_000, windowMs: 10_000 };
  return { json: values.json, subjects, levels: [1, 10, 100, 400], ...length };
}
