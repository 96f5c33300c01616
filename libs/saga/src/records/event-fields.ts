import type { TypedValue } from '../contract.js';
import { SagaHistoryError } from '../errors.js';
import { recordOf, type Plan } from '../plan/plan.js';
import type { OpenSaga } from '../state.js';
import { micros, millis, type ValueCodec } from './codec.js';
import type { EventDraft, EventRecord } from './event-record.js';
import { fromSnapshot } from './from-snapshot.js';
import { snapshotRecord } from './snapshot-schema.js';
import type { SnapshotRecord } from './snapshot-record.js';
import { toSnapshot } from './to-snapshot.js';

/** What an event's fields are written with. */
export interface Writing {
  /** `null` where the writer lacks the plan: its events hold no values. */
  readonly plan: Plan | null;
  readonly codec: Pick<ValueCodec, 'encode'>;
}

/** What an event's fields are read with. */
export interface Reading {
  readonly plan: Plan;
  readonly codec: Pick<ValueCodec, 'decode'>;
  readonly sagaId: string;
  readonly sequence: number;
  readonly atMs: number;
}

/** One field of an event, and where in the record it stands. */
export interface Field<T> {
  put(record: EventDraft, content: T, to: Writing): void;
  take(record: EventRecord, from: Reading): T;
}

type NullableField = Exclude<keyof EventRecord, 'kind'>;
type Content<F extends NullableField> = NonNullable<EventRecord[F]>;

/** A field that the record calls by some name, and must have. */
export function needed<F extends NullableField>(name: F): Field<Content<F>> {
  return { put: (record, content) => void (record[name] = content as EventDraft[F]), take: (record, from) => need(record, name, from) };
}

/** A field that the record calls by some name, and may lack. */
export function maybe<F extends NullableField>(name: F): Field<EventRecord[F]> {
  return { put: (record, content) => void (record[name] = content as EventDraft[F]), take: (record) => record[name] };
}

/** A field that is one of a few words. */
export function oneOf<const W extends string>(name: 'action' | 'outcome' | 'choice' | 'by', words: readonly W[]): Field<W> {
  return {
    put: (record, word) => void (record[name] = word),
    take: (record, from) => {
      const word = need(record, name, from);
      const known = words.find((candidate) => candidate === word);
      if (known === undefined) throw unknown(from, `a ${record.kind} whose ${name} is "${word}"`);
      return known;
    },
  };
}

/** A field that is any text, of which this engine names some. */
export function named<W extends string>(name: 'reason'): Field<W> {
  return { put: (record, word) => void (record[name] = word), take: (record, from) => need(record, name, from) as W };
}

/** A time: milliseconds in the event, microseconds in the record. */
export function time(name: 'dueAt' | 'deadlineAt'): Field<number> {
  return { put: (record, ms) => void (record[name] = micros(ms)), take: (record, from) => millis(need(record, name, from)) };
}

/** A field that may be missing. */
export function orNull<T>(name: NullableField, field: Field<T>): Field<T | null> {
  return {
    put: (record, content, to) => {
      if (content !== null) field.put(record, content, to);
    },
    take: (record, from) => (record[name] === null ? null : field.take(record, from)),
  };
}

/** A value of one of the plan's records. */
export const value: Field<TypedValue> = {
  put: (record, typed, { plan, codec }) => {
    if (plan === null) throw new SagaHistoryError('SAGA_PLAN_MISMATCH', `A ${record.kind} holds ${typed.type}, which cannot be written without its plan.`);
    record.value = codec.encode(recordOf(plan, typed.type), typed.value);
    record.valueType = typed.type;
  },
  take: (record, from) => from.codec.decode(need(record, 'value', from)),
};

/** A whole state, as a snapshot of the plan that the transition was made with. */
export const state: Field<OpenSaga> = {
  put: (record, saga, { plan, codec }) => {
    if (plan === null) throw new SagaHistoryError('SAGA_PLAN_MISMATCH', `A ${record.kind} holds a state, which cannot be written without its plan.`);
    const type = snapshotRecord(plan);
    record.value = codec.encode(type, toSnapshot(plan, saga, codec));
    record.valueType = type.name;
  },
  take: (record, from) => {
    const { type, value: snapshot } = from.codec.decode(need(record, 'value', from));
    const { name } = snapshotRecord(from.plan);
    if (type !== name) {
      const text = `${eventOf(record, from)} holds a ${type}, and not a ${name}: read it with the plan it was made with.`;
      throw new SagaHistoryError('SAGA_PLAN_MISMATCH', text);
    }
    return fromSnapshot(from.plan, snapshot as SnapshotRecord, from.codec);
  },
};

/** The transition's own time, and its saga: the record does not repeat them. */
export const transitionTime: Field<number> = { put: () => undefined, take: (_, { atMs }) => atMs };
export const transitionSaga: Field<string> = { put: () => undefined, take: (_, { sagaId }) => sagaId };

/** An event that a newer engine wrote. */
export function unknown({ sequence, sagaId }: Reading, what: string): SagaHistoryError {
  return new SagaHistoryError('SAGA_EVENT_UNKNOWN', `Transition ${sequence} of saga ${sagaId} has ${what}, which this engine does not know: use a newer release.`);
}

function need<F extends NullableField>(record: EventRecord, name: F, from: Reading): Content<F> {
  const content = record[name] ?? undefined;
  if (content !== undefined) return content as Content<F>;
  throw new SagaHistoryError('SAGA_EVENT_INCOMPLETE', `${eventOf(record, from)} has no ${name}.`);
}

function eventOf(record: EventRecord, { sequence, sagaId }: Reading): string {
  return `Transition ${sequence} of saga ${sagaId}: its ${record.kind}`;
}
