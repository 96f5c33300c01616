import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

const HERE = import.meta.dirname;
const ROOT = resolve(HERE, '../..');

/** A file's text, checked under the workspace's own options as if it stood in this folder. */
function check(name: string, text = readFileSync(resolve(HERE, name), 'utf8')): { readonly findings: readonly string[]; readonly instantiations: number } {
  const read = ts.readConfigFile(resolve(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...read.config, include: [], files: [] }, ts.sys, ROOT);
  const path = resolve(HERE, name);
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) =>
    resolve(file) === path ? ts.createSourceFile(file, text, options.target ?? ts.ScriptTarget.ES2023) : getSourceFile(file, ...rest);
  const fileExists = host.fileExists.bind(host);
  host.fileExists = (file) => resolve(file) === path || fileExists(file);
  const program = ts.createProgram([path], options, host);
  const diagnostics = ts.getPreEmitDiagnostics(program, program.getSourceFile(path));
  return {
    findings: diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    instantiations: program.getInstantiationCount(),
  };
}

describe('the types', () => {
  const files = readdirSync(HERE).filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));

  it.each(files)('hold every line of %s', (file) => {
    expect(check(file).findings).toEqual([]);
  }, 60_000);

  it('say in words what is wrong', () => {
    const messages = (file: string): string => check(file, readFileSync(resolve(HERE, file), 'utf8').replaceAll('@ts-expect-error', '')).findings.join('\n');
    const plain = messages('saga-builder.ts');
    expect(plain).toContain('the id reserve is already taken');
    expect(plain).toContain('the id input is already taken');
    expect(plain).toMatch(/Property 'reserve' does not exist on type 'StartRecord<Order>/);
    const blocks = messages('mistakes.ts');
    expect(blocks).toContain("Property 'fraud' does not exist on type 'StartRecord<Order> & { readonly checks: { readonly fraud: RiskScore; }; }'");
    expect(blocks).toContain("the saga may not start sagas in the domain billing: list it in the saga's grants");
    expect(blocks).toContain("Type 'SagaWithoutResult' is not assignable");
    expect(blocks).toContain("Type '\"nope\"' is not assignable to type '\"reserve\" | \"fraud\" | \"settle\"'");
    expect(blocks).toContain("Property 'reserve' is missing in type '{ input: Order;");
  }, 60_000);
});

describe('checking a definition', () => {
  /** A definition of so many calls in a row, written as authors write. */
  const definition = (calls: number, call: (n: number) => string): string =>
    [
      "import { saga } from '@onward/saga';",
      "import { Approval, Order, Quote, Release, Reserve, Score } from './contracts.js';",
      'const score = { command: Score, send: () => ({ orderId: "" }), harmless: true } as const;',
      "export const plan = saga('long', { version: 1, domain: 'orders', input: Order })",
      ...Array.from({ length: calls }, (_, n) => call(n)),
      '.build();',
    ].join('\n');
  const step = (n: number, reads: string): string =>
    `.step('s${n}', { command: Reserve, send: (s) => ({ orderId: ${n === 0 ? 's.input.orderId' : reads} }),
       undo: { command: Release, send: (s, reply) => ({ reservationId: reply?.reservationId ?? s.sagaId }) } })`;

  it.each<[string, (n: number) => string, perCallMax: number]>([
    ['steps that read the one before', (n) => step(n, `s.s${n - 1}.reservationId`), 300],
    ['steps that read the first one', (n) => step(n, 's.s0.reservationId'), 300],
    ['steps that read one from long ago', (n) => step(n, `s.s${(n * 37) % Math.max(1, n)}.reservationId`), 300],
    [
      'all kinds of nodes',
      (n) =>
        [
          step(n, `s.s${n - 4}.reservationId`),
          `.parallel('p${n}', (p) => p.branch('a', score).branch('b', (b) => b.step('x', { ...score, send: (s) => ({ orderId: s.s${n - 1}.reservationId }) })))`,
          `.when('w${n}', (s) => s.p${n - 1}.a.score > 3, (b) => b.signal('g${n}', { of: Approval }))`,
          `.each('e${n}', (s) => s.input.parcels, (b) => b.step('q', { command: Quote, send: (s) => ({ orderId: s.item.sku + s.s${n - 3}.reservationId + s.g${n - 1}?.by }), harmless: true }), { max: 3 })`,
        ][n % 4] as string,
      900,
    ],
  ])('costs as much as it is long: %s', (_, call, perCallMax) => {
    const [none, twenty, forty, eighty] = [0, 20, 40, 80].map((calls) => {
      const { findings, instantiations } = check(`of-${calls}.ts`, definition(calls, call));
      expect(findings).toEqual([]);
      return instantiations;
    }) as [number, number, number, number];
    expect(eighty - forty).toBeLessThanOrEqual(2.1 * (forty - twenty));
    expect((eighty - none) / 80).toBeLessThanOrEqual(perCallMax);
  }, 60_000);
});
