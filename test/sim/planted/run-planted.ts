import { Worker } from '../runner/range.js';
import { BUGS, type Bug } from './bugs.js';

/** A bug has to be found within so many seeds. */
const SEEDS_MAX = 200;
/** A bug that keeps the engine busy for ever must not keep the hunt: it takes seconds. */
const HUNT_MS_MAX = 180_000;

interface Found {
  readonly bug: Bug;
  /** How many seeds it took; `null` when it was not found. */
  readonly seeds: number | null;
  readonly rule: string;
  readonly text: string;
}

/** Plants each bug in a process of its own and looks whether the checker finds it. @returns the exit code */
export async function runPlanted(workers: number, only: string | undefined): Promise<number> {
  const bugs = BUGS.filter(({ name }) => only === undefined || name === only);
  const left = [...bugs];
  const found = new Map<Bug, Found>();
  const work = async (): Promise<void> => {
    for (let bug = left.shift(); bug !== undefined; bug = left.shift()) {
      const result = await hunt(bug);
      found.set(bug, result);
      console.log(row(result));
    }
  };
  console.log(`| planted bug | seeds | found by | what it said |\n|---|---|---|---|`);
  await Promise.all(Array.from({ length: workers }, work));
  const missed = [...found.values()].filter(({ seeds }) => seeds === null);
  console.log(`sim planted: ${bugs.length - missed.length} of ${bugs.length} bugs found within ${SEEDS_MAX} seeds${missed.length > 0 ? `; missed: ${missed.map(({ bug }) => bug.name).join(', ')}` : ''}`);
  return missed.length > 0 || bugs.length === 0 ? 1 : 0;
}

async function hunt(bug: Bug): Promise<Found> {
  const worker = new Worker({ ONWARD_SIM_PLANTED: JSON.stringify(bug.changes) });
  const limit = setTimeout(() => worker.kill(), HUNT_MS_MAX);
  try {
    const report = await worker.ask({ stage: bug.stage, from: 1, count: SEEDS_MAX, stopAtFirst: true });
    const [failure] = report.failures;
    const [violation] = failure?.violations ?? [];
    return { bug, seeds: failure === undefined ? null : report.seeds, rule: violation?.rule ?? '-', text: violation?.text ?? '-' };
  } catch (error) {
    return { bug, seeds: null, rule: '-', text: (error as Error).message };
  } finally {
    clearTimeout(limit);
    worker.end();
  }
}

function row({ bug, seeds, rule, text }: Found): string {
  const said = text.replaceAll(/\s+/g, ' ').replaceAll('|', '/');
  return `| ${bug.name} | ${seeds ?? 'NOT FOUND'} | ${rule} | ${said.length > 110 ? `${said.slice(0, 109)}…` : said} |`;
}
