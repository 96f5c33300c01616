import { SagaHistoryError } from '../errors.js';
import type { Failure } from '../failure.js';
import type { Path } from '../plan/place.js';
import type { Plan } from '../plan/plan.js';
import type { Activity, OpenSaga, UndoEntry } from '../state.js';
import { millis, millisOrNull, type ValueCodec } from './codec.js';
import { fromPlace, NO_INDEXES } from './place-record.js';
import { dataShape, fromData } from './recorded-data.js';
import { snapshotName } from './snapshot-name.js';
import { OUTCOMES, PHASES, type ActivityRecord, type PlaceRecord, type SnapshotRecord, type UndoRecord } from './snapshot-record.js';

type Decoder = Pick<ValueCodec, 'decode'>;

const NO_CAUSES: readonly Failure[] = [];

/**
 * The open saga that a snapshot holds.
 *
 * @throws SagaHistoryError `SAGA_SNAPSHOT_INVALID` when it names a place, a phase or an outcome that the plan or this engine
 *   lacks; and whatever the codec throws
 */
export function fromSnapshot(plan: Plan, snapshot: SnapshotRecord, codec: Decoder): OpenSaga {
  const { more } = snapshot;
  return {
    kind: 'open',
    sagaId: snapshot.sagaId,
    sagaType: plan.name,
    planVersion: plan.version,
    sequence: snapshot.sequence,
    startedAtMs: millis(snapshot.startedAt),
    lastAtMs: millis(snapshot.lastAt),
    startHash: snapshot.startHash,
    commandIds: snapshot.commandIds,
    seenIds: more?.seenIds ?? [],
    parent: more?.parent ?? null,
    pastPivot: snapshot.pastPivot,
    data: fromData(dataShape(plan), snapshot.data) as OpenSaga['data'],
    active: snapshot.active.map((activity) => fromActivity(plan, snapshot, activity, codec)),
    loops: more?.loops.map((loop) => ({ path: pathOf(plan, snapshot, loop), count: loop.count })) ?? [],
    undo: snapshot.undo.map((entry) => fromUndo(plan, snapshot, entry, codec)),
    earlySignals: more?.earlySignals.map(({ id, value }) => ({ id, value: codec.decode(value) })) ?? [],
    compensating: snapshot.compensating,
    stuck: snapshot.stuck,
    deferred: snapshot.deferred,
  };
}

function fromActivity(plan: Plan, snapshot: SnapshotRecord, activity: ActivityRecord, codec: Decoder): Activity {
  const phase = PHASES[activity.phase];
  if (phase === undefined) throw invalid(plan, snapshot, `no phase has the number ${activity.phase}`);
  const { node, more } = activity;
  return {
    path: pathOf(plan, snapshot, { node, at: more?.at ?? NO_INDEXES }),
    action: activity.undo ? 'undo' : 'do',
    phase,
    attempt: activity.attempt,
    firstAttempt: more?.firstAttempt ?? 1,
    edit: more?.edit ?? 0,
    edited: typed(more?.edited, codec),
    sentAs: more?.sentAs ?? null,
    dueAtMs: millisOrNull(activity.dueAt),
    deadlineAtMs: millisOrNull(activity.deadlineAt),
    unknown: more?.unknown ?? false,
    causes: more?.causes ?? NO_CAUSES,
    failure: more?.failure ?? null,
  };
}

function fromUndo(plan: Plan, snapshot: SnapshotRecord, { node, more }: UndoRecord, codec: Decoder): UndoEntry {
  const outcome = more === null ? 'done' : OUTCOMES[more.outcome];
  if (outcome === undefined) throw invalid(plan, snapshot, `no outcome has the number ${more?.outcome}`);
  return {
    path: pathOf(plan, snapshot, { node, at: more?.at ?? NO_INDEXES }),
    outcome,
    doEdit: more?.doEdit ?? 0,
    failure: more?.failure ?? null,
    attempt: more?.attempt ?? 0,
    edit: more?.edit ?? 0,
    edited: typed(more?.edited, codec),
    sentAs: more?.sentAs ?? null,
  };
}

function typed(bytes: Uint8Array | null | undefined, codec: Decoder): Activity['edited'] {
  return bytes === null || bytes === undefined ? null : codec.decode(bytes);
}

function pathOf(plan: Plan, snapshot: SnapshotRecord, place: PlaceRecord): Path {
  const path = fromPlace(plan, place);
  if (path !== undefined) return path;
  throw invalid(plan, snapshot, `the plan has no node ${place.node} with ${place.at.length} indexes`);
}

function invalid(plan: Plan, { sagaId }: SnapshotRecord, why: string): SagaHistoryError {
  return new SagaHistoryError('SAGA_SNAPSHOT_INVALID', `The snapshot of saga ${sagaId} is none of ${snapshotName(plan)}: ${why}.`);
}
