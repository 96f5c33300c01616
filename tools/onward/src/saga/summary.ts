import { parseSnapshotName, snapshotHead, type SagaStatus, type SnapshotHeadRecord } from '@onward/saga';
import { timestamp } from '../text/time.js';

/** A saga in one line. */
export interface SagaSummary {
  readonly sagaId: string;
  /** Name of its saga type, and the version of its plan. */
  readonly sagaType: string;
  readonly planVersion: number;
  readonly status: SagaStatus | (string & {});
  /** How it ended; null while it goes on. */
  readonly outcome: string | null;
  /** Inputs that wait for an orchestrator that has the version of its plan. */
  readonly deferred: number;
  readonly updatedAt: string;
}

const CLOSED = /\.ClosedSaga$/;

/**
 * The summary of a value of a state topic, given the name of the record it was written as.
 * Read by name of field: snapshots have a schema for each saga type, which this program need not know.
 *
 * @returns undefined for a record that is no saga's state
 */
export function summaryOf(recordName: string, value: Readonly<Record<string, unknown>>): SagaSummary | undefined {
  if (CLOSED.test(recordName)) {
    const outcome = String(value['outcome']);
    const updatedAt = new Date(Number(value['lastAt']) / 1000).toISOString();
    return { sagaId: String(value['sagaId']), sagaType: String(value['sagaType']), planVersion: Number(value['planVersion']), status: outcome, outcome, deferred: 0, updatedAt };
  }
  if (parseSnapshotName(recordName) === undefined) return undefined;
  const { sagaId, sagaType, planVersion, status, deferred, lastAtMs } = snapshotHead(recordName, value as unknown as SnapshotHeadRecord);
  return { sagaId, sagaType, planVersion, status, outcome: null, deferred, updatedAt: new Date(lastAtMs).toISOString() };
}

/** Cells of a table row. */
export function summaryCells({ sagaId, sagaType, planVersion, status, outcome, deferred, updatedAt }: SagaSummary): string[] {
  const waiting = deferred === 0 ? '' : ` (${deferred} put aside)`;
  return [sagaId, `${sagaType} v${planVersion}`, `${status}${waiting}`, outcome ?? '-', timestamp(Date.parse(updatedAt))];
}
