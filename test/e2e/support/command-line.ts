import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const onward = fileURLToPath(new URL('../../../tools/onward/bin/onward.mjs', import.meta.url));

/** Runs a program to its end. Any exit status is an answer; not being able to start it is an error. */
export function run(command: string, args: readonly string[], options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> }): Promise<Finished> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, maxBuffer: 32 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ exitCode: (error?.code as number | undefined) ?? 0, stdout, stderr });
    });
  });
}

/** Runs the command line as a user does in a folder with a running stack. */
export function runOnward(home: string, ...args: readonly string[]): Promise<Finished> {
  return run(process.execPath, [onward, ...args], { cwd: home });
}
