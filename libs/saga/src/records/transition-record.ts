import { micros, millis, type ValueCodec } from './codec.js';
import type { TypedValue } from './contract.js';
import { SagaHistoryError } from './errors.js';
import type { EventOf, IgnoredReason, SagaEvent } from './events.js';
import type { Failure } from './failure.js';
import type { InputKind } from './inputs.js';
import { recordOf, type Plan } from './plan.js';
import type { Action } from './state.js';
import type { Transition } from './transition.js';

/** `onward.orders.SagaTransition`: one line of a saga's history. Times are epoch microseconds. */
export interface TransitionRecord {
  readonly sagaId: string;
  readonly sagaType: string;
  readonly planVersion: number;
  readonly engineVersion: number;
  readonly sequence: number;
  readonly at: number;
  readonly cause: {
    readonly kind: string;
    readonly id: string | null;
    readonly topic: string | null;
    readonly partition: number | null;
    readonly offset: number | null;
  };
  readonly events: readonly EventRecord[];
  readonly stateHashBefore: Uint8Array | null;
  readonly stateHashAfter: Uint8Array | null;
}

/**
 * `onward.orders.TransitionEvent`: any event. One wide record rather than a union of one record a kind, because a union
 * cannot grow when readers of either version must read the other's records.
 */
export interface EventRecord {
  readonly kind: string;
  readonly step: string | null;
  readonly action: string | null;
  readonly attempt: number | null;
  readonly participant: string | null;
  readonly commandId: string | null;
  readonly outcome: string | null;
  readonly value: Uint8Array | null;
  readonly valueType: string | null;
  readonly dueAt: number | null;
  readonly deadlineAt: number | null;
  readonly failure: Failure | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly by: string | null;
  readonly startHash: Uint8Array | null;
}

const EMPTY: Omit<EventRecord, 'kind'> = {
  step: null,
  action: null,
  attempt: null,
  participant: null,
  commandId: null,
  outcome: null,
  value: null,
  valueType: null,
  dueAt: null,
  deadlineAt: null,
  failure: null,
  reason: null,
  detail: null,
  by: null,
  startHash: null,
};

