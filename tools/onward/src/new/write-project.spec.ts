import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CHECKOUT, CODE_GENERATOR, templateDir } from './checkout.js';
import { parseName, type Kind } from './names.js';
import { writeProject } from './write-project.js';

describe('a new project', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onward-new-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const write = (kind: Kind, name: string): { dir: string; files: string[]; text: string } => {
    const dir = join(folder, `${kind}-${name}`);
    const files = writeProject(kind, parseName(kind, name, new Set()), dir);
    return { dir, files, text: files.map((file) => `${file}\n${readFileSync(join(dir, file), 'utf8')}`).join('\n') };
  };

  it.each([
    ['saga', 'open-membership', ['.gitignore', 'README.md', 'src/open-membership.ts', 'src/open-membership.test.ts', 'src/generated/openmembership.ts', 'schemas/openmembership/OpenMembership.avsc']],
    ['saga', 'mysagas', ['src/mysagas.ts', 'schemas/mysagas/Mysagas.avsc']],
    ['participant', 'loyalty', ['topology.yaml', 'migrations/0001-loyalty.sql', 'src/loyalty-commands.ts', 'src/generated/contracts.ts', 'schemas/loyalty/contract.yaml']],
  ] as const)('%s %s has its own name everywhere', (kind, name, expected) => {
    const { files, text } = write(kind, name);
    expect(files).toEqual(expect.arrayContaining([...expected]));
    expect(text).not.toMatch(/my-saga|mySaga|MySaga(?!s)|mydesk|Mydesk|mysagass|\.\.\/\.\.\/\.\.\/\.\.\/(libs|tools\/codegen)/);
  });

  it('finds the packages in the checkout, which have the versions it is written for', () => {
    const { dir } = write('participant', 'desk');
    const project = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as { dependencies: Record<string, string>; devDependencies: Record<string, string>; optionalDependencies: Record<string, string> };
    for (const [name, from] of Object.entries({ ...project.dependencies, '@onward/cli': project.devDependencies['@onward/cli'] as string })) {
      const found = JSON.parse(readFileSync(resolve(dir, from.replace('file:', ''), 'package.json'), 'utf8')) as { name: string };
      expect(found.name).toBe(name);
    }
    const suite = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as typeof project;
    expect(suite.devDependencies).toMatchObject({ typescript: project.devDependencies['typescript'], '@types/node': project.devDependencies['@types/node'] });
    expect(suite.optionalDependencies).toEqual(project.optionalDependencies);
  });

  it('goes into no folder that holds something, nor into the checkout', () => {
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    const name = parseName('saga', 'fresh', new Set());
    expect(() => writeProject('saga', name, folder)).toThrow(expect.objectContaining({ code: 'FOLDER_NOT_EMPTY', exitCode: 2 }) as Error);
    expect(() => writeProject('saga', name, join(folder, 'mine.txt', 'below'))).toThrow(expect.objectContaining({ code: 'FOLDER_UNWRITABLE' }) as Error);
    const inside = join(CHECKOUT, 'fresh');
    expect(() => writeProject('saga', name, inside)).toThrow(expect.objectContaining({ code: 'FOLDER_IN_CHECKOUT' }) as Error);
    expect(existsSync(inside)).toBe(false);
  });

  it.each(['saga', 'participant'] as const)('the template of a %s has the types that its schemas say', (kind) => {
    const template = templateDir(kind);
    const args = ['--schemas', join(template, 'schemas'), '--out', join(template, 'src/generated'), '--import', '@onward/contracts', '--check'];
    expect(execFileSync(process.execPath, [CODE_GENERATOR, ...args], { encoding: 'utf8' })).toContain('up to date');
    expect(readdirSync(template)).toContain('README.md');
  });
});
