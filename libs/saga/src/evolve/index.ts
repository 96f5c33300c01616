import type { EventOf, SagaEvent } from '../events.js';
import { freeze } from '../freeze.js';
import { pathOf } from '../plan/place.js';
import type { Plan, PlanNode } from '../plan/plan.js';
import { COMMANDS_REMEMBERED_MAX, type Activity, type ClosedSaga, type OpenSaga, type SagaState } from '../state.js';
import { changeAt, childRuns, readyAt, removeAt } from './activities.js';
import { broken } from './broken.js';
import { attemptFailed, lateReply, sent, stepDone, stepEdited, stepFailed, stepRetried, stepSkipped, undoDone, undoFailed } from './command.js';
import { atNode, seen } from './node.js';
import { changeUndo, withoutUndo } from './undo.js';

/**
 * The state after an event. A history folds to the same state on every machine; parts that an event leaves alone are
 * shared with the state before.
 *
 * @throws SagaHistoryError `SAGA_HISTORY_BROKEN` when the event cannot follow, which no decided history contains
 */
export function evolve(plan: Plan, state: SagaState | undefined, event: SagaEvent): SagaState {
  if (state === undefined) {
    if (event.kind !== 'SagaStarted') throw broken(event, 'stands before the start');
    return started(plan, event);
  }
  switch (event.kind) {
    case 'StartRepeated':
      // A parent is told of its child's end once, whatever it repeats.
      return event.parent === null ? withCommand(state, event.commandId) : state;
    case 'CommandRefused':
    case 'InputIgnored':
      return state;
    default:
      if (state.kind === 'closed') throw broken(event, 'stands after the end');
      return evolveOpen(plan, state, event);
  }
}

function evolveOpen(
  plan: Plan,
  saga: OpenSaga,
  event: Exclude<SagaEvent, EventOf<'StartRepeated' | 'CommandRefused' | 'InputIgnored'>>,
): SagaState {
  switch (event.kind) {
    case 'SagaStarted':
      throw broken(event, 'stands twice');
    case 'CommandSent':
      return sent(plan, saga, event);
    case 'AttemptFailed':
      return attemptFailed(saga, event);
    case 'StepDone':
      return stepDone(plan, saga, event);
    case 'StepFailed':
      return stepFailed(plan, saga, event);
    case 'StepRetried':
      return stepRetried(plan, saga, event);
    case 'StepSkipped':
      return stepSkipped(plan, saga, event);
    case 'StepEdited':
      return stepEdited(saga, event);
    case 'LateReply':
      return lateReply(saga, event);
    case 'UndoDone':
      return undoDone(saga, event);
    case 'UndoFailed':
      return undoFailed(saga, event);
    case 'CompensationStarted':
      return turnedBack(plan, saga, event);
    case 'ChildClosing':
      return closing(saga, event);
    case 'SagaStuck':
      return { ...saga, stuck: event.failure };
    case 'SagaCompleted':
      return closed(saga, { outcome: 'completed', failure: null, result: event.value }, event.atMs);
    case 'SagaCompensated':
      return closed(saga, { outcome: 'compensated', failure: event.failure, result: null }, event.atMs);
    case 'SagaTerminated':
      return closed(saga, { outcome: 'terminated', failure: event.failure, result: null }, event.atMs);
    case 'SagaMigrated':
      return event.state;
    case 'CancelAccepted':
      // The parent is told of the end as it is, not of each cancel.
      return event.by === 'parent' ? seen(saga, event.commandId) : withCommand(saga, event.commandId);
    case 'OperatorActed':
      return seen(saga, event.commandId);
    case 'InputDeferred':
      return { ...saga, deferred: [...saga.deferred, event.record] };
    case 'DeferredTaken':
      return { ...saga, deferred: saga.deferred.slice(1) };
    default:
      return atNode(plan, saga, event);
  }
}

function started(plan: Plan, event: EventOf<'SagaStarted'>): OpenSaga {
  freeze(event.value.value);
  return {
    kind: 'open',
    sagaId: event.sagaId,
    sagaType: plan.name,
    planVersion: plan.version,
    sequence: 0,
    startedAtMs: event.atMs,
    lastAtMs: event.atMs,
    startHash: event.startHash,
    commandIds: [event.commandId],
    seenIds: [],
    parent: event.parent,
    pastPivot: false,
    data: Object.freeze({ input: event.value.value }),
    active: [readyAt(pathOf(plan.nodes[plan.first] as PlanNode, []))],
    loops: [],
    undo: [],
    earlySignals: [],
    compensating: null,
    stuck: null,
    deferred: [],
  };
}

/** What waits for nothing from outside is dropped at once; commands that are out and children are awaited. */
function turnedBack(plan: Plan, saga: OpenSaga, event: EventOf<'CompensationStarted'>): OpenSaga {
  const active = saga.active.flatMap((activity): readonly Activity[] => {
    // A child that was given up for the time it took is told to stop, and awaited, like any other.
    if (childRuns(plan, activity)) return [{ ...activity, phase: 'child', dueAtMs: null, deadlineAtMs: null, failure: null }];
    return activity.phase === 'sent' ? [activity] : [];
  });
  let { undo } = saga;
  for (const { path, unknown, phase } of saga.active) {
    if (phase === 'waiting' || phase === 'ready') undo = changeUndo(undo, path, { outcome: unknown ? 'unknown' : 'notDone' });
  }
  return { ...saga, active, undo, loops: [], earlySignals: [], compensating: event.failure, stuck: null };
}

function closing(saga: OpenSaga, event: EventOf<'ChildClosing'>): OpenSaga {
  const { step, policy } = event;
  if (policy === 'compensate' || policy === 'terminate') {
    return changeAt(saga, step, 'do', { phase: 'closing', dueAtMs: null, deadlineAtMs: null });
  }
  // Not awaited: a child that was cancelled counts as undone unless it says otherwise while its parent turns back. One that is
  // left out by a saga that goes on may still be done, and is undone with the rest.
  const outcome = saga.compensating === null ? 'unknown' : 'notDone';
  const undo = policy === 'abandon' ? withoutUndo(saga.undo, step) : changeUndo(saga.undo, step, { outcome });
  return removeAt({ ...saga, undo }, step, 'do');
}

function closed(saga: OpenSaga, end: Pick<ClosedSaga, 'outcome' | 'failure' | 'result'>, atMs: number): ClosedSaga {
  const { sagaId, sagaType, planVersion, sequence, startedAtMs, lastAtMs, startHash, commandIds } = saga;
  return { kind: 'closed', sagaId, sagaType, planVersion, sequence, startedAtMs, closedAtMs: atMs, lastAtMs, startHash, commandIds, ...end };
}

function withCommand<S extends SagaState>(state: S, commandId: string): S {
  // An ended saga answers at once and need not remember more ids than its limit; an open one must remember all.
  if (state.kind === 'closed' && state.commandIds.length >= COMMANDS_REMEMBERED_MAX) return state;
  return { ...state, commandIds: [...state.commandIds, commandId] };
}
