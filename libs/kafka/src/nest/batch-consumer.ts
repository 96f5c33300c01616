import type { KafkaCluster, KafkaError } from '../connection/index.js';
import type { PartitionStoppedError } from '../consumer/group-error.js';
import { GroupReader, type GroupReaderOptions } from '../consumer/group-reader.js';
import type { QueueLimits } from '../consumer/partition-queue.js';
import type { ConsumedRecord } from '../consumer/record.js';
import { sleep, withinMs } from '../timing.js';
import { failpoint } from '../failpoint.js';
import type { OutboundRecord } from '../producer/outbound-record.js';
import { RecordProducer } from '../producer/record-producer.js';
import type { GroupMembership } from '../protocol/txn-offset-commit.js';
import { Quarantine } from '../quarantine/quarantine.js';
import { OffsetCommitter } from './offset-committer.js';

/** Carries out the records of one partition. */
export interface BatchHandler {
  /**
   * @param records of one partition of one topic, in log order; at least one
   * @param membership under which they were fetched: a store that knows a younger generation refuses the batch (R8)
   * @returns what to send before the batch counts as done. The same batch may come again, and then must give the same.
   * @throws anything: the batch is kept and tried again, with pauses, as long as the partition is owned
   */
  handle(records: readonly ConsumedRecord[], membership: GroupMembership): Promise<readonly OutboundRecord[]>;
}

export interface BatchConsumerOptions extends GroupReaderOptions {
  /** Where batches go that cannot be read. */
  readonly quarantineTopic: string;
  /** What one batch holds at most. Default 500 records, 1 MiB. */
  readonly batchLimits?: QueueLimits;
}

/** What a consumer tells the outside: for logs, metrics and alarms. */
export interface BatchConsumerObserver {
  batchDone?(batch: { readonly topic: string; readonly partition: number; readonly records: number; readonly sent: number; readonly durationMs: number }): void;
  partitionStopped(error: PartitionStoppedError): void;
  /** Something failed and is tried again. */
  retrying(error: unknown): void;
  /** The consumer has stopped for good: the process should end. */
  failed(error: KafkaError): void;
}

interface Worker {
  readonly partition: number;
  readonly running: Promise<void>;
  readonly lost: AbortController;
}

const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 5_000;
const STOP_MS = 4_000;

/**
 * Hands what it reads to a handler, at least once: handle → send what it returned → commit offsets. Partitions are worked off side by
 * side, each in its own order; one that fails is tried again and holds up no other.
 */
export class BatchConsumer {
  readonly #options: BatchConsumerOptions;
  readonly #handler: BatchHandler;
  readonly #observer: BatchConsumerObserver;
  readonly #cluster: KafkaCluster;
  readonly #producer: RecordProducer;
  readonly #limits: QueueLimits;
  /** By topic/partition. */
  readonly #workers = new Map<string, Worker>();
  #quarantine!: Quarantine;
  #reader!: GroupReader;
  #committer!: OffsetCommitter;
  #stopped = false;

  private constructor(cluster: KafkaCluster, options: BatchConsumerOptions, handler: BatchHandler, observer: BatchConsumerObserver) {
    this.#cluster = cluster;
    this.#options = options;
    this.#handler = handler;
    this.#observer = observer;
    this.#producer = new RecordProducer({ cluster });
    this.#limits = options.batchLimits ?? { recordsMax: 500, bytesMax: 1_048_576 };
  }

