/** Samples of each stage; the median of so many is not moved by a collection of garbage or a neighbour on the machine. */
const SAMPLES = 200;
const WARM_UP_MS = 1_500;

/**
 * Median microseconds of one run of an operation, over many samples of one run for every case.
 *
 * @param prepare - makes what a sample needs, outside of its time
 */
export function medianUs<Case, Ready>(cases: readonly Case[], prepare: (one: Case) => Ready, run: (ready: Ready) => unknown): number {
  const sample = (): number => {
    const rounds = 10;
    const ready = Array.from({ length: rounds }, () => cases.map(prepare)).flat();
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
