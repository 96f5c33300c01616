import { hashOf } from '../random.js';

type Schema = string | readonly Schema[] | { readonly type: Schema; readonly name?: string; readonly fields?: readonly { readonly name: string; readonly type: Schema }[]; readonly items?: Schema; readonly values?: Schema; readonly symbols?: readonly string[]; readonly size?: number };

/** A value of an Avro schema, the same for the same seed: small numbers, short strings, one item in every array. */
export function sampleOf(schema: unknown, seed: string): unknown {
  return sample(schema as Schema, seed, new Map());
}

function sample(schema: Schema, seed: string, named: Map<string, Schema>): unknown {
  if (Array.isArray(schema)) {
    const branches = schema as readonly Schema[];
    return branches.includes('null') && hashOf(seed) % 2 === 0 ? null : sample(branches.find((branch) => branch !== 'null') ?? 'null', seed, named);
  }
  if (typeof schema === 'string') return primitive(schema, seed, named);
  const written = schema as Exclude<Schema, string | readonly Schema[]>;
  if (written.name !== undefined) named.set(written.name, written);
  switch (written.type) {
    case 'record':
      return Object.fromEntries((written.fields ?? []).map(({ name, type }) => [name, name === 'score' ? hashOf(`${seed}.${name}`) % 100 : sample(type, `${seed}.${name}`, named)]));
    case 'array':
      return [sample(written.items ?? 'null', `${seed}[0]`, named)];
    case 'map':
      return {};
    case 'enum':
      return written.symbols?.[hashOf(seed) % written.symbols.length];
    case 'fixed':
      return Buffer.alloc(written.size ?? 0);
    default:
      return sample(written.type, seed, named);
  }
}

function primitive(type: string, seed: string, named: Map<string, Schema>): unknown {
  switch (type) {
    case 'null':
      return null;
    case 'boolean':
      return hashOf(seed) % 2 === 0;
    case 'int':
    case 'long':
      return hashOf(seed) % 6;
    case 'float':
    case 'double':
      return (hashOf(seed) % 60) / 10;
    case 'bytes':
      return Buffer.from(seed);
    case 'string':
      return `s${hashOf(seed) % 1000}`;
    default: {
      const known = [...named].find(([name]) => name === type || type.endsWith(`.${name}`));
      if (known === undefined) throw new RangeError(`Nothing is called ${type} here.`);
      return sample(known[1], seed, named);
    }
  }
}
