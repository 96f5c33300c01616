import { timestamp } from '../text/time.js';

/** A saga in one line. */
export interface SagaSummary {
  readonly sagaId: string;
  /** Name of its saga type, and the version of its plan. */
  readonly sagaType: string;
  readonly planVersion: number;
  readonly status: 'running' | 'compensating' | 'stuck' | 'completed' | 'compensated' | (string & {});
  /** How it ended; null while it goes on. */
  readonly outcome: string | null;
  readonly updatedAt: string;
}

const CLOSED = /\.ClosedSaga$/;
/** A snapshot's record names the saga type and its version: `onward.orders.state.PlaceOrderV1`. */
const SNAPSHOT = /\.state\.(\w+?)V(\d+)$/;

/**
 * The summary of a value of a state topic, given the name of the record it was written as.
 * Read by name of field: snapshots have a schema for each saga type, which this program need not know.
 *
 * @returns undefined for a record that is no saga's state
 */
export function summaryOf(recordName: string, value: Readonly<Record<string, unknown>>): SagaSummary | undefined {
  const [, words, version] = SNAPSHOT.exec(recordName) ?? [];
  if (words === undefined && !CLOSED.test(recordName)) return undefined;
  const common = { sagaId: String(value['sagaId']), updatedAt: new Date(Number(value['lastAt']) / 1000).toISOString() };
  if (words === undefined) {
    const outcome = String(value['outcome']);
    return { ...common, sagaType: String(value['sagaType']), planVersion: Number(value['planVersion']), status: outcome, outcome };
  }
  const status = value['stuck'] !== null ? 'stuck' : value['compensating'] !== null ? 'compensating' : 'running';
  return { ...common, sagaType: dashed(words), planVersion: Number(version), status, outcome: null };
}

/** Cells of a table row. */
export function summaryCells(summary: SagaSummary): string[] {
  return [summary.sagaId, `${summary.sagaType} v${summary.planVersion}`, summary.status, summary.outcome ?? '-', timestamp(Date.parse(summary.updatedAt))];
}

/** `PlaceOrder` → `place-order`. */
function dashed(words: string): string {
  return words.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
}
