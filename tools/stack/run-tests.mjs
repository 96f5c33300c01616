/**
 * Runs the checks and the suites, and ends with the line `N passed, N failed`. A check counts as one test.
 *
 * Usage: npm test [-- --only unit|sim|stack] [-- <path> ...]
 * With a path only the suites run, and of them only the tests whose file matches.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const SUITES = ['unit', 'sim', 'stack'];
/** Each counts as one test. They run one after the other: each takes all processors. */
const SIMULATIONS = {
  'sim of the engine': ['node', 'test/sim/run.mjs', '--stage', 'engine', '--seeds', '7000'],
  'sim of the lane': ['node', 'test/sim/run.mjs', '--stage', 'lane', '--seeds', '3500'],
  'sim with planted bugs': ['node', 'test/sim/run.mjs', '--planted'],
};
const CHECKS = { 'generate:check': ['node', 'tools/codegen/generate.mjs', '--check'], typecheck: ['tsc', '-p', 'tsconfig.json'], lint: ['eslint', '.'] };
const BUILD = ['tsc', '-b', 'tsconfig.build.json'];
/** A limit for what hangs, not a wait: a loaded machine boots a stack in a minute. jest takes no such limit for a project. */
const STACK_OPTIONS = ['--runInBand', '--testTimeout=60000'];

const { values, positionals: paths } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } });
if (values.only !== undefined && !SUITES.includes(values.only)) {
  console.error(`onward: --only takes ${SUITES.join(' or ')}, not "${values.only}".`);
  process.exit(2);
}

const suites = SUITES.filter((suite) => values.only === undefined || values.only === suite);
const whole = values.only === undefined && paths.length === 0;
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

if (whole) await Promise.all(Object.entries(CHECKS).map(([name, command]) => check(name, command)));
// The stack and its services run from what is built.
if (whole || suites.includes('stack')) await check('build', BUILD);
for (const suite of suites) {
  if (suite !== 'sim') await runSuite(suite);
  else if (paths.length === 0) for (const [name, command] of Object.entries(SIMULATIONS)) await check(name, command, 'last line');
}

for (const failure of failures) console.log(`failed: ${failure}`);
if (total.skipped > 0) console.log(`${total.skipped} skipped`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** @param show `last line` shows what a command that passed said in the end */
async function check(name, command, show = 'nothing') {
  const startedAt = performance.now();
  const { code, output } = await run(command, 'pipe');
  const passed = code === 0;
  total[passed ? 'passed' : 'failed'] += 1;
  if (!passed) failures.push(name);
  console.log(`${passed ? 'PASS' : 'FAIL'} ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  if (!passed) console.log(output);
  else if (show === 'last line') console.log(output.trimEnd().split('\n').at(-1));
}

async function runSuite(suite) {
  const folder = await mkdtemp(join(tmpdir(), 'onward-results-'));
  const resultsFile = join(folder, 'results.json');
  const jest = ['node', '--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  const options = ['--selectProjects', suite, '--passWithNoTests', '--json', '--outputFile', resultsFile, ...(suite === 'stack' ? STACK_OPTIONS : [])];
  const { code } = await run([...jest, ...options, ...paths], 'inherit');
  const results = await readFile(resultsFile, 'utf8').then(JSON.parse, () => undefined);
  await rm(folder, { recursive: true, force: true });
  total.passed += results?.numPassedTests ?? 0;
  total.failed += (results?.numFailedTests ?? 0) + (results?.numRuntimeErrorTestSuites ?? 0);
  total.skipped += (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
  for (const file of results?.testResults ?? []) {
    const broken = file.assertionResults.filter((test) => test.status === 'failed').map((test) => test.fullName);
    if (file.status === 'failed') failures.push(`${file.name.replace(`${process.cwd()}/`, '')}${broken.map((name) => `\n          ${name}`).join('')}`);
  }
  const accountedFor = results !== undefined && (code === 0) === results.success && results.success === (results.numFailedTests + results.numRuntimeErrorTestSuites === 0);
  if (!accountedFor) {
    total.failed += 1;
    failures.push(`the ${suite} suite did not run to its end (exit code ${code})`);
  }
}

function run([command, ...args], output) {
  return new Promise((resolve) => {
    // jest's --json prints the results on standard output too; its report goes to standard error.
    const child = spawn(command, args, { stdio: output === 'inherit' ? ['ignore', 'ignore', 'inherit'] : ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout?.on('data', (data) => (text += data));
    child.stderr?.on('data', (data) => (text += data));
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('close', (code) => resolve({ code, output: text }));
  });
}
