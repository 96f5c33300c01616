import { ErrorCode } from '../protocol/error-codes.js';
import type { OffsetFetchAnswer, OffsetFetchRequest } from '../protocol/offset-fetch.js';
import type { TopicOffsets } from '../protocol/topic-offsets.js';
import type { TransactionTarget } from './transactions.js';

interface Committed {
  readonly offset: bigint;
  readonly metadata: string;
  /** Its place among all that was written: of two, the later one counts, whichever becomes valid first. */
  readonly order: number;
}

/** `offset.metadata.max.bytes` of Kafka. */
const METADATA_BYTES_MAX = 4_096;

/** The committed offsets of one group, and those of transactions that are open (KIP-447). */
export class CommittedOffsets implements TransactionTarget {
  readonly topic = '__consumer_offsets';
  readonly partition = 0;
  readonly #committed = new Map<string, Committed>();
  /** By producer id. */
  readonly #pending = new Map<number, Map<string, Committed>>();
  #orders = 0;

  /** @param producerId the transaction's that they belong to; undefined outside */
  write(topics: readonly TopicOffsets[], producerId?: number): { topic: string; partitions: { partition: number; errorCode: number }[] }[] {
    const into = producerId === undefined ? this.#committed : this.#pendingOf(producerId);
    return topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition, offset, metadata }) => {
        if (Buffer.byteLength(metadata ?? '') > METADATA_BYTES_MAX) return { partition, errorCode: ErrorCode.OFFSET_METADATA_TOO_LARGE };
        into.set(nameOf(topic, partition), { offset, metadata: metadata ?? '', order: this.#orders++ });
        return { partition, errorCode: ErrorCode.NONE };
      }),
    }));
  }

  end({ producerId }: { readonly producerId: number }, commit: boolean): void {
    const pending = this.#pending.get(producerId);
    this.#pending.delete(producerId);
    if (!commit || pending === undefined) return;
    for (const [name, offset] of pending) if (offset.order > (this.#committed.get(name)?.order ?? -1)) this.#committed.set(name, offset);
  }

  fetch({ topics, requireStable = true }: OffsetFetchRequest): OffsetFetchAnswer {
    const answered = topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((partition) => {
        const name = nameOf(topic, partition);
        if (requireStable && this.#isUnstable(name)) return { partition, errorCode: ErrorCode.UNSTABLE_OFFSET_COMMIT, offset: -1n, metadata: '' };
        const { offset, metadata } = this.#committed.get(name) ?? { offset: -1n, metadata: '' };
        return { partition, errorCode: ErrorCode.NONE, offset, metadata };
      }),
    }));
    return { throttleMs: 0, errorCode: ErrorCode.NONE, topics: answered };
  }

  /** Undefined when there is none. */
  get(topic: string, partition: number): bigint | undefined {
    return this.#committed.get(nameOf(topic, partition))?.offset;
  }

  #isUnstable(name: string): boolean {
    for (const pending of this.#pending.values()) if (pending.has(name)) return true;
    return false;
  }

  #pendingOf(producerId: number): Map<string, Committed> {
    let pending = this.#pending.get(producerId);
    if (pending === undefined) this.#pending.set(producerId, (pending = new Map()));
    return pending;
  }
}

function nameOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
