import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Reaper } from './reaper.js';
import { StackError } from './stack-error.js';

/** How to run one part of the stack. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** The signal that asks it to stop in order. */
  readonly stopSignal: NodeJS.Signals;
  /** Resolves as soon as the part serves; called after each start. Rejects or is abandoned when the process ends before. */
  readonly waitReady: (signal: AbortSignal, pid: number | undefined) => Promise<void>;
  /** Awaited before each start. */
  readonly beforeStart?: () => Promise<void>;
  /** User and group to run as, when not this process's own. */
  readonly uid?: number;
  readonly gid?: number;
}

const STOP_GRACE_MS = 20_000;

/**
 * One child process that can be stopped, killed and started again.
 *
 * ```
 *           start()            ready                    stop(), kill9(), or it ends by itself
 * stopped ─────────▶ starting ───────▶ running ─────────────────────────────────▶ stopped
 * ```
 */
export class ManagedProcess {
  /** Told when the process ends without having been asked to. */
  onUnexpectedExit: ((reason: string) => void) | undefined;

  private child: ChildProcess | undefined;
  private exited: Promise<void> = Promise.resolve();
  private expected = false;
  private ready = false;
  private logStartBytes = 0;

  constructor(
    readonly spec: ProcessSpec,
    private readonly reaper: Reaper,
  ) {}

  get name(): string {
    return this.spec.name;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** @throws StackError `STACK_PROCESS_FAILED` with the end of its log, when it ends before it is ready. */
  async start(): Promise<void> {
    if (this.child !== undefined) throw new Error(`${this.name} runs already`);
    const { command, args, cwd, env, logFile, uid, gid } = this.spec;
    await this.spec.beforeStart?.();
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(command, [...args], { cwd, env, detached: true, stdio: ['ignore', log, log], ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) });
    this.logStartBytes = fstatSync(log).size;
    closeSync(log);
    this.child = child;
    this.expected = false;
    this.ready = false;
    const ended = new AbortController();
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => this.ended(ended, error.message, resolve));
      child.once('exit', (code, signal) => this.ended(ended, signal ?? `exit code ${code}`, resolve));
    });
    if (child.pid !== undefined) this.reaper.add(child.pid, this.spec.stopSignal);
    await this.becomeReady(ended.signal);
  }

  /** Asks it to stop, and kills it if it has not after 20 s. */
  async stop(): Promise<void> {
    await this.end(this.spec.stopSignal);
  }

  /** Ends it at once, as a crash would. */
  async kill9(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (child === undefined) return;
    this.expected = true;
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
    await this.exited;
    clearTimeout(timer);
  }

  private async becomeReady(ended: AbortSignal): Promise<void> {
    const dead = new Promise<never>((_, reject) => {
      ended.addEventListener('abort', () => reject(ended.reason as Error), { once: true });
    });
    try {
      await Promise.race([this.spec.waitReady(ended, this.pid), dead]);
      this.ready = true;
    } catch (cause) {
      const asked = this.expected;
      await this.end('SIGKILL');
      throw asked ? new StackError('STACK_PROCESS_FAILED', `${this.name} was stopped before it was ready.`, { cause }) : await this.failure(cause as Error);
    }
  }

  private async failure(cause: Error): Promise<StackError> {
    const text = (await readFile(this.spec.logFile)).subarray(this.logStartBytes).toString('utf8');
    if (/No space left on device|ENOSPC/.test(text)) {
      return new StackError('STACK_DISK_FULL', `${this.name} could not start because the disk is full: free some space and start again.`, { cause });
    }
    const lines = text.trimEnd().split('\n').slice(-15).join('\n');
    return new StackError('STACK_PROCESS_FAILED', `${this.name} did not start (${cause.message}). The end of ${this.spec.logFile}:\n${lines}`, { cause });
  }

  private ended(ended: AbortController, reason: string, resolve: () => void): void {
    const { child } = this;
    this.child = undefined;
    if (child?.pid !== undefined) this.reaper.drop(child.pid);
    const wasExpected = this.expected;
    ended.abort(new Error(`ended with ${reason}`));
    resolve();
    if (!wasExpected && this.ready) this.onUnexpectedExit?.(reason);
  }
}
