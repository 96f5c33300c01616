import type { Violation } from '../checker/evidence.js';
import type { SeedRun } from './seed-run.js';

/** What a worker found in a chunk of seeds. */
export interface ChunkReport {
  readonly seeds: number;
  readonly sagas: number;
  readonly endings: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly failures: readonly SeedFailure[];
}

export interface SeedFailure {
  readonly seed: number;
  readonly violations: readonly Violation[];
}

/** At least so many of a hundred sagas end in either way, or the run says too little. */
const ENDING_SHARE_MIN = 0.05;
/** Fewer seeds than this cannot be asked for every kind of fault. */
const SEEDS_THAT_SHOW_ALL = 200;

/** What has to happen somewhere in a range, on both stages. */
const PLAY = [
  'command delivered twice', 'command delayed', 'command published twice', 'reply sent twice', 'reply delayed', 'participant answers late',
  'participant died between effect and reply', 'participant down', 'participant failed', 'participant rejected', 'do refused after its undo',
  'start repeated', 'start with other content', 'signal sent early', 'signal published twice', 'cancel', 'cancel of an unknown saga', 'poison', 'record astray',
  'stuck notice', 'operator retry', 'operator skip', 'operator edit', 'operator terminate', 'operator cancel', 'operator migrate',
  'deploy', 'input deferred', 'local store lost', 'late commit fenced', 'zombie',
];
const KINDS: Readonly<Record<string, readonly string[]>> = {
  engine: [...PLAY, 'crash', 'crash in a turn', 'crash after the commit', 'zombie in a turn', 'state over its limit', 'deferred input taken'],
  lane: [
    ...PLAY, 'killed', 'killed after-poll', 'killed after-fold', 'killed after-produce', 'killed after-end-txn', 'killed before-store-write', 'killed after-store-write',
    'zombie after-fold', 'zombie after-produce', 'stopped in order', 'local store put back from an old copy', 'network request-lost', 'network answer-lost', 'network late',
    'network request-silent', 'network answer-silent', 'broker refuses for a while', 'leader moved', 'coordinator moved', 'state topic compacted', 'quarantined',
  ],
};

/** Adds up what a range of seeds came to. */
export class Summary {
  seeds = 0;
  sagas = 0;
  readonly endings = new Map<string, number>();
  readonly faults = new Map<string, number>();
  readonly failures: SeedFailure[] = [];

  constructor(readonly stage: string) {}

  add(report: ChunkReport): void {
    this.seeds += report.seeds;
    this.sagas += report.sagas;
    for (const [ending, times] of Object.entries(report.endings)) this.endings.set(ending, (this.endings.get(ending) ?? 0) + times);
    for (const [fault, times] of Object.entries(report.faults)) this.faults.set(fault, (this.faults.get(fault) ?? 0) + times);
    this.failures.push(...report.failures);
  }

  /** What the range as a whole failed to show. */
  get shortcomings(): readonly string[] {
    if (this.seeds < SEEDS_THAT_SHOW_ALL) return [];
    const rare = ['completed', 'compensated'].filter((ending) => (this.endings.get(ending) ?? 0) < this.sagas * ENDING_SHARE_MIN);
    const missing = (KINDS[this.stage] ?? []).filter((kind) => !this.faults.has(kind));
    return [...rare.map((ending) => `fewer than ${ENDING_SHARE_MIN * 100} % of sagas ended ${ending}`), ...missing.map((kind) => `"${kind}" never happened`)];
  }

  line(seconds: number): string {
    const share = (times: number): string => `${((100 * times) / Math.max(1, this.sagas)).toFixed(1)} %`;
    const endings = [...this.endings].sort().map(([ending, times]) => `${ending} ${share(times)}`);
    const faults = [...this.faults].sort().map(([fault, times]) => `${fault} ${times}`);
    return [
      `sim ${this.stage}: ${this.seeds} seeds, each twice`,
      `${this.sagas} sagas`,
      endings.join(', '),
      `${this.failures.length} failed`,
      `faults: ${faults.join(', ')}`,
      `${seconds.toFixed(1)} s`,
      `${(this.seeds / seconds).toFixed(1)} seeds/s`,
    ].join('; ');
  }
}

/** The report of runs, as it goes from process to process. */
export function reportOf(runs: readonly SeedRun[], failures: readonly SeedFailure[]): ChunkReport {
  const endings: Record<string, number> = {};
  const faults: Record<string, number> = {};
  for (const run of runs) {
    for (const [ending, times] of Object.entries(run.endings)) endings[ending] = (endings[ending] ?? 0) + times;
    for (const [fault, times] of run.faults) faults[fault] = (faults[fault] ?? 0) + times;
  }
  return { seeds: runs.length, sagas: runs.reduce((sum, { sagas }) => sum + sagas, 0), endings, faults, failures };
}
