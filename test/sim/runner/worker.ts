import type { Chunk, StageName } from './range.js';
import { runEngineSeed } from './run-engine.js';
import type { SeedRun } from './seed-run.js';
import { reportOf, type ChunkReport, type SeedFailure } from './summary.js';

/** Runs one seed on a stage. */
export async function runSeed(stage: StageName, seed: number, reading: boolean): Promise<SeedRun> {
  if (stage === 'engine') return runEngineSeed(String(seed), reading);
  const { runLaneSeed } = await import('./run-lane.js');
  return runLaneSeed(String(seed), reading);
}

/** Runs one seed twice: a run that cannot be repeated proves nothing. */
export async function runTwice(stage: StageName, seed: number): Promise<SeedRun> {
  const run = await runSeed(stage, seed, false);
  if (run.violations.length > 0) return run;
  const again = await runSeed(stage, seed, false);
  if (again.traceHash === run.traceHash) return run;
  return { ...run, violations: [{ rule: 'REPEAT', sagaId: null, text: `The same seed ran differently: ${run.traceHash} and ${again.traceHash}.` }] };
}

async function runChunk({ stage, from, count, stopAtFirst }: Chunk): Promise<ChunkReport> {
  const runs: SeedRun[] = [];
  const failures: SeedFailure[] = [];
  for (let seed = from; seed < from + count; seed += 1) {
    const run = await runTwice(stage, seed);
    runs.push(run);
    if (run.violations.length > 0) failures.push({ seed, violations: run.violations.slice(0, 5) });
    if (stopAtFirst && failures.length > 0) break;
  }
  return reportOf(runs, failures);
}

/** Serves chunks until the parent lets go. */
export function serve(): void {
  // Errors are part of the play here; nobody reads where they come from.
  Error.stackTraceLimit = 2;
  process.on('message', (chunk: Chunk) => {
    void runChunk(chunk).then((report) => process.send?.(report));
  });
  process.once('disconnect', () => process.exit(0));
}
