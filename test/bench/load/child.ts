import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ClosedLoop } from './closed-loop.js';
import type { LoadLevel, LoadResult } from './load-level.js';

type FromChild = { ready: true } | { failed: string } | { window: 'begin' | 'end' } | { result: LoadResult };

/**
 * In a process of the bench: waits for its settings, starts, and says that it is ready. A failure is told to the parent and ends the process,
 * as the parent's end does.
 */
export function onSettings<T>(start: (settings: T) => Promise<void>): void {
  process.on('disconnect', () => process.exit(0));
  process.on('unhandledRejection', fail).on('uncaughtException', fail);
  process.once('message', (settings) => {
    start(settings as T).then(() => tell({ ready: true }), fail);
  });
}

/** In a client process: runs the levels that the parent asks for. */
export function serveLevels(loop: ClosedLoop): void {
  process.on('message', (level) => {
    loop.run(level as LoadLevel, (window) => tell({ window })).then((result) => tell({ result }), fail);
  });
}

function tell(message: FromChild): void {
  process.send?.(message);
}

function fail(error: unknown): void {
  tell({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exitCode = 1;
  process.disconnect?.();
  setImmediate(() => process.exit(1));
}

/** A process of the bench, seen from its parent. */
export class BenchProcess {
  /** Rejects when the process fails or ends without having been asked to. */
  readonly failure: Promise<never>;
  private stopping = false;

  private constructor(
    readonly role: string,
    private readonly child: ChildProcess,
  ) {
    this.failure = new Promise((_, reject) => {
      child.on('message', (message: FromChild) => {
        if ('failed' in message) reject(new Error(`The bench's ${role} failed: ${message.failed}`));
      });
      child.on('exit', (code, signal) => {
        if (!this.stopping) reject(new Error(`The bench's ${role} ended with ${signal ?? `code ${code}`}.`));
      });
    });
    // It is told to whoever runs a level next.
    this.failure.catch(() => undefined);
  }

  /** Forks a module, hands it its settings and waits until it is ready. */
  static async start(role: string, module: URL, settings: object, env: NodeJS.ProcessEnv = process.env): Promise<BenchProcess> {
    const child = fork(module, { execArgv: ['--no-warnings'], env, stdio: ['ignore', 2, 2, 'ipc'] });
    const started = new BenchProcess(role, child);
    child.send(settings);
    try {
      await Promise.race([started.answer((message) => 'ready' in message), started.failure]);
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /**
   * Runs a level in a client process.
   * @param others processes that must not fail meanwhile
   */
  async runLevel(level: LoadLevel, others: readonly BenchProcess[], onWindow: (edge: 'begin' | 'end') => void): Promise<LoadResult> {
    this.child.send(level);
    const result = this.answer((m) => {
      if ('window' in m) onWindow(m.window);
      return 'result' in m;
    });
    const message = await Promise.race([result, this.failure, ...others.map((p) => p.failure)]);
    return (message as { result: LoadResult }).result;
  }

  /** Freezes or thaws the process. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  private answer(wanted: (message: FromChild) => boolean): Promise<FromChild> {
    return new Promise((resolve) => {
      const onMessage = (message: FromChild): void => {
        if (!wanted(message)) return;
        this.child.off('message', onMessage);
        resolve(message);
      };
      this.child.on('message', onMessage);
    });
  }
}
