import type { TypedValue } from '../contract.js';
import { SagaHistoryError } from '../errors.js';
import type { Failure } from '../failure.js';
import { recordOf, type Plan } from '../plan/plan.js';
import type { ClosedSaga, SagaEnd } from '../state.js';
import { micros, millis, type ValueCodec } from './codec.js';

/** How a saga can end. */
const ENDS: readonly SagaEnd[] = ['completed', 'compensated', 'terminated'];

/** `onward.orders.ClosedSaga`: what stays in the state topic of a saga that has ended. Times are epoch microseconds. */
export interface ClosedSagaRecord {
  readonly sagaId: string;
  readonly sagaType: string;
  readonly planVersion: number;
  readonly sequence: number;
  readonly startedAt: number;
  readonly closedAt: number;
  readonly lastAt: number;
  readonly startHash: Uint8Array;
  readonly commandIds: readonly string[];
  readonly outcome: string;
  readonly result: Uint8Array | null;
  readonly resultType: string | null;
  readonly failure: Failure | null;
}

/**
 * An ended saga as its marker.
 *
 * @param plan - the plan it ran on, which knows the result's record
 */
export function toMarker(plan: Plan, state: ClosedSaga, codec: Pick<ValueCodec, 'encode'>): ClosedSagaRecord {
  return {
    sagaId: state.sagaId,
    sagaType: state.sagaType,
    planVersion: state.planVersion,
    sequence: state.sequence,
    startedAt: micros(state.startedAtMs),
    closedAt: micros(state.closedAtMs),
    lastAt: micros(state.lastAtMs),
    startHash: state.startHash,
    commandIds: state.commandIds,
    outcome: state.outcome,
    ...toResult(plan, state.result, codec),
    failure: state.failure,
  };
}

/**
 * The ended saga that a marker holds.
 *
 * @throws SagaHistoryError `SAGA_SNAPSHOT_INVALID` when it ended in a way this engine does not know
 */
export function fromMarker(marker: ClosedSagaRecord, codec: Pick<ValueCodec, 'decode'>): ClosedSaga {
  const { sagaId } = marker;
  const outcome = ENDS.find((end) => end === marker.outcome);
  if (outcome === undefined) {
    const text = `Saga ${sagaId} ended as "${marker.outcome}", which this engine does not know: use a newer release.`;
    throw new SagaHistoryError('SAGA_SNAPSHOT_INVALID', text);
  }
  return {
    kind: 'closed',
    sagaId,
    sagaType: marker.sagaType,
    planVersion: marker.planVersion,
    sequence: marker.sequence,
    startedAtMs: millis(marker.startedAt),
    closedAtMs: millis(marker.closedAt),
    lastAtMs: millis(marker.lastAt),
    startHash: marker.startHash,
    commandIds: marker.commandIds,
    outcome,
    result: marker.result === null ? null : codec.decode(marker.result),
    failure: marker.failure,
  };
}

/** A saga's result as records hold it. */
export function toResult(
  plan: Plan,
  result: TypedValue | null,
  codec: Pick<ValueCodec, 'encode'>,
): { readonly result: Uint8Array | null; readonly resultType: string | null } {
  if (result === null) return { result: null, resultType: null };
  return { result: codec.encode(recordOf(plan, result.type), result.value), resultType: result.type };
}
