import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Follower } from './support/follower.js';
import { readGuide, type CodeBlock } from './support/guide-page.js';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Follows docs/guide/first-saga.md word for word: its files are written, its commands typed, what it shows is what is seen. */
describe('docs/guide/first-saga.md', () => {
  const blocks = readGuide('first-saga.md');
  let folder: string;
  let reader: Follower;
  let stackDir: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'onward-first-saga-'));
    stackDir = join(folder, 'stack');
    // The one thing a reader changes is where the checkout is; the stack of a test takes ports and a folder of its own besides.
    reader = new Follower(folder, { ONWARD_STACK: join(stackDir, 'stack.json') }, [
      ['$HOME/onward/.onward/stack.json', join(stackDir, 'stack.json')],
      ['~/onward', checkout],
    ]);
  });
  afterAll(async () => {
    await reader.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const under = (heading: string): CodeBlock[] => blocks.filter((block) => block.heading === heading);

  /** Does what a section says, in its order; gives what its last commands wrote. */
  async function follow(heading: string): Promise<void> {
    let output = '';
    for (const block of under(heading)) {
      if (block.language === 'ts') await writeFile(join(reader.folder, block.info), block.text);
      else if (block.language === 'sh' && block.info === 'stack') await reader.start(`${block.text.trim()} -- --free-ports --dir ${stackDir}`, '\nready\n');
      else if (block.language === 'sh') output = await reader.type(block.text);
      else for (const line of block.text.trim().split('\n')) expect(plain(output)).toContain(plain(line));
    }
  }

  it('begins a project whose tests pass, and shows its saga as it is', async () => {
    const [begin, seen, shown] = under('Begin');
    const output = await reader.type((begin as CodeBlock).text);
    for (const line of (seen as CodeBlock).text.trim().split('\n')) expect(output).toContain(line);
    expect((shown as CodeBlock).text).toBe(await readFile(join(reader.folder, (shown as CodeBlock).info), 'utf8'));
  }, 120_000);

  it('has the reader write a saga and its test', () => follow('Write one yourself'), 60_000);

  it('has the saga refused when it could not be undone, and says why', async () => {
    const file = join(reader.folder, 'src/membership.ts');
    const saga = await readFile(file, 'utf8');
    await writeFile(file, saga.replace('  .pivot()\n', ''));
    await expect(reader.type('npm test')).rejects.toThrow(/Step "capture" stands before the pivot: give it an undo/);
    await writeFile(file, saga);
    await reader.type('npm run build');
  }, 60_000);

  it('runs it to both of its ends', () => follow('Run it'), 180_000);

  it('kills the orchestrator in its middle, and the saga goes on', async () => {
    await follow('Kill it');
    expect(reader.elsewhere).toMatch(/orchestrator ended \(.*SIGKILL.*\); starting it again/);
  }, 120_000);
});

/** Times, ids and spaces differ from run to run. */
function plain(text: string): string {
  return text.replace(/\d+/g, '0').replace(/[ \t]+/g, ' ');
}
