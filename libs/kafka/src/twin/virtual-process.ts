import { AsyncLocalStorage } from 'node:async_hooks';
import type { VirtualTimer } from './timer-heap.js';

const current = new AsyncLocalStorage<VirtualProcess>();

/**
 * What an operating-system process is to a simulation: timers and connections belong to it, and it can die or be stopped in the middle
 * of anything.
 *
 * ```
 *  running ── freeze ──▶ frozen ── thaw ──▶ running
 *     └───────── kill ──────┴──▶ dead
 * ```
 *
 * - **frozen**: as SIGSTOP, a long garbage collection or a paused machine. No timer of it fires and no answer reaches it; both come,
 *   late, after it thaws, in the order they were due.
 * - **dead**: as SIGKILL. Nothing of it ever goes on: promises it waits for stay pending. What it had sent may still take effect.
 */
export class VirtualProcess {
  readonly name: string;
  #state: 'running' | 'frozen' | 'dead' = 'running';
  #held: VirtualTimer[] = [];
  readonly #requeue: (timer: VirtualTimer) => void;

  /** @param requeue is given, in their order, the timers that came due while it was frozen */
  constructor(name: string, requeue: (timer: VirtualTimer) => void) {
    this.name = name;
    this.#requeue = requeue;
  }

  /** The process that runs now; undefined outside all of them. */
  static get current(): VirtualProcess | undefined {
    return current.getStore();
  }

  get state(): 'running' | 'frozen' | 'dead' {
    return this.#state;
  }

  /** Runs it as part of this process: timers that it sets, also later, are the process's. */
  run<T>(work: () => T): T {
    return current.run(this, work);
  }

  kill(): void {
    this.#state = 'dead';
    this.#held = [];
  }

  freeze(): void {
    if (this.#state === 'running') this.#state = 'frozen';
  }

  thaw(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'running';
    for (const timer of this.#held.splice(0)) this.#requeue(timer);
  }

  /** Keeps a timer that came due while the process is frozen. */
  hold(timer: VirtualTimer): void {
    this.#held.push(timer);
  }
}
