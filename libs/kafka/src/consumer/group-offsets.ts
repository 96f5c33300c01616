import { KafkaApiError, KafkaConnectionError, type KafkaCluster } from '../connection/index.js';
import type { ApiCall, Throttled } from '../protocol/api-call.js';
import { ErrorCode } from '../protocol/error-codes.js';
import { offsetCommitCall } from '../protocol/offset-commit.js';
import { offsetFetchCall, type CommittedOffset } from '../protocol/offset-fetch.js';
import type { TopicOffsets } from '../protocol/topic-offsets.js';
import type { GroupMembership } from '../protocol/txn-offset-commit.js';
import { decodeOffsetMetadata, type OffsetMetadata } from './offset-metadata.js';
import { sleep } from '../timing.js';

export interface GroupOffset {
  /** Undefined: the group has committed none. */
  readonly offset: bigint | undefined;
  readonly metadata: OffsetMetadata | undefined;
}

/** Grows from 2 ms: a transaction that is being committed is over in a few. */
const UNSTABLE_RETRY_MAX_MS = 50;
const COORDINATOR_RETRY_MS = 50;

/** The committed offsets of one group, read and written outside its joins. */
export class GroupOffsets {
  readonly #cluster: KafkaCluster;
  readonly #groupId: string;

  constructor(cluster: KafkaCluster, groupId: string) {
    this.#cluster = cluster;
    this.#groupId = groupId;
  }

  /** What was committed last, by topic; a running transaction may be about to change it. */
  async last(topics: readonly string[], partition: number, signal: AbortSignal): Promise<Map<string, GroupOffset>> {
    return this.#fetch(topics, partition, false, signal);
  }

  /**
   * By topic, when no running transaction can change them any more (KIP-447). Waits as long as one does: fence its owner first (R4).
   *
   * @throws the signal's reason when it aborts
   */
  async stable(topics: readonly string[], partition: number, signal: AbortSignal): Promise<Map<string, GroupOffset>> {
    return this.#fetch(topics, partition, true, signal);
  }

  /**
   * Commits outside transactions, under a membership.
   *
   * @throws KafkaApiError ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID when the member has been replaced, REBALANCE_IN_PROGRESS
   */
  async commit(membership: GroupMembership, topics: readonly TopicOffsets[], signal: AbortSignal): Promise<void> {
    for (;;) {
      const answer = await this.#ask(offsetCommitCall({ groupId: this.#groupId, membership, topics }), signal);
      const refused = answer.topics.flatMap(({ partitions }) => partitions).find(({ errorCode }) => errorCode !== ErrorCode.NONE);
      if (refused === undefined) return;
      if (!COORDINATOR_MOVED.has(refused.errorCode)) throw new KafkaApiError('OffsetCommit', refused.errorCode, `group ${this.#groupId}`);
      await this.#forgetCoordinator(signal);
    }
  }

  async #fetch(topics: readonly string[], partition: number, requireStable: boolean, signal: AbortSignal): Promise<Map<string, GroupOffset>> {
    const wanted = topics.map((topic) => ({ topic, partitions: [partition] }));
    for (let waitMs = 2; ; waitMs = Math.min(waitMs * 2, UNSTABLE_RETRY_MAX_MS)) {
      const answer = await this.#ask(offsetFetchCall({ groupId: this.#groupId, topics: wanted, requireStable }), signal);
      const found = answer.topics.map(({ topic, partitions }) => ({ topic, ...(partitions[0] as CommittedOffset) }));
      const errorCode = answer.errorCode || (found.find((each) => each.errorCode !== ErrorCode.NONE)?.errorCode ?? ErrorCode.NONE);
      if (errorCode === ErrorCode.NONE) return new Map(found.map((each) => [each.topic, toGroupOffset(each)]));
      if (errorCode === ErrorCode.UNSTABLE_OFFSET_COMMIT) await sleep(waitMs, signal);
      else if (COORDINATOR_MOVED.has(errorCode)) await this.#forgetCoordinator(signal);
      else throw new KafkaApiError('OffsetFetch', errorCode, `group ${this.#groupId}`);
    }
  }

  async #ask<T extends Throttled>(call: ApiCall<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      signal.throwIfAborted();
      try {
        return await this.#cluster.send(await this.#cluster.coordinator('group', this.#groupId), call);
      } catch (error) {
        const passes = error instanceof KafkaConnectionError || (error instanceof KafkaApiError && COORDINATOR_MOVED.has(error.brokerCode));
        if (!passes) throw error;
        await this.#forgetCoordinator(signal);
      }
    }
  }

  async #forgetCoordinator(signal: AbortSignal): Promise<void> {
    await sleep(COORDINATOR_RETRY_MS, signal);
    // Not found just now is for the next request to say.
    await this.#cluster.coordinator('group', this.#groupId, { refresh: true }).catch(() => {});
  }
}

const COORDINATOR_MOVED: ReadonlySet<number> = new Set([
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.NOT_COORDINATOR,
]);

function toGroupOffset({ offset, metadata }: CommittedOffset): GroupOffset {
  return { offset: offset < 0n ? undefined : offset, metadata: decodeOffsetMetadata(metadata) };
}
