import { SagaHistoryError } from './errors.js';
import type { EventOf, SagaEvent } from './events.js';
import { withCause } from './failure.js';
import { freeze } from './freeze.js';
import { stepAfter, stepOf, type Plan } from './plan.js';
import {
  COMMANDS_REMEMBERED_MAX,
  type Activity,
  type ClosedSaga,
  type OpenSaga,
  type SagaState,
  type UndoEntry,
} from './state.js';

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
      return withCommand(state, event.commandId);
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
  state: OpenSaga,
  event: Exclude<SagaEvent, EventOf<'StartRepeated' | 'CommandRefused' | 'InputIgnored'>>,
): SagaState {
  switch (event.kind) {
    case 'SagaStarted':
      throw broken(event, 'stands twice');
    case 'CommandSent':
      return sent(plan, state, event);
    case 'AttemptFailed':
      return { ...state, active: state.active.map((activity) => (concerns(activity, event) ? waits(activity, event) : activity)) };
    case 'StepDone': {
      freeze(event.value.value);
      return {
        ...state,
        cursor: stepAfter(plan, event.step)?.id ?? null,
        data: { ...state.data, [event.step]: event.value.value },
        active: without(state.active, event.step, 'do'),
        undo: completed(state.undo, event.step),
        stuck: null,
      };
    }
    case 'StepFailed':
      return {
        ...state,
        active: without(state.active, event.step, 'do'),
        undo: state.undo.map((entry) => (entry.step === event.step ? { ...entry, outcome: event.outcome } : entry)),
      };
    case 'CompensationStarted':
      return { ...state, compensating: event.failure, stuck: null };
    // A saga that is parked already is parked anew when an undo ends, with the failures that are left.
    case 'UndoDone':
      return {
        ...state,
        active: without(state.active, event.step, 'undo'),
        undo: state.undo.filter((entry) => entry.step !== event.step),
        stuck: null,
      };
    case 'UndoFailed':
      return {
        ...state,
        active: without(state.active, event.step, 'undo'),
        undo: state.undo.map((entry) => (entry.step === event.step ? { ...entry, failure: event.failure } : entry)),
        stuck: null,
      };
    case 'LateReply':
      return late(state, event);
    case 'SagaStuck':
      return { ...state, stuck: event.failure };
    case 'SagaCompleted':
      return closed(state, { outcome: 'completed', failure: null, result: event.value }, event.atMs);
    case 'SagaCompensated':
      return closed(state, { outcome: 'compensated', failure: event.failure, result: null }, event.atMs);
    case 'CancelAccepted':
      return withCommand(state, event.commandId);
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
    cursor: plan.steps[0]?.id ?? null,
    pastPivot: false,
    data: { input: event.value.value },
    active: [],
    undo: [],
    compensating: null,
    stuck: null,
  };
}

function sent(plan: Plan, state: OpenSaga, event: EventOf<'CommandSent'>): OpenSaga {
  const step = stepOf(plan, event.step);
  if (step === undefined) throw broken(event, `names step "${event.step}", which the plan does not have`);
  const { action, attempt, dueAtMs, deadlineAtMs } = event;
  const earlier = state.active.find((activity) => concerns(activity, event));
  const activity: Activity = {
    step: step.id,
    action,
    attempt,
    waiting: false,
    dueAtMs,
    deadlineAtMs,
    unknown: earlier?.unknown ?? false,
    causes: earlier?.causes ?? [],
  };
  const registers =
    action === 'do' && step.undo !== null && !state.undo.some((entry) => entry.step === step.id);
  return {
    ...state,
    pastPivot: state.pastPivot || (action === 'do' && step.forwardOnly),
    active: [...without(state.active, step.id, action), activity],
    undo: registers ? [...state.undo, { step: step.id, outcome: 'pending', failure: null }] : state.undo,
  };
}

function waits(activity: Activity, event: EventOf<'AttemptFailed'>): Activity {
  return {
    ...activity,
    waiting: true,
    dueAtMs: event.dueAtMs,
    unknown: activity.unknown || event.failure.kind === 'timeout',
    causes: withCause(activity.causes, event.failure),
  };
}

/** A late *done* turns a given-up step into one that has to be undone, as long as its undo has not been sent. */
function late(state: OpenSaga, event: EventOf<'LateReply'>): OpenSaga {
  const entry = state.undo.find(({ step }) => step === event.step);
  const undoSent = state.active.some(({ step, action }) => step === event.step && action === 'undo');
  const changes =
    event.action === 'do' && event.outcome === 'done' && entry !== undefined && entry.failure === null && !undoSent;
  if (!changes || event.value === null) return state;
  freeze(event.value.value);
  return {
    ...state,
    data: { ...state.data, [event.step]: event.value.value },
    undo: completed(state.undo, event.step),
  };
}

function closed(
  state: OpenSaga,
  end: Pick<ClosedSaga, 'outcome' | 'failure' | 'result'>,
  atMs: number,
): ClosedSaga {
  const { sagaId, sagaType, planVersion, sequence, startedAtMs, lastAtMs, startHash, commandIds } = state;
  return {
    kind: 'closed',
    sagaId,
    sagaType,
    planVersion,
    sequence,
    startedAtMs,
    closedAtMs: atMs,
    lastAtMs,
    startHash,
    commandIds,
    ...end,
  };
}

/** Moves a step's undo to the end: undos run in reverse order of completion. */
function completed(undo: readonly UndoEntry[], step: string): readonly UndoEntry[] {
  const entry = undo.find((candidate) => candidate.step === step);
  if (entry === undefined) return undo;
  return [...undo.filter((candidate) => candidate !== entry), { ...entry, outcome: 'done' }];
}

function withCommand<S extends SagaState>(state: S, commandId: string): S {
  // An ended saga answers at once and need not remember more ids than its limit; an open one must remember all.
  if (state.kind === 'closed' && state.commandIds.length >= COMMANDS_REMEMBERED_MAX) return state;
  return { ...state, commandIds: [...state.commandIds, commandId] };
}

function concerns(activity: Activity, event: { step: string; action: Activity['action'] }): boolean {
  return activity.step === event.step && activity.action === event.action;
}

function without(active: readonly Activity[], step: string, action: Activity['action']): readonly Activity[] {
  return active.filter((activity) => !concerns(activity, { step, action }));
}

function broken(event: SagaEvent, how: string): SagaHistoryError {
  return new SagaHistoryError('SAGA_HISTORY_BROKEN', `The event ${event.kind} ${how}: the history is damaged.`);
}
