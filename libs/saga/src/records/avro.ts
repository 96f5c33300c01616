import type { AnyRecord, AvroSchema } from '../contract.js';
import { SagaDefinitionError } from '../errors.js';

/**
 * Puts record definitions from several sources into one schema. Avro wants a named type defined once, at its first use
 * in reading order, and called by name afterwards (Avro 1.12, "Names"); every source defines what it uses.
 *
 * `shallow` definitions are full-named, with every nested named type replaced by its name: they can be compared, and
 * put together again in any order.
 */
type Definition = { readonly [attribute: string]: unknown };

const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);
const NAMED = new Set(['record', 'error', 'enum', 'fixed']);

/**
 * Adds the shallow definitions of a record, and of everything defined in it, to `named` (full name → JSON text).
 *
 * @throws SagaDefinitionError `SAGA_RECORD_CONFLICT` when a name is there with another definition,
 *   `SAGA_RECORD_INVALID` when the schema does not define the record it is said to
 */
export function collectNamed(record: AnyRecord, named: Map<string, string>): void {
  const top = shallow(record.schema, null, named);
  if (top !== record.name) {
    throw new SagaDefinitionError('SAGA_RECORD_INVALID', `The schema of ${record.name} does not define that record.`);
  }
}

/**
 * A schema with every named type defined at its first use.
 *
 * @throws SagaDefinitionError `SAGA_RECORD_INVALID` when a type is used and nowhere defined
 */
export function expand(schema: AvroSchema, named: ReadonlyMap<string, string>): AvroSchema {
  const defined = new Set<string>();
  const walk = (part: AvroSchema): AvroSchema => {
    if (typeof part === 'string') {
      if (PRIMITIVES.has(part) || defined.has(part)) return part;
      const text = named.get(part);
      if (text === undefined) {
        throw new SagaDefinitionError('SAGA_RECORD_INVALID', `The type ${part} is used, but no schema defines it.`);
      }
      defined.add(part);
      return nested(JSON.parse(text) as Definition, walk);
    }
    if (isUnion(part)) return part.map(walk);
    if (typeof part['name'] === 'string' && NAMED.has(String(part['type']))) defined.add(part['name']);
    return nested(part, walk);
  };
  return walk(schema);
}

function shallow(schema: AvroSchema, namespace: string | null, named: Map<string, string>): AvroSchema {
  if (typeof schema === 'string') return PRIMITIVES.has(schema) ? schema : fullName(schema, namespace);
  if (isUnion(schema)) return schema.map((branch) => shallow(branch, namespace, named));
  if (!NAMED.has(String(schema['type']))) return nested(schema, (part) => shallow(part, namespace, named));

  const own = typeof schema['namespace'] === 'string' ? schema['namespace'] : namespace;
  const name = fullName(String(schema['name']), own);
  const inner = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : null;
  const { namespace: _, ...rest } = schema;
  const text = JSON.stringify({ ...nested(rest, (part) => shallow(part, inner, named)), name });
  const before = named.get(name);
  if (before !== undefined && before !== text) {
    throw new SagaDefinitionError('SAGA_RECORD_CONFLICT', `Two definitions of ${name} differ: generate both anew.`);
  }
  named.set(name, text);
  return name;
}

/** Applies `walk` to the schemas directly inside a definition. */
function nested(definition: Definition, walk: (part: AvroSchema) => AvroSchema): Definition {
  switch (definition['type']) {
    case 'record':
    case 'error': {
      const fields = definition['fields'] as readonly Definition[];
      return { ...definition, fields: fields.map((field) => ({ ...field, type: walk(field['type'] as AvroSchema) })) };
    }
    case 'array':
      return { ...definition, items: walk(definition['items'] as AvroSchema) };
    case 'map':
      return { ...definition, values: walk(definition['values'] as AvroSchema) };
    case 'enum':
    case 'fixed':
      return definition;
    default:
      return { ...definition, type: walk(definition['type'] as AvroSchema) };
  }
}

function isUnion(schema: AvroSchema): schema is readonly AvroSchema[] {
  return Array.isArray(schema);
}

function fullName(name: string, namespace: string | null): string {
  return name.includes('.') || namespace === null || namespace === '' ? name : `${namespace}.${name}`;
}
