import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Somebody who follows a page in a shell: types its commands one block after the other, and opens further terminals for what keeps running. */
export class Follower {
  readonly #running: ChildProcess[] = [];
  /** What the other terminals show. */
  elsewhere = '';

  /**
   * @param folder - where it begins; it goes where the commands go
   * @param replacements - what a reader writes in place of what the page says
   */
  constructor(
    public folder: string,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly replacements: readonly (readonly [string, string])[] = [],
  ) {}

  /**
   * Types commands, each when the one before it has ended; stays in the folder that they end in.
   * @returns all that they wrote
   * @throws Error with what they wrote, when one fails. That a saga was compensated (exit status 3 of `onward`) is no failure.
   */
  async type(commands: string): Promise<string> {
    const script = `${this.#said(commands)
      .trim()
      .split('\n')
      .map((line) => `${line} || { status=$?; [ $status = 3 ] || exit $status; }`)
      .join('\n')}\npwd >&3\n`;
    const child = spawn('bash', ['-c', script], { cwd: this.folder, env: this.#environment(), stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    let [output, place] = ['', ''];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (output += data.toString()));
    child.stdio[3]?.on('data', (data: Buffer) => (place += data.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`Exit status ${code}:\n${commands}\n${output}`);
    this.folder = place.trim();
    return output;
  }

  /** Types a command into another terminal, and waits until it writes something. @throws Error when it ends before */
  async start(command: string, text: string): Promise<void> {
    // A group of its own, as the shell of a terminal makes one: Ctrl-C goes to all of it.
    const child = spawn('bash', ['-c', this.#said(command)], { cwd: this.folder, env: this.#environment(), stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#running.push(child);
    let output = '';
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (data: Buffer) => {
          output += data.toString();
          this.elsewhere += data.toString();
          if (output.includes(text)) resolve();
        });
      }
      child.once('close', (code) => reject(new Error(`Ended with ${code}:\n${command}\n${output}`)));
    });
  }

  /** Presses Ctrl-C in every other terminal, the last opened first, and waits until what ran there has ended. */
  async stop(): Promise<void> {
    for (const child of this.#running.splice(0).reverse()) {
      if (child.pid === undefined || child.exitCode !== null) continue;
      const ended = once(child, 'close');
      process.kill(-child.pid, 'SIGINT');
      await ended;
    }
  }

  #said(commands: string): string {
    return this.replacements.reduce((said, [from, to]) => said.replaceAll(from, to), commands);
  }

  /** A shell's, and not that of the test run: npm tells its children about the project that it runs for. */
  #environment(): Record<string, string | undefined> {
    const ofTheRun = /^npm_(?!config_(registry|cache|userconfig|cafile|proxy|https_proxy)$)|^NODE_(OPTIONS|ENV)$|^ONWARD_(?!CACHE$)|^INIT_CWD$|^JEST_/i;
    const own = Object.entries(process.env).filter(([name]) => !ofTheRun.test(name));
    const path = process.env['PATH']?.split(':').filter((folder) => !folder.includes('node_modules')).join(':');
    return { ...Object.fromEntries(own), PATH: path, ...this.environment };
  }
}
