import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Starts `test/support/child/<name>.ts` in a process of its own, so that it can be killed as a machine would. */
export function startChild(name: string, config: unknown, env: Readonly<Record<string, string>> = {}): ChildProcess {
  const at = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  const args = ['--experimental-transform-types', '--no-warnings', '-C', 'source', '--import', at('./resolve-ts.mjs'), at(`./${name}.ts`), JSON.stringify(config)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });
}

/** Resolves with the signal that ended the child, or its exit code. */
export function ended(child: ChildProcess): Promise<NodeJS.Signals | number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.signalCode ?? child.exitCode);
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
}
