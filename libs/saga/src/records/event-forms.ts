import type { EventOf, IgnoredReason, SagaEvent, SagaEventKind } from '../events.js';
import { maybe, named, needed, oneOf, orNull, state, time, transitionSaga, transitionTime, unknown, value, type Field, type Reading, type Writing } from './event-fields.js';
import { emptyEvent, type EventRecord } from './event-record.js';

/** How every field of a kind of event stands in its record. */
type Form<K extends SagaEventKind> = { readonly [F in Exclude<keyof EventOf<K>, 'kind'>]: Field<EventOf<K>[F]> };

const step = needed('step');
const attempt = needed('attempt');
const failure = needed('failure');
const commandId = needed('commandId');
const detail = maybe('detail');
const parent = maybe('parent');
const edit = needed('edit');
const action = oneOf('action', ['do', 'undo']);
const by = oneOf('by', ['policy', 'operator']);
const dueAtMs = time('dueAt');
const dueAtMsOrNull = orNull('dueAt', dueAtMs);
const valueOrNull = orNull('value', value);
const atMs = transitionTime;
const ofStep = { step } as const;
const ofAttempt = { step, attempt } as const;

/** Every kind of event. A kind, or a field of one, that is missing here does not compile. */
const FORMS: { readonly [K in SagaEventKind]: Form<K> } = {
  SagaStarted: { sagaId: transitionSaga, commandId, startHash: needed('startHash'), value, parent, atMs },
  SagaStuck: { failure },
  SagaCompleted: { value: valueOrNull, atMs },
  SagaCompensated: { failure, atMs },
  SagaTerminated: { failure, atMs },
  SagaMigrated: { fromVersion: needed('fromVersion'), detail, state },

  CommandSent: { ...ofAttempt, action, participant: needed('participant'), value, dueAtMs: dueAtMsOrNull, deadlineAtMs: orNull('deadlineAt', time('deadlineAt')), edit },
  AttemptFailed: { ...ofAttempt, action, failure, dueAtMs },
  StepDone: { ...ofAttempt, value },
  StepFailed: { ...ofAttempt, outcome: oneOf('outcome', ['unknown', 'notDone']), failure },
  StepRetried: { step: maybe('step'), action, by, detail, dueAtMs: dueAtMsOrNull, edit },
  StepSkipped: { step, action, by, detail: needed('detail') },
  StepEdited: { step, action, detail: needed('detail'), value, edit },
  LateReply: { ...ofAttempt, action, outcome: oneOf('outcome', ['done', 'rejected', 'failed']), value: valueOrNull, failure: maybe('failure') },

  ParallelStarted: ofStep,
  BranchSkipped: { step, failure },
  WhenDecided: { step, chosen: oneOf('choice', ['then', 'otherwise']) },
  LoopStarted: { step, count: needed('count') },
  IterationStarted: ofStep,
  LoopEnded: ofStep,
  SleepStarted: { step, dueAtMs },
  SleepEnded: ofStep,
  SignalAwaited: { step, dueAtMs: dueAtMsOrNull },
  SignalKept: { commandId, value },
  SignalTaken: { step, commandId, value },
  SignalRead: { step, commandId, value, judgement: oneOf('choice', ['ignore', 'refuse']) },
  SignalTimedOut: ofStep,
  DataDropped: ofStep,

  ChildClosing: { step, policy: oneOf('choice', ['compensate', 'cancel', 'abandon', 'terminate']) },

  CompensationStarted: { failure },
  UndoDone: { ...ofAttempt, value },
  UndoFailed: { ...ofAttempt, failure },

  CancelAccepted: { commandId, by: needed('by'), detail },
  StartRepeated: { commandId, parent },
  CommandRefused: { commandId, parent, failure },
  OperatorActed: { commandId },
  InputIgnored: { reason: named<IgnoredReason>('reason'), detail: needed('detail') },

  InputDeferred: { record: needed('deferred') },
  DeferredTaken: {},
};

type Fields = readonly (readonly [field: string, form: Field<unknown>])[];
const FIELDS: ReadonlyMap<string, Fields> = new Map(Object.entries(FORMS).map(([kind, form]) => [kind, Object.entries(form) as unknown as Fields]));

/** Every kind of event that this engine writes and reads. */
export const EVENT_KINDS = Object.keys(FORMS) as readonly SagaEventKind[];

/** An event as its record. */
export function toEventRecord(event: SagaEvent, to: Writing): EventRecord {
  const record = emptyEvent(event.kind);
  for (const [field, form] of FIELDS.get(event.kind) ?? []) form.put(record, event[field as keyof SagaEvent], to);
  return record;
}

/**
 * The event that a record holds.
 *
 * @throws SagaHistoryError `SAGA_EVENT_UNKNOWN` for a kind, or a word, that this engine does not know,
 *   `SAGA_EVENT_INCOMPLETE` when it lacks what its kind needs, `SAGA_PLAN_MISMATCH` for a state of another plan
 */
export function fromEventRecord(record: EventRecord, from: Reading): SagaEvent {
  const fields = FIELDS.get(record.kind);
  if (fields === undefined) throw unknown(from, `a ${record.kind}`);
  const event: Record<string, unknown> = { kind: record.kind };
  for (const [field, form] of fields) event[field] = form.take(record, from);
  return event as unknown as SagaEvent;
}
