/** So many processes died on inputs of a partition: from then on one input is begun at a time, to find the one that kills. */
export const ATTEMPTS_SUSPECT = 4;
/** The input at the offset was begun alone, and its process died. */
export const ATTEMPTS_CONDEMNED = ATTEMPTS_SUSPECT + 1;

/**
 * Counts, in the metadata of the committed offsets, how often the inputs there were begun by a process that did not live to finish them
 * (R10): a process that an input kills cannot quarantine it, its successor can.
 *
 * ```
 *  0 ── begun ──▶ 1 ── died, begun ──▶ … ──▶ 4 ── one at a time: begun alone ──▶ 5 ── died ──▶ quarantined
 *  ▲              │                          │ ▲                                 │
 *  └── finished ──┘                          │ └──────────── finished ───────────┘
 *  └── as many finished as one batch holds ──┘
 * ```
 *
 * A batch that fails and leaves the process alive does not count. What was begun is noted in the first batch after a partition was opened,
 * and in every batch while one input is taken at a time.
 */
export class Attempts {
  readonly #batchInputsMax: number;
  /** By partition and topic: what is committed. Absent once something of the partition was finished and nothing of it is suspect. */
  readonly #noted = new Map<number, ReadonlyMap<string, number>>();
  #aloneLeft = 0;

  /** @param batchInputsMax what a batch holds at most: the one that kills is among so many */
  constructor(batchInputsMax: number) {
    this.#batchInputsMax = batchInputsMax;
  }

  /** @param attempts by topic, as committed. @returns the topics whose next input is to be quarantined */
  opened(partition: number, attempts: ReadonlyMap<string, number>): string[] {
    this.#noted.set(partition, attempts);
    if ([...attempts.values()].some(isSuspect)) this.#aloneLeft = this.#batchInputsMax;
    return [...attempts].flatMap(([topic, attempt]) => (attempt >= ATTEMPTS_CONDEMNED ? [topic] : []));
  }

  closed(partition: number): void {
    this.#noted.delete(partition);
  }

  /** Whether inputs are to be begun one at a time. */
  get oneByOne(): boolean {
    return this.#aloneLeft > 0;
  }

  /** Whether it is to be noted that inputs of the partition are begun. */
  mustNote(partition: number): boolean {
    return this.#noted.has(partition);
  }

  /** What to note for a topic with inputs that are begun. */
  begun(topic: string, partition: number): number {
    return Math.min(this.settled(topic, partition) + 1, this.oneByOne ? ATTEMPTS_CONDEMNED : ATTEMPTS_SUSPECT);
  }

  /** What to note for a topic of which nothing is being worked off. */
  settled(topic: string, partition: number): number {
    return Math.min(this.#noted.get(partition)?.get(topic) ?? 0, ATTEMPTS_SUSPECT);
  }

  /** What to commit with a batch of these partitions and so many inputs. */
  afterBatch(topic: string, partition: number, inputs: number): number {
    const attempt = this.settled(topic, partition);
    return isSuspect(attempt) && this.#aloneLeft > inputs ? attempt : 0;
  }

  /** The batch is committed. */
  finished(partitions: Iterable<number>, inputs: number): void {
    this.#aloneLeft = Math.max(0, this.#aloneLeft - inputs);
    for (const partition of this.oneByOne ? partitions : [...this.#noted.keys()]) {
      const suspect = [...(this.#noted.get(partition) ?? [])].filter(([, attempt]) => isSuspect(attempt));
      if (this.oneByOne && suspect.length > 0) this.#noted.set(partition, new Map(suspect));
      else if (new Set(partitions).has(partition)) this.#noted.delete(partition);
    }
  }
}

function isSuspect(attempt: number): boolean {
  return attempt >= ATTEMPTS_SUSPECT;
}
