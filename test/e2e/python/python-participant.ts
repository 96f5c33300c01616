import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Stack } from '../../../tools/stack/src/index.js';
import { run } from '../support/command-line.js';

const page = fileURLToPath(new URL('../../../docs/guide/wire.md', import.meta.url));
const schemas = fileURLToPath(new URL('./schemas/loyalty', import.meta.url));

/** The participant of the page about the wire, as the page says to install and run it. */
export class PythonParticipant {
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(
    private readonly python: string,
    private readonly program: string,
  ) {}

  /** Takes the program out of the page, and installs what the page says into a folder. */
  static async install(folder: string): Promise<PythonParticipant> {
    const text = await readFile(page, 'utf8');
    const program = /```python\n([\s\S]*?)```/.exec(text)?.[1];
    const packages = /`pip install ([^`]+)`/.exec(text)?.[1]?.match(/[^"\s]+/g);
    if (program === undefined || !packages) throw new Error('The page has lost its program.');
    const venv = join(folder, 'venv');
    for (const [command, ...args] of [['python3', '-m', 'venv', venv], [join(venv, 'bin/pip'), 'install', '--quiet', ...packages]] as const) {
      const finished = await run(command, args, { cwd: folder });
      if (finished.exitCode !== 0) throw new Error(`${command} ${args.join(' ')}: ${finished.stderr}`);
    }
    const file = join(folder, 'loyalty.py');
    await writeFile(file, program);
    return new PythonParticipant(join(venv, 'bin/python'), file);
  }

  /** What it wrote since it was installed. */
  get output(): string {
    return this.#output;
  }

  /** Starts it against a stack, and waits until it reads. */
  async start({ coordinates }: Stack): Promise<void> {
    const { username, password } = coordinates.principals['loyalty'] as { username: string; password: string };
    const env = {
      ...process.env,
      ONWARD_BROKERS: coordinates.brokers.join(','),
      ONWARD_SASL_USERNAME: username,
      ONWARD_SASL_PASSWORD: password,
      ONWARD_REGISTRY_URL: coordinates.registryUrl,
      ONWARD_REGISTRY_USERNAME: coordinates.registry.username,
      ONWARD_REGISTRY_PASSWORD: coordinates.registry.password,
      ONWARD_DATABASE_URL: coordinates.databases['loyalty'] as string,
    };
    const child = spawn(this.python, [this.program, schemas], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const ready = new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (data: Buffer) => {
        if (data.toString().includes('ready')) resolve();
      });
      child.once('exit', (code) => reject(new Error(`The participant ended with ${code}: ${this.#output}`)));
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (this.#output += data.toString()));
    await ready;
  }

  /** Resolves with its exit code when it ends by itself. */
  async ended(): Promise<number | null> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null) await once(child, 'exit');
    return child?.exitCode ?? null;
  }

  /** Ends it as a crash would. */
  kill9(): Promise<number | null> {
    return this.#end('SIGKILL');
  }

  /** Ends it in order. @returns its exit code */
  stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    this.#child = undefined;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  }
}
