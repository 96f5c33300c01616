import { ErrorCode } from '../protocol/error-codes.js';
import type { ArrivingBatch } from './batch-bytes.js';

/** How many batches of a producer a partition remembers. */
const REMEMBERED_BATCHES = 5;

interface WrittenBatch {
  readonly baseSequence: number;
  readonly lastSequence: number;
  readonly baseOffset: number;
  readonly appendTimeMs: number;
}

interface ProducerEntry {
  epoch: number;
  batches: WrittenBatch[];
  /** Where its open transaction began in this partition. */
  openSince: number | undefined;
}

/** What a partition knows of the producers that wrote to it (KIP-98, KIP-890). */
export class ProducerEntries {
  readonly #entries = new Map<number, ProducerEntry>();

  /** The same batch, if it was written before. */
  duplicateOf({ producerId, producerEpoch, baseSequence, lastSequence }: ArrivingBatch): WrittenBatch | undefined {
    const entry = this.#entries.get(producerId);
    if (entry === undefined || entry.epoch !== producerEpoch) return undefined;
    return entry.batches.find((batch) => batch.baseSequence === baseSequence && batch.lastSequence === lastSequence);
  }

  /** Whether this producer's transaction is open here, so that its coordinator need not be asked. */
  isOpen({ producerId, producerEpoch }: ArrivingBatch): boolean {
    const entry = this.#entries.get(producerId);
    return entry?.openSince !== undefined && entry.epoch === producerEpoch;
  }

  /** The code to refuse the batch with. */
  check({ producerId, producerEpoch, baseSequence }: ArrivingBatch): number {
    const entry = this.#entries.get(producerId);
    if (entry === undefined) return ErrorCode.NONE;
    if (producerEpoch < entry.epoch) return ErrorCode.INVALID_PRODUCER_EPOCH;
    const last = producerEpoch === entry.epoch ? (entry.batches.at(-1)?.lastSequence ?? -1) : -1;
    const next = last === 2 ** 31 - 1 ? 0 : last + 1;
    return baseSequence === next ? ErrorCode.NONE : ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;
  }

  written(arriving: ArrivingBatch, baseOffset: number, appendTimeMs: number): void {
    const { producerId, producerEpoch, baseSequence, lastSequence, transactional } = arriving;
    const entry = this.#entry(producerId, producerEpoch);
    entry.batches.push({ baseSequence, lastSequence, baseOffset, appendTimeMs });
    if (entry.batches.length > REMEMBERED_BATCHES) entry.batches.shift();
    if (transactional) entry.openSince ??= baseOffset;
  }

  /** The code to refuse a marker with: its coordinator was replaced. */
  checkMarker(producerId: number, producerEpoch: number): number {
    return producerEpoch < (this.#entries.get(producerId)?.epoch ?? -1) ? ErrorCode.INVALID_PRODUCER_EPOCH : ErrorCode.NONE;
  }

  /** The transaction has ended. @returns where it began */
  ended(producerId: number, producerEpoch: number): number | undefined {
    const entry = this.#entry(producerId, producerEpoch);
    const { openSince } = entry;
    entry.openSince = undefined;
    return openSince;
  }

  /** Where the first transaction began that is still open. */
  get firstOpen(): number | undefined {
    let first: number | undefined;
    for (const { openSince } of this.#entries.values()) if (openSince !== undefined && openSince < (first ?? Infinity)) first = openSince;
    return first;
  }

  #entry(producerId: number, producerEpoch: number): ProducerEntry {
    let entry = this.#entries.get(producerId);
    if (entry === undefined) this.#entries.set(producerId, (entry = { epoch: producerEpoch, batches: [], openSince: undefined }));
    if (entry.epoch !== producerEpoch) {
      entry.epoch = producerEpoch;
      entry.batches = [];
    }
    return entry;
  }
}
