import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Summary, type ChunkReport } from './summary.js';

const RUN = fileURLToPath(new URL('../run.mjs', import.meta.url));
/** Seeds that a worker gets at a time. */
const CHUNK = 20;

export type StageName = 'engine' | 'lane';

/** What a worker is asked for. */
export interface Chunk {
  readonly stage: StageName;
  readonly from: number;
  readonly count: number;
  /** It stops at the first seed that breaks a rule. */
  readonly stopAtFirst: boolean;
}

export interface RangeOptions {
  readonly stage: StageName;
  readonly from: number;
  readonly seeds: number;
  readonly workers: number;
}

/** Runs a range of seeds over worker processes. */
export async function runRange({ stage, from, seeds, workers }: RangeOptions, progress: (summary: Summary) => void): Promise<Summary> {
  const summary = new Summary(stage);
  let next = from;
  const work = async (): Promise<void> => {
    const worker = new Worker({});
    try {
      while (next < from + seeds) {
        const chunk: Chunk = { stage, from: next, count: Math.min(CHUNK, from + seeds - next), stopAtFirst: false };
        next += chunk.count;
        summary.add(await worker.ask(chunk));
        progress(summary);
      }
    } finally {
      worker.end();
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return summary;
}

/** A process that runs chunks of seeds. */
export class Worker {
  private readonly child: ChildProcess;

  /** @param env is set for it, beside this process's own */
  constructor(env: Readonly<Record<string, string>>) {
    this.child = fork(RUN, ['--worker'], { execArgv: ['--max-semi-space-size=64'], env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  ask(chunk: Chunk): Promise<ChunkReport> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`A worker ended with ${code} at seeds ${chunk.from} to ${chunk.from + chunk.count - 1}.`));
      this.child.once('exit', ended);
      this.child.once('message', (report) => {
        this.child.off('exit', ended);
        resolve(report as ChunkReport);
      });
      this.child.send(chunk);
    });
  }

  /** Ends it in the middle of whatever it does; what was asked of it fails. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  end(): void {
    if (this.child.connected) this.child.disconnect();
  }
}
