import type { QueueLimits } from '../consumer/partition-queue.js';

/**
 * How much one transaction takes (R10): the configured limits, halved when a batch fails for a reason that lies in its inputs, down
 * to a single one, and grown back by successes.
 */
export class BatchLimits {
  readonly #configured: QueueLimits;
  #recordsMax: number;

  constructor(configured: QueueLimits) {
    this.#configured = configured;
    this.#recordsMax = configured.recordsMax;
  }

  get current(): QueueLimits {
    return { recordsMax: this.#recordsMax, bytesMax: this.#configured.bytesMax };
  }

  /** @param records how many inputs the failed batch had; at 1 the culprit is found */
  failed(records: number): void {
    this.#recordsMax = Math.max(1, Math.floor(Math.min(records, this.#recordsMax) / 2));
  }

  succeeded(): void {
    this.#recordsMax = Math.min(this.#configured.recordsMax, this.#recordsMax * 2);
  }
}
