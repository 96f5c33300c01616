// Generates libs/contracts/src/generated from schemas/: TypeScript types, record codecs, command contracts.
//   node tools/codegen/generate.mjs            writes
//   node tools/codegen/generate.mjs --check    exits 1 when what is written is not what schemas/ says
//   --schemas DIR --out DIR --import NAME      for a package of its own (a team's own participant)
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const { values: args } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    schemas: { type: 'string', default: join(root, 'schemas') },
    out: { type: 'string', default: join(root, 'libs/contracts/src/generated') },
    /** Where generated files import `recordType` and `command` from; `..` inside libs/contracts itself. */
    import: { type: 'string' },
  },
});

class GenerateError extends Error {}
const PRIMITIVES = { string: 'string', int: 'number', long: 'number', float: 'number', double: 'number', boolean: 'boolean', bytes: 'Buffer', null: 'null' };
const fullName = (s) => `${s.namespace}.${s.name}`;
const shortName = (n) => n.split('.').at(-1);
const domainOf = (n) => n.split('.')[1];

function load(dir) {
  const records = new Map();
  const contracts = [];
  for (const domain of readdirSync(dir, { withFileTypes: true }).filter((e) => e.isDirectory()).map((e) => e.name).sort()) {
    for (const file of readdirSync(join(dir, domain)).sort()) {
      const path = join(dir, domain, file);
      if (file.endsWith('.avsc')) {
        const schema = JSON.parse(readFileSync(path, 'utf8'));
        const name = fullName(schema);
        if (`${schema.name}.avsc` !== file || schema.namespace !== `onward.${domain}`) throw new GenerateError(`${domain}/${file} holds ${name}: a file holds the record it is named after, in the namespace onward.${domain}`);
        const twin = [...records.keys()].find((n) => shortName(n) === schema.name);
        if (twin) throw new GenerateError(`${twin} and ${name} share their short name: names are unique over all domains`);
        records.set(name, schema);
      } else if (file === 'contract.yaml') {
        contracts.push({ domain, ...parse(readFileSync(path, 'utf8')) });
      }
    }
  }
  return { records, contracts };
}

/** A schema with every referenced record inlined at its first use, so that the registry needs no references. */
function inline(schema, records, seen = new Set()) {
  if (typeof schema === 'string') {
    if (PRIMITIVES[schema] || seen.has(schema)) return schema;
    const found = records.get(schema);
    if (!found) throw new GenerateError(`unknown type ${schema}`);
    return inline(found, records, seen);
  }
  if (Array.isArray(schema)) return schema.map((s) => inline(s, records, seen));
  if (schema.type === 'record') {
    seen.add(fullName(schema));
    return { ...schema, fields: schema.fields.map((f) => ({ ...f, type: inline(f.type, records, seen) })) };
  }
  if (schema.type === 'enum') throw new GenerateError(`enum ${schema.name}: an enum cannot grow under FULL_TRANSITIVE, use a string`);
  if (schema.type === 'array') return { ...schema, items: inline(schema.items, records, seen) };
  if (schema.type === 'map') return { ...schema, values: inline(schema.values, records, seen) };
  return schema;
}

function tsType(schema, use) {
  if (typeof schema === 'string') {
    if (PRIMITIVES[schema]) return PRIMITIVES[schema];
    use(schema);
    return shortName(schema);
  }
  if (Array.isArray(schema)) return schema.map((s) => tsType(s, use)).join(' | ');
  if (schema.type === 'array') {
    const item = tsType(schema.items, use);
    return `readonly ${item.includes(' ') ? `(${item})` : item}[]`;
  }
  if (schema.type === 'map') return `{ readonly [key: string]: ${tsType(schema.values, use)} }`;
  return tsType(schema.type, use);
}

function doc(text, pad = '') {
  return text ? `${pad}/** ${text} */\n` : '';
}

const HEADER = '// Generated from schemas/ by `npm run generate`. Not edited by hand.\n';
const library = (file) => args.import ?? `../${file}.js`;

function domainFile(domain, records) {
  const own = [...records.values()].filter((s) => domainOf(fullName(s)) === domain);
  const imports = new Map();
  const use = (name) => {
    if (!records.has(name)) throw new GenerateError(`unknown type ${name}`);
    if (domainOf(name) !== domain) imports.set(domainOf(name), (imports.get(domainOf(name)) ?? new Set()).add(shortName(name)));
  };
  const body = own.map((s) => {
    const fields = s.fields.map((f) => doc(`${f.doc ?? ''}${f.pii ? ' Personal data.' : ''}${JSON.stringify(f.type).includes('timestamp-micros') ? ' Microseconds since 1970-01-01 UTC.' : ''}`.trim(), '  ') + `  readonly ${f.name}: ${tsType(f.type, use)};`);
    return `${doc(s.doc)}export interface ${s.name} {\n${fields.join('\n')}\n}\nexport const ${s.name}: RecordType<${s.name}> = recordType<${s.name}>(${JSON.stringify(inline(s, records))});\n`;
  });
  const lines = [`import { recordType, type RecordType } from '${library('record-type')}';`];
  for (const [from, names] of [...imports].sort()) lines.push(`import type { ${[...names].sort().join(', ')} } from './${from}.js';`);
  return `${HEADER}${lines.join('\n')}\n\n${body.join('\n')}`;
}

