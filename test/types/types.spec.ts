import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

const HERE = import.meta.dirname;
const ROOT = resolve(HERE, '../..');

/** The compiler's findings in some files, under the workspace's own options. */
function findings(files: readonly string[], sources: ReadonlyMap<string, string> = new Map()): string[] {
  const read = ts.readConfigFile(resolve(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...read.config, include: [], files: [...files] }, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (file) => sources.get(resolve(file)) ?? readFile(file);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) => {
    const text = sources.get(resolve(file));
    return text === undefined ? getSourceFile(file, ...rest) : ts.createSourceFile(file, text, options.target ?? ts.ScriptTarget.ES2023);
  };
  const program = ts.createProgram([...files], options, host);
  return files.flatMap((file) => {
    const source = program.getSourceFile(file);
    return ts.getPreEmitDiagnostics(program, source).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  });
}

describe('the types', () => {
  const files = readdirSync(HERE).filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));

  it.each(files)('hold every line of %s', (file) => {
    expect(findings([resolve(HERE, file)])).toEqual([]);
  }, 60_000);

  it('name what is wrong with a repeated id', () => {
    const path = resolve(HERE, 'saga-builder.ts');
    const bare = readFileSync(path, 'utf8').replaceAll('@ts-expect-error', '');
    const found = findings([path], new Map([[path, bare]])).join('\n');
    expect(found).toContain('the id reserve is already taken');
    expect(found).toContain('the id input is already taken');
    expect(found).toMatch(/Property 'reserve' does not exist on type 'StartRecord<Order>'/);
  }, 60_000);
});
