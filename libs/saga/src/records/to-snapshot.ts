import type { TypedValue } from '../contract.js';
import { SagaHistoryError } from '../errors.js';
import type { Path } from '../plan/place.js';
import { recordOf, type Plan } from '../plan/plan.js';
import type { Activity, OpenSaga, UndoEntry } from '../state.js';
import { micros, microsOrNull, type ValueCodec } from './codec.js';
import { toPlace } from './place-record.js';
import { dataShape, toData } from './recorded-data.js';
import { OUTCOMES, PHASES, type ActivityRecord, type MoreRecord, type PlaceRecord, type SnapshotRecord, type UndoRecord } from './snapshot-record.js';

type Encoder = Pick<ValueCodec, 'encode'>;

/**
 * An open saga as a value of its snapshot's record.
 *
 * @throws SagaHistoryError `SAGA_SNAPSHOT_INVALID` when it stands at a place that the plan does not have, which no saga of
 *   this plan does, `SAGA_PLAN_MISMATCH` when it holds a signal or an edited request that the plan does not have
 */
export function toSnapshot(plan: Plan, state: OpenSaga, codec: Encoder): SnapshotRecord {
  return {
    sagaId: state.sagaId,
    sequence: state.sequence,
    startedAt: micros(state.startedAtMs),
    lastAt: micros(state.lastAtMs),
    startHash: state.startHash,
    commandIds: state.commandIds,
    deferred: state.deferred,
    compensating: state.compensating,
    stuck: state.stuck,
    pastPivot: state.pastPivot,
    data: toData(dataShape(plan), state.data) as SnapshotRecord['data'],
    active: state.active.map((activity) => toActivity(plan, state, activity, codec)),
    undo: state.undo.map((entry) => toUndo(plan, state, entry, codec)),
    loops: state.loops.map(({ path, count }) => ({ ...placeOf(plan, state, path), count })),
    more: toMore(plan, state, codec),
  };
}

function toActivity(plan: Plan, state: OpenSaga, activity: Activity, codec: Encoder): ActivityRecord {
  const { firstAttempt, edit, edited, sentAs, causes, failure } = activity;
  const plain = firstAttempt === 1 && edit === 0 && edited === null && sentAs === null && causes.length === 0 && failure === null;
  const { node, at } = placeOf(plan, state, activity.path);
  return {
    node,
    at,
    undo: activity.action === 'undo',
    phase: PHASES.indexOf(activity.phase),
    attempt: activity.attempt,
    dueAt: microsOrNull(activity.dueAtMs),
    deadlineAt: microsOrNull(activity.deadlineAtMs),
    unknown: activity.unknown,
    more: plain ? null : { firstAttempt, edit, edited: bytesOf(plan, edited, codec), sentAs, causes, failure },
  };
}

function toUndo(plan: Plan, state: OpenSaga, entry: UndoEntry, codec: Encoder): UndoRecord {
  const { failure, attempt, edit, edited, sentAs } = entry;
  const plain = failure === null && attempt === 0 && edit === 0 && edited === null && sentAs === null;
  const { node, at } = placeOf(plan, state, entry.path);
  return {
    node,
    at,
    outcome: OUTCOMES.indexOf(entry.outcome),
    more: plain ? null : { failure, attempt, edit, edited: bytesOf(plan, edited, codec), sentAs },
  };
}

function toMore(plan: Plan, { seenIds, parent, earlySignals }: OpenSaga, codec: Encoder): MoreRecord | null {
  if (seenIds.length === 0 && parent === null && earlySignals.length === 0) return null;
  return {
    seenIds,
    parent,
    earlySignals: earlySignals.map(({ id, value }) => ({ id, value: codec.encode(recordOf(plan, value.type), value.value) })),
  };
}

function bytesOf(plan: Plan, typed: TypedValue | null, codec: Encoder): Uint8Array | null {
  return typed === null ? null : codec.encode(recordOf(plan, typed.type), typed.value);
}

function placeOf(plan: Plan, { sagaId }: OpenSaga, path: Path): PlaceRecord {
  const place = toPlace(plan, path);
  if (place === undefined) {
    const text = `Saga ${sagaId} stands at "${path}", a place that ${plan.name} version ${plan.version} does not have.`;
    throw new SagaHistoryError('SAGA_SNAPSHOT_INVALID', text);
  }
  return place;
}
