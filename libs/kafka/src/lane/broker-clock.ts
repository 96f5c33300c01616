/**
 * The broker's clock, as far as its append times tell (R6): the local clock corrected by what was last seen, and never going back.
 * Where topics keep the producer's time, nothing is seen and it is the local clock.
 */
export class BrokerClock {
  readonly #localMs: () => number;
  #aheadMs = 0;
  #lastMs = 0;

  /** @param localMs the local clock, milliseconds since 1970 */
  constructor(localMs: () => number = Date.now) {
    this.#localMs = localMs;
  }

  /** Milliseconds since 1970. */
  now(): number {
    this.#lastMs = Math.max(this.#lastMs, this.#localMs() + this.#aheadMs);
    return this.#lastMs;
  }

  /** An append time from an answer that has just arrived; −1 where the topic has none. */
  observe(appendTimeMs: number): void {
    if (appendTimeMs < 0) return;
    this.#aheadMs = appendTimeMs - this.#localMs();
    this.#lastMs = Math.max(this.#lastMs, appendTimeMs);
  }
}