  /**
   * @param cluster is forked: the consumer has connections of its own
   * @throws KafkaError TopologyError when it cannot start
   */
  static async start(cluster: KafkaCluster, options: BatchConsumerOptions, handler: BatchHandler, observer: BatchConsumerObserver): Promise<BatchConsumer> {
    const own = await cluster.fork();
    const consumer = new BatchConsumer(own, options, handler, observer);
    try {
      consumer.#quarantine = new Quarantine({ topic: options.quarantineTopic, partitionCount: await own.partitionCount(options.quarantineTopic) });
      consumer.#reader = await GroupReader.start(own, options, {
        settle: () => consumer.#settle(),
        open: async () => {},
        close: (partition) => consumer.#closePartition(partition),
        arrived: () => consumer.#work(),
        partitionStopped: (error) => observer.partitionStopped(error),
        retrying: (error) => observer.retrying(error),
        failed: (error) => observer.failed(error),
      });
    } catch (error) {
      own.disconnect();
      throw error;
    }
    consumer.#committer = new OffsetCommitter(consumer.#reader.offsets, {
      refused: (brokerCode, membership) => consumer.#reader.refused(brokerCode, membership),
      failed: (error) => observer.retrying(error),
    });
    return consumer;
  }

  /** Partitions that are open now. */
  get partitions(): number[] {
    return this.#reader.open;
  }

  /** Finishes the batches that run, leaves the group and disconnects, in less than 5 seconds. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await withinMs(this.#settle(), STOP_MS);
    this.#committer.stop();
    await this.#reader.stop();
    this.#cluster.disconnect();
  }

  /** Gives every partition that has something and no worker a worker. */
  #work(): void {
    if (this.#stopped || this.#reader === undefined || !this.#reader.readable) return;
    for (const { topic, partition } of this.#reader.queues.waiting) {
      const name = `${topic}/${partition}`;
      if (this.#workers.has(name)) continue;
      const lost = new AbortController();
      const running = this.#workOff(topic, partition, lost.signal).finally(() => {
        this.#workers.delete(name);
        this.#work();
      });
      this.#workers.set(name, { partition, running, lost });
    }
  }

  async #workOff(topic: string, partition: number, lost: AbortSignal): Promise<void> {
    while (this.#reader.readable && !this.#stopped && !lost.aborted) {
      const taken = this.#reader.queues.takeFrom(topic, partition, this.#limits);
      if (taken === undefined) return;
      const position = this.#reader.queues.positions(partition).get(topic);
      const startedMs = performance.now();
      const sent = await this.#untilDone(taken.records, taken.membership, lost);
      if (sent === undefined || position === undefined) {
        if (!this.#stopped) this.#reader.reopenPartition(partition); // what was taken comes again
        return;
      }
      this.#committer.done(taken.membership, topic, partition, position);
      this.#observer.batchDone?.({ topic, partition, records: taken.records.length, sent, durationMs: performance.now() - startedMs });
    }
  }

  /** @returns how many records were sent; undefined when the partition was given up before the batch was done */
  async #untilDone(records: readonly ConsumedRecord[], membership: GroupMembership, lost: AbortSignal): Promise<number | undefined> {
    for (let waitMs = RETRY_FIRST_MS; ; waitMs = Math.min(waitMs * 2, RETRY_MAX_MS)) {
      try {
        const outbound = await this.#handle(records, membership);
        failpoint('after-handle');
        if (outbound.length > 0) await this.#producer.send(outbound);
        failpoint('after-replies');
        return outbound.length;
      } catch (error) {
        this.#observer.retrying(error);
      }
      if (lost.aborted) return undefined;
      await sleep(waitMs, lost);
      if (lost.aborted) return undefined;
    }
  }

  async #handle(records: readonly ConsumedRecord[], membership: GroupMembership): Promise<readonly OutboundRecord[]> {
    const { sound, quarantined } = this.#quarantine.sort(records);
    const answers = sound.length === 0 ? [] : await this.#handler.handle(sound, membership);
    return [...answers, ...quarantined];
  }

  /** The batches that run end, or give up between two tries; what is done is committed. */
  async #settle(): Promise<void> {
    for (const { lost } of this.#workers.values()) lost.abort();
    await Promise.all([...this.#workers.values()].map(({ running }) => running));
    await this.#committer?.flush();
  }

  async #closePartition(partition: number): Promise<void> {
    const workers = [...this.#workers.values()].filter((worker) => worker.partition === partition);
    for (const { lost } of workers) lost.abort();
    await Promise.all(workers.map(({ running }) => running));
    await this.#committer?.flush();
  }
}
