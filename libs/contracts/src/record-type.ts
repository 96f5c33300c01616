import avro from 'avsc';

/** An Avro schema as JSON (Avro specification 1.12). */
export type AvroSchema = string | readonly AvroSchema[] | { readonly [attribute: string]: unknown };

/** Where a value departs from its schema. */
export interface SchemaIssue {
  /** Path into the value, as `lines.0.quantity`. */
  readonly path: string;
  /** What the schema says should be there. */
  readonly expected: string;
  /** What is there, as JSON; `undefined` for a missing field. */
  readonly actual: string;
}

/** A value does not fit its schema. */
export class SchemaMismatch extends Error {
  readonly code = 'SCHEMA_MISMATCH';
  constructor(
    readonly recordName: string,
    readonly issues: readonly SchemaIssue[],
  ) {
    super(`${recordName}: ${issues.map((i) => `${i.path || 'the value'} should be ${i.expected}, is ${i.actual}`).join('; ')}`);
  }
}

/** One Avro record: its schema, its codec, and (as `T`) its TypeScript type. */
export interface RecordType<T> {
  /** Avro full name, as `onward.payment.AuthorizePayment`. */
  readonly name: string;
  /** Self-contained schema, every referenced record inlined at its first use. */
  readonly schema: AvroSchema;
  /** The compiled schema. */
  readonly avro: avro.Type;
  /**
   * The Avro binary of a value, with no header.
   * @throws SchemaMismatch naming every field that does not fit.
   */
  encode(value: T): Buffer;
  /** Reads what {@link encode} wrote. Throws what avsc throws on bytes that are not this record. */
  decode(bytes: Buffer): T;
  /** Every departure from the schema; unknown fields count. Empty when the value fits. */
  issues(value: unknown): SchemaIssue[];
  /** What is wrong with a value, as one sentence; `undefined` when it fits. */
  check(value: unknown): string | undefined;
  /** Phantom: never present. */
  readonly __type?: T;
}

/** Values are written here first and copied out: avsc's own way takes fresh memory for every value, which costs as much again. */
const scratch = Buffer.allocUnsafe(64 * 1024);

export function recordType<T>(schema: AvroSchema): RecordType<T> {
  const type = avro.Type.forSchema(schema as avro.Schema);
  const issues = (value: unknown): SchemaIssue[] => {
    const found: SchemaIssue[] = [];
    type.isValid(value, {
      noUndeclaredFields: true,
      errorHook: (path, actual, expected) => {
        found.push({ path: path.join('.'), expected: expectation(expected, path), actual: show(actual) });
      },
    });
    return found;
  };
  return {
    name: type.name as string,
    schema,
    avro: type,
    issues,
    check: (value) => {
      // The plain question first: it costs a fraction of finding out where.
      if (type.isValid(value)) return undefined;
      return new SchemaMismatch(type.name as string, issues(value)).message;
    },
    encode: (value) => {
      try {
        const end = type.encode(value, scratch, 0);
        return end < 0 ? type.toBuffer(value) : Buffer.from(scratch.subarray(0, end));
      } catch (cause) {
        const found = issues(value);
        throw found.length > 0 ? new SchemaMismatch(type.name as string, found) : cause;
      }
    },
    decode: (bytes) => type.fromBuffer(bytes) as T,
  };
}

function show(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined;
  return json === undefined ? 'missing' : json.length > 80 ? `${json.slice(0, 77)}...` : json;
}

/** A type as a person reads it: `string`, `string or null`, `record Money`. */
function expectation(type: avro.Type, path: readonly string[]): string {
  const schema = type.schema() as { type?: string; name?: string } | string | unknown[];
  if (Array.isArray(schema)) {
    return (type as unknown as { types: avro.Type[] }).types
      .map((t) => expectation(t, path))
      .sort((a, b) => Number(a === 'null') - Number(b === 'null'))
      .join(' or ');
  }
  if (typeof schema === 'string') return schema;
  if (schema.type === 'record') return `a record ${type.name?.split('.').at(-1)} with only its own fields`;
  return schema.type ?? 'of another type';
}
