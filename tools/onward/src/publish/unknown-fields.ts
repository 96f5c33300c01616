import type { RecordType } from '@onward/contracts';

/** A field that no schema declares. */
export interface UnknownField {
  /** Path into the value, as `lines.0.colour`. */
  readonly path: string;
  /** Short name of the record it stands in. */
  readonly record: string;
  /** The fields which that record has. */
  readonly known: readonly string[];
}

/** A value without the fields that its schema does not declare, and what was left out: each is named, where the codec only says that there is one. */
export function separateUnknownFields(type: RecordType<unknown>, value: unknown): { readonly known: unknown; readonly unknown: readonly UnknownField[] } {
  const unknown: UnknownField[] = [];
  const known = walk(type.schema as Schema, value, [], new Map(), unknown);
  return { known, unknown };
}

type Schema = string | readonly Schema[] | { readonly type: Schema; readonly [attribute: string]: unknown };

function walk(schema: Schema, value: unknown, path: readonly string[], named: Map<string, Schema>, unknown: UnknownField[]): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (typeof schema === 'string') {
    const definition = named.get(schema);
    return definition === undefined ? value : walk(definition, value, path, named, unknown);
  }
  if (isUnion(schema)) {
    const branch = schema.find((option) => option !== 'null');
    return branch === undefined ? value : walk(branch, value, path, named, unknown);
  }
  if (schema.type === 'array' && Array.isArray(value)) {
    return value.map((item, index) => walk(schema['items'] as Schema, item, [...path, String(index)], named, unknown));
  }
  if (schema.type === 'map') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(schema['values'] as Schema, item, [...path, key], named, unknown)]));
  }
  if (schema.type !== 'record' || Array.isArray(value)) return value;

  const name = schema['name'] as string;
  named.set(schema['namespace'] === undefined ? name : `${schema['namespace'] as string}.${name}`, schema);
  const fields = new Map((schema['fields'] as { name: string; type: Schema }[]).map((field) => [field.name, field.type]));
  const kept: [string, unknown][] = [];
  // In the schema's order: a named type is defined at its first use and referred to after it.
  for (const [field, fieldSchema] of fields) {
    if (field in value) kept.push([field, walk(fieldSchema, (value as Record<string, unknown>)[field], [...path, field], named, unknown)]);
    else walkDefinition(fieldSchema, named);
  }
  for (const field of Object.keys(value)) {
    if (!fields.has(field)) unknown.push({ path: [...path, field].join('.'), record: name.slice(name.lastIndexOf('.') + 1), known: [...fields.keys()] });
  }
  return Object.fromEntries(kept);
}

/** Learns the named types of a schema that no value was given for. */
function walkDefinition(schema: Schema, named: Map<string, Schema>): void {
  if (typeof schema === 'string') return;
  if (isUnion(schema)) {
    for (const option of schema) walkDefinition(option, named);
  } else if (schema.type === 'array') walkDefinition(schema['items'] as Schema, named);
  else if (schema.type === 'map') walkDefinition(schema['values'] as Schema, named);
  else if (schema.type === 'record') walk(schema, {}, [], named, []);
}

function isUnion(schema: Schema): schema is readonly Schema[] {
  return Array.isArray(schema);
}
