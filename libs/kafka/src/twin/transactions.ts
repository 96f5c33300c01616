import type { EndTxnAnswer, EndTxnRequest } from '../protocol/end-txn.js';
import { ErrorCode } from '../protocol/error-codes.js';
import type { InitProducerIdAnswer, InitProducerIdRequest } from '../protocol/init-producer-id.js';
import { refusedIdentity } from './refusal.js';
import type { VirtualTimer } from './timer-heap.js';
import type { VirtualTime } from './virtual-time.js';

/** What a transaction writes to: a partition, or the offsets of a group. */
export interface TransactionTarget {
  readonly topic: string;
  readonly partition: number;
  /** The transaction has ended; the epoch is the one after it. */
  end(producer: { readonly producerId: number; readonly producerEpoch: number }, commit: boolean): void;
}

interface TransactionalId {
  readonly name: string;
  readonly producerId: number;
  epoch: number;
  timeoutMs: number;
  state: 'Empty' | 'Ongoing' | 'PrepareCommit' | 'PrepareAbort' | 'CompleteCommit' | 'CompleteAbort';
  readonly targets: Set<TransactionTarget>;
  timeout: VirtualTimer | undefined;
}

export interface TransactionsOptions {
  readonly time: VirtualTime;
  readonly markerMs: (transactionalId: string, topic: string, partition: number) => number;
}

/** `transaction.max.timeout.ms` of Kafka. */
const TIMEOUT_MAX_MS = 900_000;

/**
 * The transaction coordinator, protocol v2 (KIP-890): what Kafka 4's `TransactionCoordinator` answers.
 *
 * ```
 *  Empty ──▶ Ongoing ── EndTxn, or fenced, or timed out ──▶ PrepareCommit, PrepareAbort ── markers written ──▶ CompleteCommit, CompleteAbort
 *              ▲                                                                                                  │
 *              └──────────────────────────────────────────────────────────────────────────────────────────────────┘
 * ```
 *
 * The epoch goes up with every end, so that nothing late can touch the next transaction. Not done: a new producer id after 32,767 of them.
 */
export class Transactions {
  readonly #options: TransactionsOptions;
  readonly #ids = new Map<string, TransactionalId>();
  #nextProducerId = 1000;

  constructor(options: TransactionsOptions) {
    this.#options = options;
  }

  /** Transactional ids with a transaction that has not ended in all its partitions. */
  get open(): string[] {
    return [...this.#ids.values()].filter(({ state }) => state === 'Ongoing' || isEnding(state)).map(({ name }) => name);
  }

  initProducerId({ transactionalId, transactionTimeoutMs }: InitProducerIdRequest): InitProducerIdAnswer {
    if (transactionalId === null) return identity(this.#nextProducerId++, 0);
    if (transactionTimeoutMs <= 0 || transactionTimeoutMs > TIMEOUT_MAX_MS) return refusedIdentity(ErrorCode.INVALID_TRANSACTION_TIMEOUT);
    const known = this.#ids.get(transactionalId);
    if (known === undefined) {
      const created: TransactionalId = {
        name: transactionalId,
        producerId: this.#nextProducerId++,
        epoch: 0,
        timeoutMs: transactionTimeoutMs,
        state: 'Empty',
        targets: new Set(),
        timeout: undefined,
      };
      this.#ids.set(transactionalId, created);
      return identity(created.producerId, created.epoch);
    }
    if (isEnding(known.state)) return refusedIdentity(ErrorCode.CONCURRENT_TRANSACTIONS);
    if (known.state === 'Ongoing') {
      this.#end(known, false);
      return refusedIdentity(ErrorCode.CONCURRENT_TRANSACTIONS);
    }
    known.epoch += 1;
    known.timeoutMs = transactionTimeoutMs;
    known.state = 'Empty';
    return identity(known.producerId, known.epoch);
  }

  /** Takes the target into the transaction, beginning it if need be (KIP-890: Produce and TxnOffsetCommit do so by themselves). */
  add(transactionalId: string, producerId: number, producerEpoch: number, target: TransactionTarget): number {
    const known = this.#ids.get(transactionalId);
    if (known === undefined || known.producerId !== producerId) return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
    if (known.epoch !== producerEpoch) return ErrorCode.INVALID_PRODUCER_EPOCH;
    if (isEnding(known.state)) return ErrorCode.CONCURRENT_TRANSACTIONS;
    if (known.state !== 'Ongoing') {
      known.state = 'Ongoing';
      known.timeout = this.#options.time.after(known.timeoutMs, () => this.#end(known, false));
    }
    known.targets.add(target);
    return ErrorCode.NONE;
  }

  endTxn({ transactionalId, producerId, producerEpoch, commit }: EndTxnRequest): EndTxnAnswer {
    const known = this.#ids.get(transactionalId);
    if (known === undefined || known.producerId !== Number(producerId)) return refusedIdentity(ErrorCode.INVALID_PRODUCER_ID_MAPPING);
    const errorCode = this.#checkEnd(known, producerEpoch, commit);
    if (errorCode !== ErrorCode.NONE) return refusedIdentity(errorCode);
    if (producerEpoch === known.epoch) this.#end(known, commit); // else it was done before, and is answered the same
    return identity(known.producerId, known.epoch);
  }

  #checkEnd({ state, epoch }: TransactionalId, producerEpoch: number, commit: boolean): number {
    const isRepeated = producerEpoch === epoch - 1;
    const isCurrent = producerEpoch === epoch;
    if (isEnding(state)) {
      if (!isRepeated) return ErrorCode.PRODUCER_FENCED;
      return commit === (state === 'PrepareCommit') ? ErrorCode.CONCURRENT_TRANSACTIONS : ErrorCode.INVALID_TXN_STATE;
    }
    if (isRepeated && (state === 'CompleteCommit' || state === 'CompleteAbort')) {
      return commit === (state === 'CompleteCommit') ? ErrorCode.NONE : ErrorCode.INVALID_TXN_STATE;
    }
    if (!isCurrent) return ErrorCode.PRODUCER_FENCED;
    // Nothing has begun: there is nothing to commit, and an abort is taken.
    return state === 'Ongoing' || !commit ? ErrorCode.NONE : ErrorCode.INVALID_TXN_STATE;
  }

  #end(known: TransactionalId, commit: boolean): void {
    known.timeout?.cancel();
    known.epoch += 1;
    known.state = commit ? 'PrepareCommit' : 'PrepareAbort';
    const targets = [...known.targets];
    known.targets.clear();
    const producer = { producerId: known.producerId, producerEpoch: known.epoch };
    let markersLeft = targets.length;
    const written = (): void => {
      markersLeft -= 1;
      if (markersLeft <= 0) known.state = commit ? 'CompleteCommit' : 'CompleteAbort';
    };
    if (targets.length === 0) written();
    for (const target of targets) {
      const write = (): void => {
        target.end(producer, commit);
        written();
      };
      const delayMs = this.#options.markerMs(known.name, target.topic, target.partition);
      if (delayMs > 0) this.#options.time.after(delayMs, write);
      else write();
    }
  }
}

function isEnding(state: TransactionalId['state']): boolean {
  return state === 'PrepareCommit' || state === 'PrepareAbort';
}

function identity(producerId: number, producerEpoch: number): InitProducerIdAnswer {
  return { throttleMs: 0, errorCode: ErrorCode.NONE, producerId: BigInt(producerId), producerEpoch };
}
