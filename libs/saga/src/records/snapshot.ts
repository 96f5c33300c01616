import { collectNamed, expand } from './avro.js';
import { micros, millis } from './codec.js';
import type { AnyRecord, AvroSchema } from './contract.js';
import { SagaHistoryError } from './errors.js';
import { FAILURE_SCHEMA, type Failure } from './failure.js';
import { freeze } from './freeze.js';
import type { Plan } from './plan.js';
import type { OpenSaga, UndoEntry } from './state.js';

/** An open saga as its snapshot record: steps by their position in the plan, times in epoch microseconds. */
export interface SnapshotRecord {
  readonly sagaId: string;
  readonly sequence: number;
  readonly startedAt: number;
  readonly lastAt: number;
  readonly startHash: Uint8Array;
  readonly commandIds: readonly string[];
  readonly cursor: number;
  readonly pastPivot: boolean;
  readonly data: Readonly<Record<string, unknown>>;
  readonly active: readonly ActivityRecord[];
  readonly undo: readonly UndoRecord[];
  readonly compensating: Failure | null;
  readonly stuck: Failure | null;
}

interface ActivityRecord {
  readonly step: number;
  readonly undo: boolean;
  readonly attempt: number;
  readonly waiting: boolean;
  readonly dueAt: number;
  readonly deadlineAt: number | null;
  readonly unknown: boolean;
  readonly causes: readonly Failure[];
}

interface UndoRecord {
  readonly step: number;
  readonly outcome: number;
  readonly failure: Failure | null;
}

/** What an undo entry's number stands for; grows at its end. */
const OUTCOMES: readonly UndoEntry['outcome'][] = ['pending', 'done', 'unknown', 'notDone'];
/** The cursor of a saga whose steps are all done. */
const NO_STEP = -1;
const TIME = { type: 'long', logicalType: 'timestamp-micros' } as const;
const FAILURE = 'onward.common.Failure';

/** Avro full name of a plan's snapshot, such as `onward.orders.state.PlaceOrderV1`: it names the plan and its version. */
export function snapshotName(plan: Plan): string {
  const words = plan.name.split('-').map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return `onward.${plan.domain}.state.${words.join('')}V${plan.version}`;
}

/** The Avro schema of a plan's snapshots, derived from what the plan records. */
export function snapshotSchema(plan: Plan): AvroSchema {
  const name = snapshotName(plan);
  const namespace = name.slice(0, name.lastIndexOf('.'));
  const named = new Map<string, string>();
  const recorded: AnyRecord[] = [plan.input, ...plan.steps.map((step) => step.command.done)];
  for (const record of [...recorded, { name: FAILURE, schema: FAILURE_SCHEMA }]) collectNamed(record, named);
  return expand(
    record(name, `A running saga ${plan.name}, version ${plan.version}, after its last transition.`, [
      { name: 'sagaId', type: 'string', doc: 'The saga.' },
      { name: 'sequence', type: 'long', doc: 'Number of the last transition, from 1 on without a gap.' },
      { name: 'startedAt', type: TIME, doc: 'When it began.' },
      { name: 'lastAt', type: TIME, doc: 'Time of the last transition.' },
      { name: 'startHash', type: 'bytes', doc: "Hash of the start command's content." },
      { name: 'commandIds', type: array('string'), doc: "Client commands that its end answers; the first is the start's." },
      { name: 'cursor', type: 'int', doc: 'Position of the step to be carried out now; -1 when all are done.' },
      { name: 'pastPivot', type: 'boolean', doc: 'The command of the pivot has been sent.' },
      { name: 'data', type: dataSchema(plan, `${name}Data`), doc: 'The input, and the reply of every step that is done.' },
      { name: 'active', type: array(activitySchema(namespace)), doc: 'Commands whose last word is not known yet.' },
      { name: 'undo', type: array(undoSchema(namespace)), doc: 'Registered undos in order of completion.' },
      { name: 'compensating', type: ['null', FAILURE], default: null, doc: 'Why the saga is going back.' },
      { name: 'stuck', type: ['null', FAILURE], default: null, doc: 'Why the saga is parked.' },
    ]),
    named,
  );
}

function dataSchema(plan: Plan, name: string): AvroSchema {
  const steps = plan.steps.map(({ id, command }) => ({
    name: id,
    type: ['null', command.done.name],
    default: null,
    doc: `Reply of the step ${id}.`,
  }));
  return record(name, 'What the saga has recorded.', [
    { name: 'input', type: plan.input.name, doc: 'What the saga was started with.' },
    ...steps,
  ]);
}

