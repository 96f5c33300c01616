import { sleep } from '../timing.js';

/** Growing pauses between tries: doubled each time, with jitter, so that many clients do not come back at once. */
export class Backoff {
  #nextMs: number;

  constructor(
    readonly minMs: number,
    readonly maxMs: number,
  ) {
    this.#nextMs = minMs;
  }

  /** Waits for the next pause. Throws the signal's reason when it is aborted. */
  async wait(signal?: AbortSignal): Promise<void> {
    const pauseMs = this.#nextMs * (0.8 + Math.random() * 0.4);
    this.#nextMs = Math.min(this.#nextMs * 2, this.maxMs);
    await sleep(pauseMs, signal);
    signal?.throwIfAborted();
  }

  reset(): void {
    this.#nextMs = this.minMs;
  }
}
