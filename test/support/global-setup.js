import { execFileSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives the stack tests of a run a stack: the running one whose coordinates `ONWARD_TEST_STACK` names, or else one of their own,
 * with free ports, in a folder that is deleted afterwards. Services are started by the tests that need them.
 */
export default async function globalSetup() {
  if (process.env['ONWARD_TEST_STACK'] !== undefined) return;
  build();
  const { startStack } = await import('../../tools/stack/dist/index.js');
  const dir = await mkdtemp(join(tmpdir(), 'onward-test-'));
  const stack = await startStack({ dir, freePorts: true, services: false });
  process.env['ONWARD_TEST_STACK'] = stack.coordinatesFile;
  globalThis.onwardTestStack = { stack, dir };
}

function build() {
  try {
    execFileSync('tsc', ['-b', 'tools/stack/tsconfig.build.json'], { stdio: 'pipe' });
  } catch (error) {
    // Type errors are the type check's business; what could be compiled was.
    process.stderr.write(error.stdout ?? '');
  }
}
