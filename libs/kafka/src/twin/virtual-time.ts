import { KafkaError } from '../connection/kafka-error.js';
import { TimerHeap, VirtualTimer } from './timer-heap.js';
import { VirtualProcess } from './virtual-process.js';

export interface VirtualTimeOptions {
  /** What the clock shows at first, milliseconds since 1970. */
  readonly startMs: number;
  /** Stands for `Math.random`: from 0 up to 1. */
  readonly random: () => number;
}

export interface RunLimits {
  /** The run fails when it has not ended at this time, milliseconds since 1970. */
  readonly untilMs?: number;
  /** The run fails after so many timers: something goes round in circles. Default 5,000,000. */
  readonly stepsMax?: number;
}

/** A run under virtual time cannot go on. */
export class VirtualTimeError extends KafkaError {}

/** Timers below this are for staying alive: heartbeats, sessions, long polls. See {@link VirtualTime.leap}. */
const SHORT_TIMER_MS = 10_000;

type Callback = (...args: unknown[]) => void;

/**
 * Time that stands still while anything runs and jumps to the next timer when nothing does, for the whole of this JavaScript realm:
 * `setTimeout`, `setInterval`, `setImmediate` and what clears them, `Date`, `performance.now` and `Math.random`.
 *
 * Between two timers every microtask is run. The same program with the same random numbers runs in the same order each time, if it
 * does no input or output: that would end at some real time.
 */
export class VirtualTime {
  static #installed: VirtualTime | undefined;
  readonly #timers = new TimerHeap();
  readonly #restore: (() => void)[] = [];
  readonly #realSetImmediate = setImmediate;
  readonly #startMs: number;
  #nowMs: number;

  private constructor({ startMs, random }: VirtualTimeOptions) {
    this.#startMs = startMs;
    this.#nowMs = startMs;
    this.#replace(globalThis, 'setTimeout', (callback: Callback, delayMs = 0, ...args: unknown[]) => this.#set(callback, delayMs, args, false));
    this.#replace(globalThis, 'setInterval', (callback: Callback, delayMs = 0, ...args: unknown[]) => this.#set(callback, delayMs, args, true));
    this.#replace(globalThis, 'setImmediate', (callback: Callback, ...args: unknown[]) => this.after(0, () => callback(...args), VirtualProcess.current));
    const clear = (timer: unknown): void => {
      if (timer instanceof VirtualTimer) timer.cancel();
    };
    for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate'] as const) this.#replace(globalThis, name, clear);
    this.#replace(globalThis, 'Date', virtualDate(() => Math.floor(this.#nowMs)));
    this.#replace(performance, 'now', () => this.#nowMs - this.#startMs);
    this.#replace(performance, 'timeOrigin', startMs);
    this.#replace(Math, 'random', random);
  }

  /** @throws VirtualTimeError when there is one already */
  static install(options: VirtualTimeOptions): VirtualTime {
    if (VirtualTime.#installed !== undefined) throw new VirtualTimeError('VIRTUAL_TIME_INSTALLED', 'Virtual time is installed already. Uninstall it first.');
    return (VirtualTime.#installed = new VirtualTime(options));
  }

  /** Gives real time back. Timers that are left never fire. */
  uninstall(): void {
    for (const restore of this.#restore.splice(0)) restore();
    if (VirtualTime.#installed === this) VirtualTime.#installed = undefined;
  }

  /** Milliseconds since 1970, with fractions. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** A process of the simulation: see {@link VirtualProcess}. */
  process(name: string): VirtualProcess {
    return new VirtualProcess(name, (timer) => {
      timer.dueMs = this.#nowMs;
      this.#timers.push(timer);
    });
  }

  /** Calls back after that long, 0 included. Without an owner it happens whatever becomes of the processes. */
  after(delayMs: number, callback: () => void, owner?: VirtualProcess): VirtualTimer {
    const timer = new VirtualTimer(this.#nowMs + delayMs, delayMs, callback, owner);
    this.#timers.push(timer);
    return timer;
  }

  /**
   * Runs it, and steps from timer to timer until it has ended.
   *
   * @throws VirtualTimeError when it waits for something and there is no timer left, or a limit is reached
   */
  async run<T>(main: () => Promise<T>, { untilMs = Infinity, stepsMax = 5_000_000 }: RunLimits = {}): Promise<T> {
    let end: { readonly value: T } | { readonly error: unknown } | undefined;
    main().then(
      (value) => (end = { value }),
      (error: unknown) => (end = { error }),
    );
    for (let steps = 0; ; steps++) {
      await new Promise((resolve) => this.#realSetImmediate(resolve)); // every microtask has run
      if (end !== undefined) break;
      const next = this.#next();
      if (next === undefined) throw new VirtualTimeError('VIRTUAL_TIME_STUCK', 'The run waits for something that no timer will bring about.');
      if (next.dueMs > untilMs) throw new VirtualTimeError('VIRTUAL_TIME_LIMIT', `The run has not ended by ${new Date(untilMs).toISOString()}.`);
      if (steps >= stepsMax) throw new VirtualTimeError('VIRTUAL_TIME_LIMIT', `The run has not ended after ${stepsMax} timers.`);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.fire();
      if (next.repeats && !next.cancelled) this.#again(next);
    }
    if ('error' in end) throw end.error;
    return end.value;
  }

  /**
   * Lets that much time pass as if all were idle: timers shorter than 10 seconds, which keep members of groups alive and polls going,
   * keep what they had left; longer ones come due. Call it when nothing is under way: requests would run into their time limits.
   */
  leap(byMs: number): void {
    this.#nowMs += byMs;
    this.#timers.delay(byMs, ({ delayMs }) => delayMs < SHORT_TIMER_MS);
  }

  /** The next timer that may fire. */
  #next(): VirtualTimer | undefined {
    for (let timer = this.#timers.pop(); timer !== undefined; timer = this.#timers.pop()) {
      const state = timer.owner?.state ?? 'running';
      if (state === 'running') return timer;
      if (state === 'frozen') timer.owner!.hold(timer);
    }
    return undefined;
  }

  #set(callback: Callback, delayMs: number, args: readonly unknown[], repeats: boolean): VirtualTimer {
    const waitMs = delayMs >= 1 ? delayMs : 1; // as Node does
    const timer = new VirtualTimer(this.#nowMs + waitMs, waitMs, () => callback(...args), VirtualProcess.current, repeats);
    this.#timers.push(timer);
    return timer;
  }

  #again(timer: VirtualTimer): void {
    timer.dueMs = this.#nowMs + timer.delayMs;
    this.#timers.push(timer);
  }

  #replace<T extends object>(target: T, name: keyof T & string, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: before?.enumerable ?? false });
    this.#restore.push(() => {
      if (before === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, before);
    });
  }
}

function virtualDate(nowMs: () => number): DateConstructor {
  const RealDate = Date;
  return new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) => Reflect.construct(target, args.length === 0 ? [nowMs()] : args, newTarget) as Date,
    apply: () => new RealDate(nowMs()).toString(),
    get: (target, name) => (name === 'now' ? nowMs : (Reflect.get(target, name) as unknown)),
  });
}