/** Hashes of a saga's state record around a transition, made by the caller; `null` where there is no state. */
export interface StateHashes {
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

/** A transition as its record. */
export function toTransitionRecord(
  plan: Plan,
  transition: Transition,
  hashes: StateHashes,
  codec: Pick<ValueCodec, 'encode'>,
): TransitionRecord {
  const { sagaId, sagaType, planVersion, engineVersion, sequence, cause } = transition;
  const { id = null, topic = null, partition = null, offset = null } = cause.origin ?? {};
  return {
    sagaId,
    sagaType,
    planVersion,
    engineVersion,
    sequence,
    at: micros(transition.atMs),
    cause: { kind: cause.kind, id, topic, partition, offset },
    events: transition.events.map((event) => toEventRecord(plan, event, codec)),
    stateHashBefore: hashes.before,
    stateHashAfter: hashes.after,
  };
}

/** Copies what an event and its record call by the same name, and converts times and the value. */
function toEventRecord(plan: Plan, event: SagaEvent, codec: Pick<ValueCodec, 'encode'>): EventRecord {
  const record: Record<string, unknown> = { ...EMPTY };
  for (const [field, content] of Object.entries(event)) {
    if (field === 'value' && content !== null) {
      const { type, value } = content as TypedValue;
      record['value'] = codec.encode(recordOf(plan, type), value);
      record['valueType'] = type;
    } else if (field === 'dueAtMs' || field === 'deadlineAtMs') {
      record[field.slice(0, -2)] = content === null ? null : micros(content as number);
    } else if (field in record || field === 'kind') {
      record[field] = content;
    }
    // Left are the saga's id and the time, which the transition itself holds.
  }
  return record as unknown as EventRecord;
}

/**
 * The transition that a record holds.
 *
 * @throws SagaHistoryError `SAGA_EVENT_UNKNOWN` for a kind of event this engine does not know,
 *   `SAGA_EVENT_INCOMPLETE` when an event lacks what its kind needs
 */
export function fromTransitionRecord(record: TransitionRecord, codec: Pick<ValueCodec, 'decode'>): Transition {
  const { id, topic, partition, offset } = record.cause;
  const origin =
    id === null || topic === null || partition === null || offset === null ? null : { id, topic, partition, offset };
  return {
    sagaId: record.sagaId,
    sagaType: record.sagaType,
    planVersion: record.planVersion,
    engineVersion: record.engineVersion,
    sequence: record.sequence,
    atMs: millis(record.at),
    cause: { kind: record.cause.kind as InputKind, origin },
    events: record.events.map((event) => fromEventRecord(record, event, codec)),
  };
}

function fromEventRecord(
  transition: TransitionRecord,
  event: EventRecord,
  codec: Pick<ValueCodec, 'decode'>,
): SagaEvent {
  const need = <K extends keyof EventRecord>(field: K): NonNullable<EventRecord[K]> => {
    const content = event[field];
    if (content === null || content === undefined) {
      const text = `Transition ${transition.sequence} of saga ${transition.sagaId}: its ${event.kind} has no ${field}.`;
      throw new SagaHistoryError('SAGA_EVENT_INCOMPLETE', text);
    }
    return content;
  };
  const action = (): Action => (need('action') === 'undo' ? 'undo' : 'do');
  const value = (): TypedValue => codec.decode(need('value'));
  const atMs = millis(transition.at);
  const attempt = (): { step: string; attempt: number } => ({ step: need('step'), attempt: need('attempt') });
  const { kind } = event;

  switch (kind as SagaEvent['kind']) {
    case 'SagaStarted': {
      const { sagaId } = transition;
      return { kind: 'SagaStarted', sagaId, commandId: need('commandId'), startHash: need('startHash'), value: value(), atMs };
    }
    case 'CommandSent':
      return {
        kind: 'CommandSent',
        ...attempt(),
        action: action(),
        participant: need('participant'),
        value: value(),
        dueAtMs: millis(need('dueAt')),
        deadlineAtMs: event.deadlineAt === null ? null : millis(event.deadlineAt),
      };
    case 'AttemptFailed':
      return {
        kind: 'AttemptFailed',
        ...attempt(),
        action: action(),
        failure: need('failure'),
        dueAtMs: millis(need('dueAt')),
      };
    case 'StepDone':
      return { kind: 'StepDone', ...attempt(), value: value() };
    case 'StepFailed': {
      const outcome = need('outcome') === 'unknown' ? 'unknown' : 'notDone';
      return { kind: 'StepFailed', ...attempt(), outcome, failure: need('failure') };
    }
    case 'CompensationStarted':
      return { kind: 'CompensationStarted', failure: need('failure') };
    case 'UndoDone':
      return { kind: 'UndoDone', ...attempt(), value: value() };
    case 'UndoFailed':
      return { kind: 'UndoFailed', ...attempt(), failure: need('failure') };
    case 'LateReply':
      return {
        kind: 'LateReply',
        ...attempt(),
        action: action(),
        outcome: need('outcome') as EventOf<'LateReply'>['outcome'],
        value: event.value === null ? null : value(),
        failure: event.failure,
      };
    case 'SagaStuck':
      return { kind: 'SagaStuck', failure: need('failure') };
    case 'SagaCompleted':
      return { kind: 'SagaCompleted', value: event.value === null ? null : value(), atMs };
    case 'SagaCompensated':
      return { kind: 'SagaCompensated', failure: need('failure'), atMs };
    case 'CancelAccepted':
      return { kind: 'CancelAccepted', commandId: need('commandId'), by: need('by'), detail: event.detail };
    case 'StartRepeated':
      return { kind: 'StartRepeated', commandId: need('commandId') };
    case 'CommandRefused':
      return { kind: 'CommandRefused', commandId: need('commandId'), failure: need('failure') };
    case 'InputIgnored':
      return { kind: 'InputIgnored', reason: need('reason') as IgnoredReason, detail: need('detail') };
  }
  throw new SagaHistoryError(
    'SAGA_EVENT_UNKNOWN',
    `Transition ${transition.sequence} of saga ${transition.sagaId} has a ${kind}, which this engine does not know: ` +
      'use a newer release.',
  );
}
