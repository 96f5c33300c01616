/**
 * Calls `beat` at a steady interval, on a timer of its own: what the member processes meanwhile has no part in it (R3).
 * A beat that takes longer than the interval is not overtaken by the next.
 */
export class Heartbeat {
  readonly #beat: () => Promise<void>;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  /** Tells the beats of one start from those of the next. */
  #run = 0;

  /** @param beat must not reject */
  constructor(beat: () => Promise<void>, intervalMs: number) {
    this.#beat = beat;
    this.#intervalMs = intervalMs;
  }

  start(): void {
    this.stop();
    this.#schedule(this.#run, this.#intervalMs);
  }

  stop(): void {
    this.#run += 1;
    clearTimeout(this.#timer);
  }

  #schedule(run: number, delayMs: number): void {
    this.#timer = setTimeout(() => void this.#tick(run), delayMs);
  }

  async #tick(run: number): Promise<void> {
    const startedMs = performance.now();
    await this.#beat();
    if (run !== this.#run) return;
    this.#schedule(run, Math.max(0, this.#intervalMs - (performance.now() - startedMs)));
  }
}
