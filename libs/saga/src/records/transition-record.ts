import type { Plan } from '../plan/plan.js';
import type { Transition } from '../transition.js';
import { micros, millis, type ValueCodec } from './codec.js';
import { fromEventRecord, toEventRecord } from './event-forms.js';
import type { EventRecord } from './event-record.js';

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

/** Hashes of a saga's state record around a transition, made by the caller; `null` where there is no state. */
export interface StateHashes {
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

/**
 * A transition as its record.
 *
 * @param plan - the plan of the transition's version; `null` when the writer lacks it, which a deferral needs not
 * @throws SagaHistoryError `SAGA_PLAN_MISMATCH` when it holds a value of a record that the plan does not have
 */
export function toTransitionRecord(
  plan: Plan | null,
  transition: Transition,
  hashes: StateHashes,
  codec: Pick<ValueCodec, 'encode'>,
): TransitionRecord {
  const { sagaId, sagaType, planVersion, engineVersion, sequence, cause } = transition;
  const { id = null, topic = null, partition = null, offset = null } = cause.origin ?? {};
  const to = { plan, codec };
  return {
    sagaId,
    sagaType,
    planVersion,
    engineVersion,
    sequence,
    at: micros(transition.atMs),
    cause: { kind: cause.kind, id, topic, partition, offset },
    events: transition.events.map((event) => toEventRecord(event, to)),
    stateHashBefore: hashes.before,
    stateHashAfter: hashes.after,
  };
}

/**
 * The transition that a record holds.
 *
 * @param plan - the plan of the record's version
 * @throws SagaHistoryError `SAGA_EVENT_UNKNOWN` for an event this engine does not know, `SAGA_EVENT_INCOMPLETE` when an
 *   event lacks what its kind needs, `SAGA_PLAN_MISMATCH` for a state of another plan; and whatever the codec throws
 */
export function fromTransitionRecord(plan: Plan, record: TransitionRecord, codec: Pick<ValueCodec, 'decode'>): Transition {
  const { sagaId, sequence } = record;
  const { kind, id, topic, partition, offset } = record.cause;
  const origin = id === null || topic === null || partition === null || offset === null ? null : { id, topic, partition, offset };
  const atMs = millis(record.at);
  const from = { plan, codec, sagaId, sequence, atMs };
  return {
    sagaId,
    sagaType: record.sagaType,
    planVersion: record.planVersion,
    engineVersion: record.engineVersion,
    sequence,
    atMs,
    cause: { kind: kind as Transition['cause']['kind'], origin },
    events: record.events.map((event) => fromEventRecord(event, from)),
  };
}
