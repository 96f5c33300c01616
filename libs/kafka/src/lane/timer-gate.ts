interface Asked {
  readonly atMs: number;
  ends: ReadonlyMap<string, bigint> | undefined;
}

/**
 * R6: a timer fires only when its partition's inputs have been consumed up to the end they had when it came due. What was waiting
 * there may be the very reply the timer waits for: after an hour's outage, firing first would compensate everything. What came due
 * after the ends were asked for has to wait for the next asking, however long the catching up took.
 *
 * ```
 *  quiet ── a timer is due ──▶ asking ── ends known ──▶ catching up ── every position there ──▶ due ── fired ──▶ quiet
 * ```
 */
export class TimerGate {
  readonly #ends: (partition: number) => Promise<ReadonlyMap<string, bigint>>;
  readonly #positions: (partition: number) => ReadonlyMap<string, bigint>;
  readonly #known: () => void;
  readonly #asked = new Map<number, Asked>();

  /**
   * @param ends asks for the ends of a partition's inputs, by topic; when it fails it is asked again at the next look
   * @param positions what is consumed of a partition's inputs, by topic
   * @param known called when an answer has arrived
   */
  constructor(
    ends: (partition: number) => Promise<ReadonlyMap<string, bigint>>,
    positions: (partition: number) => ReadonlyMap<string, bigint>,
    known: () => void,
  ) {
    this.#ends = ends;
    this.#positions = positions;
    this.#known = known;
  }

  /**
   * Up to which time the timers of a partition may fire, or undefined while its earliest may not.
   *
   * @param dueMs when its earliest timer came due; not later than `nowMs`
   */
  mayFireUntilMs(partition: number, dueMs: number, nowMs: number): number | undefined {
    const asked = this.#asked.get(partition);
    if (asked === undefined || asked.atMs < dueMs) {
      this.#ask(partition, nowMs);
      return undefined;
    }
    if (asked.ends === undefined) return undefined;
    const positions = this.#positions(partition);
    return [...asked.ends].every(([topic, end]) => (positions.get(topic) ?? -1n) >= end) ? asked.atMs : undefined;
  }

  /** The timers have fired, or the partition is gone: the next one that is due asks anew. */
  reset(partition: number): void {
    this.#asked.delete(partition);
  }

  #ask(partition: number, atMs: number): void {
    const asked: Asked = { atMs, ends: undefined };
    this.#asked.set(partition, asked);
    this.#ends(partition).then(
      (ends) => {
        asked.ends = ends;
        this.#known();
      },
      () => {
        if (this.#asked.get(partition) === asked) this.#asked.delete(partition);
      },
    );
  }
}
