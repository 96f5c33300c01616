/**
 * The broker's clock, as far as its append times tell (R6): a local clock corrected by what was last seen. It goes on evenly when the
 * clock of this host is set, and never goes back, but for {@link correct}. Where topics keep the producer's time, nothing is seen and it
 * is the clock of this host as it was when the process began.
 */
export class BrokerClock {
  readonly #localMs: () => number;
  #aheadMs = 0;
  #lastMs = 0;
  #seen = false;

  /** @param localMs a local clock that is never set, milliseconds since 1970 */
  constructor(localMs: () => number = monotonicMs) {
    this.#localMs = localMs;
  }

  /** Milliseconds since 1970. */
  now(): number {
    this.#lastMs = Math.max(this.#lastMs, Math.floor(this.#localMs()) + this.#aheadMs);
    return this.#lastMs;
  }

  /** Whether the broker was ever heard. */
  get seen(): boolean {
    return this.#seen;
  }

  /** An append time from an answer that has just arrived; −1 where the topic has none. */
  observe(appendTimeMs: number): void {
    if (appendTimeMs < 0) return;
    this.#seen = true;
    this.#aheadMs = appendTimeMs - Math.floor(this.#localMs());
    this.#lastMs = Math.max(this.#lastMs, appendTimeMs);
  }

  /** The same, when what was decided by a clock that was ahead is undone: it goes back. */
  correct(appendTimeMs: number): void {
    this.#lastMs = appendTimeMs;
    this.observe(appendTimeMs);
  }
}

function monotonicMs(): number {
  return performance.timeOrigin + performance.now();
}
