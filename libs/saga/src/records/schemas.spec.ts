import { readSchema } from '../../../../test/support/saga/schemas.js';
import { FAILURE_SCHEMA } from '../failure.js';
import { EVENT_KINDS } from './event-forms.js';
import { emptyEvent } from './event-record.js';

type Fields = { readonly fields: readonly Readonly<Record<string, unknown>>[] };

describe('the failure record', () => {
  it('is the same here and under schemas/', () => {
    const { namespace, ...file } = readSchema('onward.common.Failure') as Record<string, unknown>;
    expect({ ...file, name: `${String(namespace)}.${String(file['name'])}` }).toEqual(FAILURE_SCHEMA);
  });
});

describe.each(['SagaTransition', 'TransitionCause', 'TransitionEvent', 'SagaParent', 'ClosedSaga', 'SagaOutcome', 'SagaStuck'])(
  'the record %s',
  (name) => {
    const { fields } = readSchema(`onward.orders.${name}`) as Fields;

    it('explains every field, and gives every one that may be missing a default', () => {
      for (const field of fields) {
        const missing = Array.isArray(field['type']) && field['type'][0] === 'null';
        expect({ field: field['name'], explained: typeof field['doc'], missing }).toEqual({
          field: field['name'],
          explained: 'string',
          missing: 'default' in field,
        });
      }
    });
  },
);

describe("the fields of an event's record", () => {
  const { fields } = readSchema('onward.orders.TransitionEvent') as Fields;

  it('are those that the engine fills in, in this order', () => {
    expect(fields.map(({ name }) => name)).toEqual(Object.keys(emptyEvent('SagaStarted')));
  });

  it('name every kind of event', () => {
    const [kind] = fields;
    for (const known of EVENT_KINDS) expect(kind?.['doc']).toMatch(new RegExp(`\\b${known}\\b`));
  });
});