function activitySchema(namespace: string): AvroSchema {
  return record(`${namespace}.Activity`, 'A command that was sent and whose last word is not known yet.', [
    { name: 'step', type: 'int', doc: 'Position of the step.' },
    { name: 'undo', type: 'boolean', default: false, doc: "Whether it is the step's undo." },
    { name: 'attempt', type: 'int', doc: 'The attempt last sent, from 1 on.' },
    { name: 'waiting', type: 'boolean', default: false, doc: 'The attempt is over and the next one waits for its time.' },
    { name: 'dueAt', type: TIME, doc: 'When the attempt times out, or the next one is sent.' },
    { name: 'deadlineAt', type: ['null', TIME], default: null, doc: 'When the step is given up.' },
    { name: 'unknown', type: 'boolean', default: false, doc: 'An attempt timed out.' },
    { name: 'causes', type: array(FAILURE), default: [], doc: 'How earlier attempts failed.' },
  ]);
}

function undoSchema(namespace: string): AvroSchema {
  return record(`${namespace}.UndoEntry`, 'A registered undo.', [
    { name: 'step', type: 'int', doc: 'Position of the step.' },
    { name: 'outcome', type: 'int', doc: `What is known of the step: ${OUTCOMES.map((word, n) => `${n} ${word}`).join(', ')}.` },
    { name: 'failure', type: ['null', FAILURE], default: null, doc: 'Why the undo failed for good.' },
  ]);
}

function record(name: string, doc: string, fields: readonly AvroSchema[]): AvroSchema {
  return { type: 'record', name, doc, fields };
}

function array(items: AvroSchema): AvroSchema {
  return { type: 'array', items };
}

/** An open saga as a value of its snapshot's schema. */
export function toSnapshot(plan: Plan, state: OpenSaga): SnapshotRecord {
  const position = (step: string): number => plan.positions.get(step) ?? NO_STEP;
  const data: Record<string, unknown> = { input: state.data['input'] };
  for (const { id } of plan.steps) data[id] = state.data[id] ?? null;
  return {
    sagaId: state.sagaId,
    sequence: state.sequence,
    startedAt: micros(state.startedAtMs),
    lastAt: micros(state.lastAtMs),
    startHash: state.startHash,
    commandIds: state.commandIds,
    cursor: state.cursor === null ? NO_STEP : position(state.cursor),
    pastPivot: state.pastPivot,
    data,
    active: state.active.map(({ step, action, dueAtMs, deadlineAtMs, ...rest }) => ({
      ...rest,
      step: position(step),
      undo: action === 'undo',
      dueAt: micros(dueAtMs),
      deadlineAt: deadlineAtMs === null ? null : micros(deadlineAtMs),
    })),
    undo: state.undo.map(({ step, outcome, failure }) => ({
      step: position(step),
      outcome: OUTCOMES.indexOf(outcome),
      failure,
    })),
    compensating: state.compensating,
    stuck: state.stuck,
  };
}

/**
 * The open saga that a snapshot holds.
 *
 * @throws SagaHistoryError `SAGA_SNAPSHOT_INVALID` when it names a step or an outcome that the plan or this engine lacks
 */
export function fromSnapshot(plan: Plan, snapshot: SnapshotRecord): OpenSaga {
  const step = (position: number): string => {
    const found = plan.steps[position];
    if (found === undefined) throw invalid(plan, snapshot, `the plan has no step ${position}`);
    return found.id;
  };
  const data: Record<string, unknown> = {};
  for (const key of ['input', ...plan.steps.map(({ id }) => id)]) {
    const value = snapshot.data[key] ?? null;
    if (value === null) continue;
    freeze(value);
    data[key] = value;
  }
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
    cursor: snapshot.cursor === NO_STEP ? null : step(snapshot.cursor),
    pastPivot: snapshot.pastPivot,
    data,
    active: snapshot.active.map((activity) => ({
      step: step(activity.step),
      action: activity.undo ? 'undo' : 'do',
      attempt: activity.attempt,
      waiting: activity.waiting,
      dueAtMs: millis(activity.dueAt),
      deadlineAtMs: activity.deadlineAt === null ? null : millis(activity.deadlineAt),
      unknown: activity.unknown,
      causes: activity.causes,
    })),
    undo: snapshot.undo.map((entry) => {
      const outcome = OUTCOMES[entry.outcome];
      if (outcome === undefined) throw invalid(plan, snapshot, `no outcome has the number ${entry.outcome}`);
      return { step: step(entry.step), outcome, failure: entry.failure };
    }),
    compensating: snapshot.compensating,
    stuck: snapshot.stuck,
  };
}

function invalid(plan: Plan, { sagaId }: SnapshotRecord, why: string): SagaHistoryError {
  return new SagaHistoryError('SAGA_SNAPSHOT_INVALID', `The snapshot of saga ${sagaId} is none of ${snapshotName(plan)}: ${why}.`);
}
