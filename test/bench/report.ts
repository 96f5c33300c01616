import type { Figures, Ratio } from './measure/figures.js';
import type { Machine } from './measure/machine.js';
import type { RecordSizes } from './floor/settings.js';

export interface BenchReport {
  readonly measuredAt: string;
  readonly machine: Machine;
  /** Mean bytes of a record's value and headers in `three-steps`, by kind; the floor's records weigh the same. */
  readonly recordSizes: RecordSizes;
  readonly suite: readonly Figures[];
  readonly floor: readonly Figures[];
  readonly ratio: readonly Ratio[];
}

/** The report as tables for a terminal. */
export function asText(report: BenchReport): string {
  const { machine, measuredAt, recordSizes, suite, floor, ratio } = report;
  const sections = [
    `${measuredAt}, ${machine.cpus} x ${machine.cpuModel}, ${machine.memoryGiB} GiB, Linux ${machine.kernel}, Node ${machine.node}`,
    ...[...new Set(suite.map((f) => f.saga))].map((saga) => `suite, ${saga}\n${figuresTable(suite.filter((f) => f.saga === saga))}`),
    ...(floor.length > 0 ? [`floor, three-steps\n${figuresTable(floor)}`] : []),
    ...(ratio.length > 0 ? [`suite to floor, three-steps\n${ratioTable(ratio)}`] : []),
    `bytes a record: ${Object.entries(recordSizes).map(([kind, bytes]) => `${kind.replace('Bytes', '')} ${bytes}`).join(', ')}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function figuresTable(figures: readonly Figures[]): string {
  const processes = Object.keys(figures[0]?.cpuSecondsPerThousandSagas ?? {}).filter((name) => name !== 'total');
  return table([
    ['in flight', 'sagas/s', 'p50 ms', 'p99 ms', 'tx/s', 'transitions/tx', 'records/tx', 'CPU s/1000', ...processes],
    ...figures.map((f) => [
      f.inFlight,
      f.sagasPerSecond,
      f.p50Ms,
      f.p99Ms,
      f.transactionsPerSecond,
      f.transitionsPerTransaction,
      f.recordsPerTransaction,
      f.cpuSecondsPerThousandSagas.total,
      ...processes.map((name) => f.cpuSecondsPerThousandSagas[name]),
    ]),
  ]);
}

function ratioTable(ratios: readonly Ratio[]): string {
  return table([['in flight', 'throughput', 'p50'], ...ratios.map((r) => [r.inFlight, `${Math.round(r.throughput * 100)} %`, `${r.p50}x`])]);
}

function table(rows: readonly (readonly (string | number | undefined)[])[]): string {
  const texts = rows.map((row) => row.map((cell) => (cell === undefined ? '' : String(cell))));
  const widths = (texts[0] ?? []).map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  return texts.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')).join('\n');
}
