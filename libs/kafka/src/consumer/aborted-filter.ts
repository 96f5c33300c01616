import type { AbortedTransaction } from '../protocol/fetch.js';
import { readRecords, type BatchHeader } from '../protocol/record-batch.js';

const ABORT_MARKER = 0;

/**
 * Tells which batches of one fetched partition belong to aborted transactions (KIP-98).
 *
 * The answer lists the aborted transactions of the fetched range by producer and first offset, in any order. A producer's batches are
 * void from the first offset of one of its entries up to its next abort marker; a producer may have several entries, transactions of
 * several producers interleave, and one that began before the fetched offset has a first offset below it.
 * Batches must be asked for in log order.
 */
export class AbortedFilter {
  readonly #upcoming: AbortedTransaction[];
  readonly #aborting = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#upcoming = [...aborted].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : Number(a.firstOffset > b.firstOffset)));
  }

  /** True for a data batch of an aborted transaction and for every control batch. */
  isVoid(batch: BatchHeader): boolean {
    while (this.#upcoming[0] !== undefined && this.#upcoming[0].firstOffset <= batch.lastOffset) {
      this.#aborting.add(this.#upcoming.shift()!.producerId);
    }
    if (batch.control) {
      if (isAbortMarker(batch)) this.#aborting.delete(batch.producerId);
      return true;
    }
    return batch.transactional && this.#aborting.has(batch.producerId);
  }
}

/** The key of a control record is its version (i16) and its type (i16); it is looked at only where the batch says "control". */
function isAbortMarker(batch: BatchHeader): boolean {
  if (batch.recordCount === 0) return false;
  const key = controlKey(batch);
  return key !== null && key.length >= 4 && key.readInt16BE(2) === ABORT_MARKER;
}

function controlKey(batch: BatchHeader): Buffer | null {
  for (const { key } of readRecords(batch, batch.body)) return key;
  return null;
}
