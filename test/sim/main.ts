import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { runPlanted } from './planted/run-planted.js';
import { runRange, type StageName } from './runner/range.js';
import { runSeed, serve } from './runner/worker.js';

const USAGE = `Usage: npm run sim -- --seed N                    replays one seed with its trace
       npm run sim -- --seeds N [--from M] [--workers K]  runs a range
       npm run sim -- --planted [--bug NAME]              shows that planted bugs are found
       --stage lane|engine   the whole lane on the Kafka twin, or the engine alone (default lane)`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(Math.max(1, Math.min(8, availableParallelism()))) },
    stage: { type: 'string', default: 'lane' },
    planted: { type: 'boolean', default: false },
    bug: { type: 'string' },
    worker: { type: 'boolean', default: false },
  },
});

if (values.worker) serve();
else process.exitCode = await main();

async function main(): Promise<number> {
  const { stage } = values;
  if (stage !== 'engine' && stage !== 'lane') {
    console.error(USAGE);
    return 2;
  }
  if (values.planted) return runPlanted(whole(values.workers), values.bug);
  if (values.seed !== undefined) return replay(stage, whole(values.seed));
  if (values.seeds !== undefined) return range(stage, whole(values.seeds));
  console.error(USAGE);
  return 2;
}

async function replay(stage: StageName, seed: number): Promise<number> {
  const run = await runSeed(stage, seed, true);
  for (const line of run.lines) console.log(line);
  for (const { rule, sagaId, text } of run.violations) console.log(`VIOLATION ${rule} ${sagaId ?? ''}: ${text}`);
  console.log(`seed ${seed}, commit ${commit()}, stage ${stage}: ${run.sagas} sagas, ${run.violations.length} violations`);
  return run.violations.length > 0 ? 1 : 0;
}

async function range(stage: StageName, seeds: number): Promise<number> {
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  let told = 0;
  const summary = await runRange({ stage, from: whole(values.from), seeds, workers: whole(values.workers) }, (so) => {
    if (seconds() < told + 10) return;
    told = seconds();
    console.error(`${so.seeds} of ${seeds} seeds, ${so.failures.length} failed, ${told.toFixed(0)} s`);
  });
  for (const { seed, violations } of summary.failures.slice(0, 20)) {
    console.log(`FAILED seed ${seed}, commit ${commit()}: npm run sim -- --stage ${stage} --seed ${seed}`);
    for (const { rule, sagaId, text } of violations) console.log(`  ${rule} ${sagaId ?? ''}: ${text}`);
  }
  for (const shortcoming of summary.shortcomings) console.log(`FAILED the range: ${shortcoming}`);
  console.log(summary.line(seconds()));
  return summary.failures.length > 0 || summary.shortcomings.length > 0 ? 1 : 0;
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`"${text}" is not a whole number.\n${USAGE}`);
  return number;
}

function commit(): string {
  try {
    const changed = execFileSync('git', ['status', '--porcelain', '--untracked-files=no'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }) !== '';
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() + (changed ? ' with changes' : '');
  } catch {
    return 'unknown';
  }
}
