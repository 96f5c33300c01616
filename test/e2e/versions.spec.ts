import { fileURLToPath } from 'node:url';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOnward, type Finished } from './support/command-line.js';
import { eventually } from './support/eventually.js';
import { Suite } from './support/suite.js';

const build = (name: string): string => fileURLToPath(new URL(`versions/${name}-build.mjs`, import.meta.url));
const REFUSED = 6;

describe('builds of an orchestrator with different versions of a saga', () => {
  let suite: Suite;
  beforeAll(async () => {
    suite = await Suite.start({ services: false, waitsDivisor: 900 });
    await runs('new');
  }, 180_000);
  afterAll(() => suite?.stop(), 60_000);

  const runs = (name: 'old' | 'new'): Promise<void> => suite.stack.restart('orchestrator', { ONWARD_SAGAS: build(name) });
  const onward = (...args: readonly string[]): Promise<Finished> => runOnward(suite.home, ...args);
  const approve = (id: string): Promise<Finished> => onward('signal', id, 'ManualApproval', '--value', '{"approved":true,"by":"olga"}');
  const shown = async (id: string): Promise<string> => (await onward('show', id)).stdout;

  async function errand(id: string): Promise<void> {
    const file = join(suite.home, `${id}.json`);
    await writeFile(file, JSON.stringify({ errandId: id, name: 'Ann' }));
    expect(await onward('publish', 'RunErrand', '--sagas', build('new'), '--file', file)).toMatchObject({ exitCode: 0, stderr: '' });
    await eventually(() => shown(id), (text) => text.includes('waits for a signal'));
  }

  it('that lacks the version of a running saga puts its inputs aside, and one that has it takes them', async () => {
    await errand('e-1');
    expect(await shown('e-1')).toContain('errand v2');
    await runs('old');
    expect(await approve('e-1')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('has put it aside') as string });
    expect((await onward('list', '--deferred')).stdout).toMatch(/e-1 +errand v2 +running \(1 put aside\)/);
    expect(await shown('e-1')).toContain('1 input waits for an orchestrator that has errand v2');

    await errand('e-2');
    expect(await approve('e-2')).toMatchObject({ stdout: expect.stringContaining('rest: sleeps until') as string });
    for (const id of ['e-3', 'e-4']) await errand(id);

    await runs('new');
    const history = await eventually(() => shown('e-1'), (text) => text.includes('greet: asked customers'));
    expect(history).toContain('an input that was put aside is taken');
    expect(history).toContain('approval: took ManualApproval');
    expect((await onward('list', '--deferred')).stdout).toBe('No saga has put anything aside.\n');
  }, 180_000);

  it('lets running sagas go over to the new one, those that are in a place that it has', async () => {
    const sagas = ['--sagas', build('new')];
    const tried = await onward('migrate', 'errand', '--from', '1', '--to', '2', '--dry-run', ...sagas);
    expect(tried).toMatchObject({ exitCode: 0, stderr: '' });
    expect(tried.stdout).toContain('errand v1 → v2: 3 running, 2 map, 1 stay');
    expect(tried.stdout).toContain('1 stay: MIGRATION_PLACE_UNMAPPED: The saga stands at "rest"');
    expect(await shown('e-3')).toContain('errand v1');

    expect(await onward('migrate', 'errand', '--to', '2', '--reason', 'It greets.', ...sagas)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('2 went over') as string });
    for (const id of ['e-3', 'e-4']) expect(await shown(id)).toMatch(/errand v2  running[^]*went over from version 1 to version 2: It greets\./);
    expect(await onward('migrate', 'e-2', '--to', '2')).toMatchObject({ exitCode: REFUSED, stdout: expect.stringContaining('MIGRATION_PLACE_UNMAPPED') as string });
    expect(await onward('migrate', 'e-3', '--to', '9')).toMatchObject({ exitCode: REFUSED, stdout: expect.stringContaining('VERSION_UNKNOWN') as string });
    expect(await approve('e-3')).toMatchObject({ stdout: expect.stringContaining('greet: asked customers') as string });
  }, 120_000);
});
