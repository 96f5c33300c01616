import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AvroSchema } from '@onward/saga';

const SCHEMAS = resolve(import.meta.dirname, '../../../schemas');
const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);

/** A record under `schemas/` by its full name, every record it uses defined at its first use. */
export function readSchema(name: string, defined = new Set<string>()): AvroSchema {
  defined.add(name);
  const [, domain, record] = name.split('.');
  const inline = (part: unknown): AvroSchema => {
    if (typeof part === 'string') {
      return PRIMITIVES.has(part) || defined.has(part) ? part : readSchema(part, defined);
    }
    if (Array.isArray(part)) return part.map(inline);
    const definition = part as Record<string, unknown>;
    if (definition['type'] === 'array') return { ...definition, items: inline(definition['items']) };
    return definition;
  };
  const schema = JSON.parse(readFileSync(resolve(SCHEMAS, `${domain}/${record}.avsc`), 'utf8')) as {
    readonly fields: readonly { readonly type: unknown }[];
  };
  return { ...schema, fields: schema.fields.map((field) => ({ ...field, type: inline(field.type) })) };
}
