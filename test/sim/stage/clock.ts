interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Virtual time: a heap of what is to happen. Equal times happen in the order asked for. */
export class Clock {
  nowMs: number;
  private readonly heap: Entry[] = [];
  private asked = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  after(delayMs: number, run: () => void): void {
    this.asked += 1;
    this.push({ atMs: this.nowMs + Math.max(0, delayMs), order: this.asked, run });
  }

  /** Lets everything happen until nothing is left, or until a time. @returns whether nothing is left */
  run(untilMs: number): boolean {
    for (let entry = this.heap[0]; entry !== undefined; entry = this.heap[0]) {
      if (entry.atMs > untilMs) return false;
      this.pop();
      this.nowMs = entry.atMs;
      entry.run();
    }
    return true;
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent] as Entry)) break;
      heap[at] = heap[parent] as Entry;
      at = parent;
    }
    heap[at] = entry;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Entry, heap[child] as Entry)) child += 1;
      if (!before(heap[child] as Entry, last)) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = last;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
