/**
 * Samples of each stage. Each is short, so that most are neither interrupted by a neighbour on the machine nor hit by a
 * collection of garbage, and the median of so many is not moved by those that are.
 */
const SAMPLES = 2_000;
/** Runs of every case in one sample. */
const ROUNDS = 2;
const WARM_UP_MS = 1_500;

/**
 * Median microseconds of one run of an operation, over many samples of one run for every case.
 *
 * @param prepare - makes what a sample needs, outside of its time
 */
export function medianUs<Case, Ready>(cases: readonly Case[], prepare: (one: Case) => Ready, run: (ready: Ready) => unknown): number {
  const sample = (): number => {
    const ready = Array.from({ length: ROUNDS }, () => cases.map(prepare)).flat();
    const begin = process.hrtime.bigint();
    for (const one of ready) kept = run(one);
    return Number(process.hrtime.bigint() - begin) / ready.length / 1000;
  };
  const until = performance.now() + WARM_UP_MS;
  while (performance.now() < until) sample();
  const samples = Array.from({ length: SAMPLES }, sample).sort((a, b) => a - b);
  return samples[SAMPLES / 2] ?? Number.NaN;
}

/** Results are kept, so that no work can be left out as unused. */
export let kept: unknown;
