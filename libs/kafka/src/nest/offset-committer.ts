import { KafkaApiError } from '../connection/index.js';
import type { GroupOffsets } from '../consumer/group-offsets.js';
import type { TopicOffsets } from '../protocol/topic-offsets.js';
import type { GroupMembership } from '../protocol/txn-offset-commit.js';

export interface OffsetCommitterHooks {
  /** A commit was refused: the member has been replaced, or the group rebalances. What was not committed comes again. */
  refused(brokerCode: number, membership: GroupMembership): void;
  failed(error: unknown): void;
}

/**
 * Commits the offsets of everything that is done, one request at a time for all partitions: what gets done meanwhile goes together
 * with the next. Only ever under the membership that the records were fetched with (R2).
 */
export class OffsetCommitter {
  readonly #offsets: GroupOffsets;
  readonly #hooks: OffsetCommitterHooks;
  readonly #stopping = new AbortController();
  /** By topic, then partition. */
  #done = new Map<string, Map<number, bigint>>();
  #membership: GroupMembership | undefined;
  #working: Promise<void> | undefined;

  constructor(offsets: GroupOffsets, hooks: OffsetCommitterHooks) {
    this.#offsets = offsets;
    this.#hooks = hooks;
  }

  /** @param offset the next one to read */
  done(membership: GroupMembership, topic: string, partition: number, offset: bigint): void {
    if (membership !== this.#membership) this.#done = new Map(); // fetched under another one: it cannot be committed any more
    this.#membership = membership;
    const partitions = this.#done.get(topic) ?? new Map<number, bigint>();
    partitions.set(partition, offset);
    this.#done.set(topic, partitions);
    this.#working ??= this.#work().finally(() => (this.#working = undefined));
  }

  /** Resolves when everything that was done by now is committed, or cannot be. */
  async flush(): Promise<void> {
    await this.#working;
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #work(): Promise<void> {
    while (this.#done.size > 0 && !this.#stopping.signal.aborted) {
      const membership = this.#membership!;
      const topics = toTopicOffsets(this.#done);
      this.#done = new Map();
      try {
        await this.#offsets.commit(membership, topics, this.#stopping.signal);
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        if (error instanceof KafkaApiError) this.#hooks.refused(error.brokerCode, membership);
        this.#hooks.failed(error);
      }
    }
  }
}

function toTopicOffsets(done: ReadonlyMap<string, ReadonlyMap<number, bigint>>): TopicOffsets[] {
  return [...done].map(([topic, partitions]) => ({
    topic,
    partitions: [...partitions].map(([partition, offset]) => ({ partition, offset, metadata: null })),
  }));
}
