import { SagaHistoryError } from '../errors.js';
import { ENGINE_VERSION } from '../events.js';
import type { SagaStatus } from '../state.js';
import type { Origin, Transition } from '../transition.js';
import { micros, millis } from './codec.js';
import { parseSnapshotName } from './snapshot-name.js';
import type { SnapshotHeadRecord } from './snapshot-record.js';

/** What can be known of a running saga without its plan. Times are epoch milliseconds. */
export interface SnapshotHead {
  readonly sagaId: string;
  readonly domain: string;
  readonly sagaType: string;
  readonly planVersion: number;
  readonly sequence: number;
  readonly startedAtMs: number;
  readonly lastAtMs: number;
  readonly startHash: Uint8Array;
  readonly commandIds: readonly string[];
  readonly status: SagaStatus;
  /** How many inputs are put aside. */
  readonly deferred: number;
}

/**
 * The head of a snapshot.
 *
 * @param recordName - Avro full name of the record it was written as
 * @param snapshot - what decoding by the writer's schema gave
 * @throws SagaHistoryError `SAGA_SNAPSHOT_INVALID` when that is no snapshot
 */
export function snapshotHead(recordName: string, snapshot: SnapshotHeadRecord): SnapshotHead {
  const name = parseSnapshotName(recordName);
  const { sagaId, sequence, startedAt, lastAt, startHash, commandIds, deferred, compensating, stuck } = snapshot;
  if (name === undefined || !Array.isArray(deferred)) {
    throw new SagaHistoryError('SAGA_SNAPSHOT_INVALID', `A ${recordName} is no snapshot of a running saga.`);
  }
  return {
    sagaId,
    ...name,
    sequence,
    startedAtMs: millis(startedAt),
    lastAtMs: millis(lastAt),
    startHash,
    commandIds,
    status: stuck !== null ? 'stuck' : compensating !== null ? 'compensating' : 'running',
    deferred: deferred.length,
  };
}

/**
 * Puts an input aside for an owner that has the saga's plan.
 *
 * @param snapshot - what decoding by the writer's schema gave; what is returned must be encoded by that schema again
 * @param input - the input's record, in whatever form the caller will read it in later
 * @param origin - where the input stood
 */
export function deferInput<S extends SnapshotHeadRecord>(
  recordName: string,
  snapshot: S,
  input: Uint8Array,
  nowMs: number,
  origin: Origin,
): { readonly snapshot: S; readonly transition: Transition } {
  const { sagaId, sagaType, planVersion, lastAtMs, ...head } = snapshotHead(recordName, snapshot);
  const sequence = head.sequence + 1;
  const atMs = Math.max(nowMs, lastAtMs);
  return {
    snapshot: { ...snapshot, sequence, lastAt: micros(atMs), deferred: [...snapshot.deferred, input] },
    transition: {
      sagaId,
      sagaType,
      planVersion,
      engineVersion: ENGINE_VERSION,
      sequence,
      atMs,
      cause: { kind: 'deferral', origin },
      events: [{ kind: 'InputDeferred', record: input }],
    },
  };
}
