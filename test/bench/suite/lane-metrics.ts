import type { LaneCounts } from '../measure/figures.js';

/** The orchestrator's counters, by what they count. */
const COUNTERS: Readonly<Record<keyof LaneCounts, string>> = {
  transactions: 'onward_lane_transactions_total',
  transitions: 'onward_orchestrator_transitions_total',
  records: 'onward_lane_transaction_records_sum',
};

/** Reads the lane's counters from a service's metrics endpoint (Prometheus text format 0.0.4). */
export async function readLaneCounts(serviceUrl: string, token: string): Promise<LaneCounts> {
  const response = await fetch(`${serviceUrl}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(`The orchestrator's metrics answered with status ${response.status}.`);
  const text = await response.text();
  return Object.fromEntries(Object.entries(COUNTERS).map(([name, metric]) => [name, counterOf(text, metric)])) as unknown as LaneCounts;
}

/** What was counted from one reading to the next. */
export function laneBetween(before: LaneCounts, after: LaneCounts): LaneCounts {
  return { transactions: after.transactions - before.transactions, transitions: after.transitions - before.transitions, records: after.records - before.records };
}

/** The sum over all of a counter's label sets. */
function counterOf(text: string, metric: string): number {
  const lines = text.split('\n').filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
  return lines.reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
