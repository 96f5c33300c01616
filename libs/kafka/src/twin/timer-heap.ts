import type { VirtualProcess } from './virtual-process.js';

/** A timer of virtual time, with as much of Node's own as programs use. */
export class VirtualTimer {
  /** Tells timers apart that are due at the same time: the one that was set first fires first. */
  order = 0;
  #callback: (() => void) | undefined;

  constructor(
    public dueMs: number,
    /** What it was set for. */
    readonly delayMs: number,
    callback: () => void,
    readonly owner: VirtualProcess | undefined,
    readonly repeats = false,
  ) {
    this.#callback = callback;
  }

  get cancelled(): boolean {
    return this.#callback === undefined;
  }

  cancel(): void {
    this.#callback = undefined;
  }

  fire(): void {
    const callback = this.#callback;
    if (callback === undefined) return;
    if (!this.repeats) this.#callback = undefined;
    if (this.owner === undefined) callback();
    else this.owner.run(callback);
  }

  /** Virtual time goes on while there is something to wait for, whoever waits. */
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** Timers by when they are due. */
export class TimerHeap {
  #heap: VirtualTimer[] = [];
  #orders = 0;

  push(timer: VirtualTimer): void {
    timer.order = this.#orders++;
    const heap = this.#heap;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(timer, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = timer;
  }

  /** Takes the next one that is not cancelled. */
  pop(): VirtualTimer | undefined {
    for (let next = this.#popAny(); next !== undefined; next = this.#popAny()) if (!next.cancelled) return next;
    return undefined;
  }

  /** Moves those timers that long into the future. */
  delay(byMs: number, which: (timer: VirtualTimer) => boolean): void {
    this.#heap = this.#heap.filter((timer) => !timer.cancelled);
    for (const timer of this.#heap) if (which(timer)) timer.dueMs += byMs;
    this.#heap.sort((a, b) => (isBefore(a, b) ? -1 : 1)); // a sorted list is a heap
  }

  #popAny(): VirtualTimer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: VirtualTimer, b: VirtualTimer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
