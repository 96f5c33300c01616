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
    more: toMore(plan, state, codec),
  };
}

function toActivity(plan: Plan, state: OpenSaga, activity: Activity, codec: Encoder): ActivityRecord {
  const { attempt, firstAttempt, edit, edited, sentAs, unknown, causes, failure } = activity;
  const { node, at } = placeOf(plan, state, activity.path);
  const plain =
    at.length === 0 && firstAttempt === 1 && edit === 0 && edited === null && sentAs === null && !unknown && causes.length === 0 && failure === null;
  return {
    node,
    undo: activity.action === 'undo',
    phase: PHASES.indexOf(activity.phase),
    attempt,
    dueAt: microsOrNull(activity.dueAtMs),
    deadlineAt: microsOrNull(activity.deadlineAtMs),
    more: plain ? null : { at, firstAttempt, edit, edited: bytesOf(plan, edited, codec), sentAs, unknown, causes, failure },
  };
}

function toUndo(plan: Plan, state: OpenSaga, entry: UndoEntry, codec: Encoder): UndoRecord {
  const { outcome, doEdit, failure, attempt, edit, edited, sentAs } = entry;
  const { node, at } = placeOf(plan, state, entry.path);
  const plain = at.length === 0 && outcome === 'done' && doEdit === 0 && failure === null && attempt === 0 && edit === 0 && edited === null && sentAs === null;
  if (plain) return { node, more: null };
  return { node, more: { at, outcome: OUTCOMES.indexOf(outcome), doEdit, failure, attempt, edit, edited: bytesOf(plan, edited, codec), sentAs } };
}

function toMore(plan: Plan, state: OpenSaga, codec: Encoder): MoreRecord | null {
  const { loops, seenIds, parent, earlySignals } = state;
  if (loops.length === 0 && seenIds.length === 0 && parent === null && earlySignals.length === 0) return null;
  return {
    loops: loops.map(({ path, count }) => ({ ...placeOf(plan, state, path), count })),
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