function contractsFile(contracts, records) {
  const imports = new Map();
  const ref = (name, domain) => {
    const full = name.includes('.') ? name : `onward.${domain}.${name}`;
    if (!records.has(full)) throw new GenerateError(`${domain}/contract.yaml names ${name}, which no schema declares`);
    imports.set(domainOf(full), (imports.get(domainOf(full)) ?? new Set()).add(shortName(full)));
    return shortName(full);
  };
  const list = (names = [], domain) => `[${names.map((n) => ref(n, domain)).join(', ')}]`;
  const body = contracts.map((c) => {
    const commands = Object.entries(c.commands ?? {}).map(([name, d]) =>
      `  ${name}: command({ participant: '${c.service}', request: ${ref(name, c.domain)}, done: ${ref(d.done, c.domain)}, rejections: ${JSON.stringify(d.rejections ?? [])}, failures: ${JSON.stringify(d.failures ?? [])}, undoes: ${d.undoes ? `'onward.${c.domain}.${d.undoes}'` : 'null'} }),`);
    const accepts = Object.entries(c.accepts ?? {}).map(([from, names]) => `${from}: ${list(names, c.domain)}`);
    const own = commands.length > 0 ? `/** The commands of ${c.service}. */\nexport const ${c.service} = {\n${commands.join('\n')}\n} as const;\n` : '';
    return `${own}/** Everything ${c.service} takes and tells. */\nexport const ${c.service}Contract: ServiceContract = {\n  service: '${c.service}',\n  commands: ${commands.length > 0 ? `byName(${c.service})` : '{}'},\n  accepts: { ${accepts.join(', ')} },\n  outcomes: ${list(c.outcomes, c.domain)},\n  events: ${list(c.events, c.domain)},\n  state: ${list(c.state, c.domain)},\n  log: ${list(c.log, c.domain)},\n};\n`;
  });
  const lines = [`import { command, type CommandType } from '${library('command-type')}';`, `import type { ServiceContract } from '${library('service-contract')}';`];
  for (const [from, names] of [...imports].sort()) lines.push(`import { ${[...names].sort().join(', ')} } from './${from}.js';`);
  return `${HEADER}${lines.join('\n')}\n\nfunction byName(commands: Readonly<Record<string, CommandType>>): Readonly<Record<string, CommandType>> {\n  return Object.fromEntries(Object.values(commands).map((c) => [c.name, c]));\n}\n\n${body.join('\n')}\n/** Every service's contract. */\nexport const serviceContracts: readonly ServiceContract[] = [${contracts.map((c) => `${c.service}Contract`).join(', ')}];\n`;
}

function generate() {
  const { records, contracts } = load(resolve(args.schemas));
  const files = new Map();
  for (const domain of [...new Set([...records.keys()].map(domainOf))].sort()) files.set(`${domain}.ts`, domainFile(domain, records));
  if (contracts.length > 0) files.set('contracts.ts', contractsFile(contracts, records));
  files.set('index.ts', `${HEADER}${[...files.keys()].sort().map((f) => `export * from './${f.replace('.ts', '.js')}';`).join('\n')}\n`);
  return files;
}

try {
  const out = resolve(args.out);
  const files = generate();
  const present = existsSync(out) ? readdirSync(out) : [];
  const stale = [...new Set([...files.keys(), ...present])].filter((f) => !files.has(f) || !present.includes(f) || readFileSync(join(out, f), 'utf8') !== files.get(f));
  if (args.check) {
    if (stale.length > 0) throw new GenerateError(`out of date: ${stale.join(', ')}. Run \`npm run generate\` and commit what it writes.`);
    console.log(`generated contracts are up to date (${files.size} files)`);
  } else {
    mkdirSync(out, { recursive: true });
    for (const f of present) if (!files.has(f)) rmSync(join(out, f));
    for (const f of stale) if (files.has(f)) writeFileSync(join(out, f), files.get(f));
    console.log(stale.length > 0 ? `wrote ${stale.join(', ')}` : 'nothing to do');
  }
} catch (error) {
  if (!(error instanceof GenerateError) && !(error instanceof SyntaxError)) throw error;
  console.error(`generate: ${error.message}`);
  process.exit(1);
}
