import type { AnyRecord, AvroSchema } from '../contract.js';
import { FAILURE_SCHEMA } from '../failure.js';
import type { Plan } from '../plan/plan.js';
import { collectNamed, expand } from './avro.js';
import { dataShape, type DataShape } from './recorded-data.js';
import { snapshotName } from './snapshot-name.js';
import { OUTCOMES, PHASES } from './snapshot-record.js';

type Field = { readonly name: string; readonly type: AvroSchema; readonly doc: string; readonly default?: unknown };

const TIME = { type: 'long', logicalType: 'timestamp-micros' } as const;
const FAILURE = 'onward.common.Failure';
const NODE: Field = { name: 'node', type: 'int', doc: 'Position of the node in the plan.' };
const AT: Field = {
  name: 'at',
  type: array('int'),
  doc: 'Indexes of the loops around the node, the outermost first; one more for an iteration of the node itself.',
};
const made = new WeakMap<Plan, AnyRecord>();

/** The record of a plan's snapshots, one object a plan. */
export function snapshotRecord(plan: Plan): AnyRecord {
  const before = made.get(plan);
  if (before !== undefined) return before;
  const record = { name: snapshotName(plan), schema: snapshotSchema(plan) };
  made.set(plan, record);
  return record;
}

/**
 * The Avro schema of a plan's snapshots, derived from what the plan records. What is rare stands in records that may be
 * missing, so that it costs one byte when it is.
 *
 * @throws SagaDefinitionError `SAGA_RECORD_CONFLICT`, `SAGA_RECORD_INVALID` when the plan's records do not fit together
 */
export function snapshotSchema(plan: Plan): AvroSchema {
  const name = snapshotName(plan);
  const shape = dataShape(plan);
  const named = new Map<string, string>();
  collectNamed({ name: FAILURE, schema: FAILURE_SCHEMA }, named);
  collectValues(shape, named);
  const own = name.slice(0, name.lastIndexOf('.'));
  return expand(
    record(name, `A running saga ${plan.name}, version ${plan.version}, after its last transition.`, [
      ...headFields(),
      { name: 'pastPivot', type: 'boolean', doc: 'The command of the pivot has been sent.' },
      { name: 'data', type: dataSchema(shape, `${name}Data`), doc: 'The input, and what has been recorded, nested as in the definition.' },
      { name: 'active', type: array(activitySchema(own)), doc: 'Where the saga stands.' },
      { name: 'undo', type: array(undoSchema(own)), doc: 'Registered undos in order of completion.' },
      optional('more', moreSchema(own), 'What most sagas do not have.'),
    ]),
    named,
  );
}

/** The same in every plan's snapshots: an owner that lacks the plan reads them. */
function headFields(): readonly Field[] {
  return [
    { name: 'sagaId', type: 'string', doc: 'The saga.' },
    { name: 'sequence', type: 'long', doc: 'Number of the last transition, from 1 on without a gap.' },
    { name: 'startedAt', type: TIME, doc: 'When it began.' },
    { name: 'lastAt', type: TIME, doc: 'Time of the last transition.' },
    { name: 'startHash', type: 'bytes', doc: "Hash of the start command's content." },
    { name: 'commandIds', type: array('string'), doc: "Client commands that its end answers; the first is the start's." },
    { name: 'deferred', type: array('bytes'), default: [], doc: 'Inputs put aside by an owner that lacked the plan, the oldest first.' },
    optional('compensating', FAILURE, 'Why the saga is going back.'),
    optional('stuck', FAILURE, 'Why the saga is parked.'),
  ];
}

function collectValues(shape: DataShape, named: Map<string, string>): void {
  if (shape.kind === 'value') collectNamed(shape.type, named);
  else if (shape.kind === 'items') collectValues(shape.item, named);
  else for (const { shape: inner } of shape.fields) collectValues(inner, named);
}

/** Ids have no underscore: joined by it, the names of nested records never meet. */
function dataSchema(shape: DataShape, name: string): AvroSchema {
  if (shape.kind === 'value') return shape.type.name;
  if (shape.kind === 'items') return array(['null', dataSchema(shape.item, name)]);
  const fields = shape.fields.map(({ id, shape: inner }) => optional(id, dataSchema(inner, `${name}_${id}`), RECORDED[inner.kind](id)));
  return record(name, 'What has been recorded here.', fields);
}

