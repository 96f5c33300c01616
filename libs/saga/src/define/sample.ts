import type { AnyRecord, AvroSchema } from '../contract.js';
import { freeze } from '../freeze.js';

/** Midnight of 2026-01-01 UTC, the time in every sample. */
const SAMPLE_TIME_MS = 1_767_225_600_000;
/** Days from 1970-01-01 to it. */
const SAMPLE_DATE = SAMPLE_TIME_MS / 86_400_000;

type Definition = { readonly [attribute: string]: unknown };

/**
 * A value of a record, to try functions with: strings are named after their field, numbers are 1, arrays and maps have one
 * element, what may be null is there, and an enum has its first symbol. Where a type contains itself it ends: with null, or
 * an empty list.
 */
export function sampleOf(record: AnyRecord): unknown {
  const sample = new Sampler().sample(record.schema, record.name, null);
  freeze(sample);
  return sample;
}

/** Whether a value carries bytes of a sample, which are of no use to a codec. */
export function holdsBytes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return ArrayBuffer.isView(value) || Object.values(value).some(holdsBytes);
}

/** There is no sample of a type that contains itself without end. */
const ENDLESS = Symbol('endless');

class Sampler {
  private readonly named = new Map<string, Definition>();
  /** Records that are being made. */
  private readonly open = new Set<string>();

  sample(schema: AvroSchema, field: string, namespace: string | null): unknown {
    if (typeof schema === 'string') return this.primitive(schema, field, namespace);
    if (Array.isArray(schema)) return this.union(schema as readonly AvroSchema[], field, namespace);
    const definition = schema as Definition;
    switch (definition['type']) {
      case 'record':
      case 'error':
        return this.record(definition, namespace);
      case 'enum':
        this.define(definition, namespace);
        return (definition['symbols'] as readonly string[])[0];
      case 'fixed':
        this.define(definition, namespace);
        return new Uint8Array(Number(definition['size']));
      case 'array': {
        const item = this.sample(definition['items'] as AvroSchema, field, namespace);
        return item === ENDLESS ? [] : [item];
      }
      case 'map': {
        const value = this.sample(definition['values'] as AvroSchema, field, namespace);
        return value === ENDLESS ? {} : { key: value };
      }
      case 'long':
      case 'int':
        return timeOf(definition['logicalType']) ?? 1;
      default:
        return this.sample(definition['type'] as AvroSchema, field, namespace);
    }
  }

  private primitive(type: string, field: string, namespace: string | null): unknown {
    switch (type) {
      case 'null':
        return null;
      case 'boolean':
        return true;
      case 'int':
      case 'long':
      case 'float':
      case 'double':
        return 1;
      case 'bytes':
        return new Uint8Array(1);
      case 'string':
        return field;
      default: {
        const definition = this.named.get(fullName(type, namespace));
        return definition === undefined ? ENDLESS : this.sample(definition, field, null);
      }
    }
  }

  /** The first branch that is not null. */
  private union(branches: readonly AvroSchema[], field: string, namespace: string | null): unknown {
    for (const branch of branches) {
      if (branch === 'null') continue;
      const value = this.sample(branch, field, namespace);
      if (value !== ENDLESS) return value;
    }
    return branches.includes('null') ? null : ENDLESS;
  }

  private record(definition: Definition, around: string | null): unknown {
    const name = this.define(definition, around);
    if (this.open.has(name)) return ENDLESS;
    this.open.add(name);
    const namespace = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : null;
    const fields = (definition['fields'] as readonly Definition[]).map((field): [string, unknown] => {
      const id = String(field['name']);
      return [id, this.sample(field['type'] as AvroSchema, id, namespace)];
    });
    this.open.delete(name);
    return fields.some(([, value]) => value === ENDLESS) ? ENDLESS : Object.fromEntries(fields);
  }

  /** Keeps a definition for where it is used by name; gives its full name. */
  private define(definition: Definition, around: string | null): string {
    const own = typeof definition['namespace'] === 'string' ? definition['namespace'] : around;
    const name = fullName(String(definition['name']), own);
    this.named.set(name, { ...definition, name });
    return name;
  }
}

function timeOf(logicalType: unknown): number | undefined {
  switch (logicalType) {
    case 'timestamp-millis':
    case 'local-timestamp-millis':
      return SAMPLE_TIME_MS;
    case 'timestamp-micros':
    case 'local-timestamp-micros':
      return SAMPLE_TIME_MS * 1000;
    case 'date':
      return SAMPLE_DATE;
    default:
      return undefined;
  }
}

function fullName(name: string, namespace: string | null): string {
  return name.includes('.') || namespace === null || namespace === '' ? name : `${namespace}.${name}`;
}
