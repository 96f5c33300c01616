import type { KafkaCluster } from '../connection/kafka-cluster.js';
import { KafkaApiError } from '../connection/kafka-error.js';
import { ErrorCode } from '../protocol/error-codes.js';
import { initProducerIdCall } from '../protocol/init-producer-id.js';
import type { ProducedPartition } from '../protocol/produce.js';
import { appendedRecords } from './appended-records.js';
import { AttemptsFailed, failureOf, failureOfCode, untilDone } from './attempt.js';
import type { ProducerIdentity } from './coordinator-calls.js';
import type { AppendedRecord, OutboundRecord } from './outbound-record.js';
import { encodeBatch, partitionBatches, type PartitionBatch } from './partition-batches.js';
import { produceBatches } from './produce-batches.js';
import { RecordsNotSent } from './producer-errors.js';

export interface RecordProducerOptions {
  /** Its connections carry requests only, no fetches: see `KafkaCluster`. The owner disconnects it. */
  readonly cluster: KafkaCluster;
  /** How long a send is tried again before it fails. Default 30 seconds. */
  readonly patienceMs?: number;
}

interface WaitingSend {
  readonly records: readonly OutboundRecord[];
  readonly resolve: (appended: AppendedRecord[]) => void;
  readonly reject: (error: RecordsNotSent) => void;
}

/** The broker remembers what an idempotent producer wrote last, and takes a repeated batch for what it is (KIP-98). */
interface Identity extends ProducerIdentity {
  /** Records written per topic/partition. */
  readonly sequences: Map<string, number>;
}

/**
 * Writes records outside transactions, with acks=all and idempotent: what is sent again after a lost answer is not written twice.
 * When a send fails, some of its records may have been written; sending them again then writes those twice, so readers must drop
 * what they have seen (by `ce_id`). The order within a partition is the order of the calls.
 *
 * While one request is on its way, further sends gather and go together with the next.
 */
export class RecordProducer {
  readonly #cluster: KafkaCluster;
  readonly #patienceMs: number;
  #identity: Identity | null = null;
  #waiting: WaitingSend[] = [];
  #working = false;

  constructor({ cluster, patienceMs = 30_000 }: RecordProducerOptions) {
    this.#cluster = cluster;
    this.#patienceMs = patienceMs;
  }

  /**
   * Resolves when every in-sync replica has the records, with where each one is, in the order given.
   *
   * @throws RecordsNotSent
   */
  send(records: readonly OutboundRecord[]): Promise<AppendedRecord[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      if (!this.#working) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (this.#waiting.length > 0) {
      const sends = this.#waiting;
      this.#waiting = [];
      await this.#sendAll(sends);
    }
    this.#working = false;
  }

  async #sendAll(sends: readonly WaitingSend[]): Promise<void> {
    try {
      const appended = await this.#write(sends.flatMap(({ records }) => records));
      let at = 0;
      for (const { records, resolve } of sends) resolve(appended.slice(at, (at += records.length)));
    } catch (error) {
      // What was written of them is not known: with new sequences nothing can be taken for a repetition of it.
      this.#identity = null;
      const failure = new RecordsNotSent(error instanceof AttemptsFailed ? error.failure.cause : error);
      for (const { reject } of sends) reject(failure);
    }
  }

  async #write(records: readonly OutboundRecord[]): Promise<AppendedRecord[]> {
    const deadlineMs = performance.now() + this.#patienceMs;
    const identity = (this.#identity ??= await this.#identify(deadlineMs));
    const written = new Map<PartitionBatch, ProducedPartition>();
    for (const wave of partitionBatches(records)) {
      const encoded = wave.map((batch) => ({ batch, bytes: encodeBatch(batch, { ...identity, transactional: false }, identity.sequences.get(nameOf(batch))) }));
      const result = await produceBatches(encoded, { cluster: this.#cluster, transactionalId: null, deadlineMs });
      for (const [batch, partition] of result.written) written.set(batch, partition);
    }
    for (const batch of written.keys()) {
      identity.sequences.set(nameOf(batch), (identity.sequences.get(nameOf(batch)) ?? 0) + batch.records.length);
    }
    return appendedRecords(records, written);
  }

  /** Any broker gives out producer ids. */
  async #identify(deadlineMs: number): Promise<Identity> {
    const { result } = await untilDone({
      deadlineMs,
      attempt: async () => {
        try {
          const answer = await this.#cluster.sendToAny(initProducerIdCall({ transactionalId: null, transactionTimeoutMs: 60_000 }));
          const { errorCode } = answer;
          return errorCode === ErrorCode.NONE ? answer : failureOfCode('InitProducerId', errorCode, new KafkaApiError('InitProducerId', errorCode, 'any broker'));
        } catch (error) {
          return failureOf('InitProducerId', error);
        }
      },
    });
    return { producerId: result.producerId, producerEpoch: result.producerEpoch, sequences: new Map() };
  }
}

function nameOf({ topic, partition }: PartitionBatch): string {
  return `${topic}/${partition}`;
}