const RECORDED: Readonly<Record<DataShape['kind'], (id: string) => string>> = {
  value: (id) => (id === 'input' ? 'What the saga was started with.' : `What ${id} recorded.`),
  fields: (id) => `What was recorded in ${id}.`,
  items: (id) => `What every iteration of ${id} recorded.`,
};

function activitySchema(own: string): AvroSchema {
  const more = record(`${own}.ActivityMore`, 'Of an activity in a loop, in a later round, or with failures or edits behind it.', [
    AT,
    { name: 'firstAttempt', type: 'int', doc: 'The attempt with which this round of its retry policy began; 1 when this record is missing.' },
    ...editFields(),
    { name: 'unknown', type: 'boolean', doc: 'An attempt timed out: it may have happened unseen.' },
    { name: 'causes', type: array(FAILURE), doc: 'How earlier attempts failed.' },
    optional('failure', FAILURE, 'Why it is parked.'),
  ]);
  return record(`${own}.Activity`, 'A place where the saga stands.', [
    NODE,
    { name: 'undo', type: 'boolean', doc: "Whether it is the step's undo." },
    { name: 'phase', type: 'int', doc: `What it is doing: ${numbered(PHASES)}.` },
    { name: 'attempt', type: 'int', doc: 'The attempt last sent, from 1 on; 0 before the first.' },
    optional('dueAt', TIME, 'When the attempt times out, the next one is sent, or the wait is over.'),
    optional('deadlineAt', TIME, 'When it is given up.'),
    optional('more', more, 'What most activities do not have.'),
  ]);
}

function undoSchema(own: string): AvroSchema {
  const more = record(`${own}.UndoMore`, 'Of an undo in a loop, of a step that is not known to be done, or that failed or was edited.', [
    AT,
    { name: 'outcome', type: 'int', doc: `What is known of the step: ${numbered(OUTCOMES)}; done when this record is missing.` },
    { name: 'doEdit', type: 'int', doc: "Number of edits of the step's command when it was last sent; 0 when this record is missing." },
    optional('failure', FAILURE, 'Why the undo failed for good.'),
    { name: 'attempt', type: 'int', doc: 'Attempts that were sent before it failed.' },
    ...editFields(),
  ]);
  return record(`${own}.UndoEntry`, 'A registered undo.', [NODE, optional('more', more, 'What most undos do not have.')]);
}

function editFields(): readonly Field[] {
  return [
    { name: 'edit', type: 'int', doc: 'Number of edits.' },
    optional('edited', 'bytes', "An operator's request in the place of the plan's, in the registry's wire format."),
    optional('sentAs', 'string', 'The path its commands were first sent under, when it was another one.'),
  ];
}

function loopSchema(own: string): AvroSchema {
  return record(`${own}.Loop`, 'A loop that the saga is in.', [
    NODE,
    AT,
    { name: 'count', type: 'int', doc: 'How many items it had when it was entered.' },
  ]);
}

function moreSchema(own: string): AvroSchema {
  return record(`${own}.More`, 'What most sagas do not have.', [
    { name: 'loops', type: array(loopSchema(own)), doc: 'Loops that the saga is in.' },
    { name: 'seenIds', type: array('string'), doc: 'Ids of the last signals and operator commands, the newest last.' },
    optional(
      'parent',
      record(`${own}.Parent`, 'The saga that started this one.', [
        { name: 'domain', type: 'string', doc: 'Its domain.' },
        { name: 'sagaId', type: 'string', doc: 'Its id.' },
        { name: 'step', type: 'string', doc: 'The step that waits for this saga.' },
        { name: 'attempt', type: 'int', doc: 'The attempt that waits.' },
        { name: 'idempotencyKey', type: 'string', doc: 'The key the start came with.' },
      ]),
      'The saga that started this one.',
    ),
    {
      name: 'earlySignals',
      type: array(
        record(`${own}.EarlySignal`, 'A signal that came before its time.', [
          { name: 'id', type: 'string', doc: 'Its ce_id.' },
          { name: 'value', type: 'bytes', doc: "The signal, in the registry's wire format." },
        ]),
      ),
      doc: 'Signals that came before their time.',
    },
  ]);
}

function numbered(words: readonly string[]): string {
  return words.map((word, number) => `${number} ${word}`).join(', ');
}

function record(name: string, doc: string, fields: readonly Field[]): AvroSchema {
  return { type: 'record', name, doc, fields };
}

function array(items: AvroSchema): AvroSchema {
  return { type: 'array', items };
}

function optional(name: string, type: AvroSchema, doc: string): Field {
  return { name, type: ['null', type], default: null, doc };
}
