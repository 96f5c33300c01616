import { relative } from 'node:path';
import { watchAncestor } from './ancestor-watch.js';
import { startStack, type PartName, type Stack, type StackOptions } from './stack.js';

const RESTARTS_MAX = 3;
const RESTART_WINDOW_MS = 60_000;

/**
 * Runs a stack until Ctrl-C or SIGTERM, says what it does, and starts a part again that ended by itself.
 * Resolves when everything is stopped; a second Ctrl-C ends everything at once.
 */
export async function runInForeground(options: StackOptions): Promise<void> {
  const startedAt = performance.now();
  const onProgress = (text: string): void => {
    console.log(`[${((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)} s] ${text}`);
  };
  // npm that is killed takes nobody along.
  if (process.env['npm_lifecycle_event'] !== undefined) watchAncestor(() => process.kill(process.pid, 'SIGTERM'));
  // While it starts, a signal ends this process at once, and the reaper ends what was started.
  const stack = await startStack({ ...options, onProgress });
  const askedToStop = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    supervise(stack, onProgress, (error) => {
      process.exitCode = 1;
      console.error(`\nonward: ${error.message}`);
      resolve();
    });
  });
  console.log(summary(stack, options));
  console.log('ready');
  await askedToStop;
  process.once('SIGINT', () => process.exit(130));
  onProgress('stopping');
  await stack.stop();
  onProgress('stopped');
}

function supervise(stack: Stack, onProgress: (text: string) => void, giveUp: (error: Error) => void): void {
  const restarts = new Map<PartName, number[]>();
  stack.onUnexpectedExit((part, reason) => {
    const recent = (restarts.get(part) ?? []).filter((at) => performance.now() - at < RESTART_WINDOW_MS);
    restarts.set(part, [...recent, performance.now()]);
    if (recent.length >= RESTARTS_MAX) {
      giveUp(new Error(`${part} ended ${recent.length + 1} times within a minute (${reason}); see ${stack.logsDir}/${part}.log.`));
      return;
    }
    onProgress(`${part} ended (${reason}); starting it again`);
    stack.start(part).then(
      () => onProgress(`${part} is back`),
      (error: unknown) => giveUp(error as Error),
    );
  });
}

function summary(stack: Stack, options: StackOptions): string {
  const { brokers, controller, registryUrl, databases, http } = stack.coordinates;
  const here = (path: string): string => relative(process.cwd(), path) || path;
  const lines = [
    '',
    `  Kafka           ${brokers.join(',')}  (SASL/SCRAM; controller ${controller})`,
    `  registry        ${registryUrl}`,
    `  PostgreSQL      ${new URL(Object.values(databases)[0]!).host}  (databases ${Object.keys(databases).join(', ')})`,
    ...Object.entries(http).map(([name, url]) => `  ${name.padEnd(15)} ${url}`),
    `  credentials     ${here(stack.coordinatesFile)}`,
    `  logs            ${here(stack.logsDir)}`,
    '',
  ];
  if (Object.keys(http).length > 0) {
    const flag = options.dir === undefined ? '' : `ONWARD_STACK=${here(stack.coordinatesFile)} `;
    lines.push('Next, in another terminal:', `  ${flag}npx onward publish PlaceOrder --file test/fixtures/order-ok.json --wait`, '');
  }
  return lines.join('\n');
}
