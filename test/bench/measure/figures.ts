import type { CpuSeconds } from './cpu.js';
import { percentile } from './percentile.js';

/** What one measuring window gave. */
export interface Sample {
  readonly windowMs: number;
  /** One for each saga that ended in the window, unordered. */
  readonly latenciesMs: readonly number[];
  readonly outcomes: Readonly<Record<string, number>>;
  /** CPU seconds used in the window, by process. */
  readonly cpu: CpuSeconds;
  /** Lane transactions in the window, where that is known. */
  readonly lane?: LaneCounts;
}

export interface LaneCounts {
  readonly transactions: number;
  /** Saga transitions in them. */
  readonly transitions: number;
  /** Records written by them. */
  readonly records: number;
}

/** The figures of one saga type at one level. */
export interface Figures {
  readonly saga: string;
  readonly inFlight: number;
  readonly sagas: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly sagasPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuSecondsPerThousandSagas: CpuSeconds & { readonly total: number };
  /** Of the orchestrator's lane, where that is known; the others are means over its transactions. */
  readonly transactionsPerSecond?: number;
  readonly transitionsPerTransaction?: number;
  readonly recordsPerTransaction?: number;
}

/** All samples of one level together: percentiles are taken over every latency, not averaged. */
export function figuresOf(saga: string, inFlight: number, samples: readonly Sample[]): Figures {
  const latencies = Float64Array.from(samples.flatMap((s) => s.latenciesMs)).sort();
  const seconds = sum(samples.map((s) => s.windowMs)) / 1000;
  const cpu = perThousand(addUp(samples.map((s) => s.cpu)), latencies.length);
  const lanes = samples.flatMap((s) => s.lane ?? []);
  const transactions = sum(lanes.map((l) => l.transactions));
  return {
    saga,
    inFlight,
    sagas: latencies.length,
    outcomes: addUp(samples.map((s) => s.outcomes)),
    sagasPerSecond: rounded(latencies.length / seconds),
    p50Ms: rounded(percentile(latencies, 0.5)),
    p99Ms: rounded(percentile(latencies, 0.99)),
    cpuSecondsPerThousandSagas: { ...cpu, total: rounded(sum(Object.values(cpu))) },
    ...(transactions > 0 && {
      transactionsPerSecond: rounded(transactions / seconds),
      transitionsPerTransaction: rounded(sum(lanes.map((l) => l.transitions)) / transactions),
      recordsPerTransaction: rounded(sum(lanes.map((l) => l.records)) / transactions),
    }),
  };
}

/** The suite against the floor at one level. */
export interface Ratio {
  readonly inFlight: number;
  /** Of the floor's sagas per second. */
  readonly throughput: number;
  /** Of the floor's median latency. */
  readonly p50: number;
}

/** One ratio for each level that both have. */
export function ratiosOf(suite: readonly Figures[], floor: readonly Figures[]): Ratio[] {
  return suite.flatMap((s) => {
    const f = floor.find((each) => each.saga === s.saga && each.inFlight === s.inFlight);
    if (f === undefined) return [];
    return [{ inFlight: s.inFlight, throughput: rounded(s.sagasPerSecond / f.sagasPerSecond), p50: rounded(s.p50Ms / f.p50Ms) }];
  });
}

function addUp(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const record of records) for (const [name, value] of Object.entries(record)) total[name] = (total[name] ?? 0) + value;
  return total;
}

function perThousand(cpu: CpuSeconds, sagas: number): CpuSeconds {
  return Object.fromEntries(Object.entries(cpu).map(([name, seconds]) => [name, rounded((seconds * 1000) / sagas)]));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Three significant digits: more would be noise. */
function rounded(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
