import type { KafkaCluster } from '../../libs/kafka/src/connection/kafka-cluster.js';
import { endTxnCall } from '../../libs/kafka/src/protocol/end-txn.js';
import { initProducerIdCall } from '../../libs/kafka/src/protocol/init-producer-id.js';
import { produceCall } from '../../libs/kafka/src/protocol/produce.js';
import { encodeRecordBatch } from '../../libs/kafka/src/protocol/record-batch.js';
import { txnOffsetCommitCall, type GroupMembership } from '../../libs/kafka/src/protocol/txn-offset-commit.js';
import { until } from './kafka-fixture.js';

/** Also UNKNOWN_TOPIC_OR_PARTITION and NOT_LEADER_OR_FOLLOWER, which a topic gives for a moment when it is just made. */
const BUSY: ReadonlySet<number> = new Set([3, 6, 14, 15, 16, 19, 51]);

export interface Identity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/**
 * Sends the messages of a transaction one by one and answers with their error codes, for tests of what a broker does with a client
 * that dies in the middle, comes late or lies. Only codes that mean "busy" are tried again.
 */
export class RawTransaction {
  readonly #sequences = new Map<string, number>();

  private constructor(
    readonly cluster: KafkaCluster,
    readonly transactionalId: string,
    /** Whoever the next messages claim to come from. */
    public identity: Identity,
  ) {}

  static async open(cluster: KafkaCluster, transactionalId: string): Promise<RawTransaction> {
    const answer = await until(async () => {
      const nodeId = await cluster.coordinator('transaction', transactionalId, { refresh: true }).catch(() => undefined);
      if (nodeId === undefined) return undefined;
      const init = await cluster.send(nodeId, initProducerIdCall({ transactionalId, transactionTimeoutMs: 60_000 }));
      return init.errorCode === 0 ? init : undefined;
    }, `the transactional id ${transactionalId}`);
    return new RawTransaction(cluster, transactionalId, { producerId: answer.producerId, producerEpoch: answer.producerEpoch });
  }

  async produce(topic: string, partition: number, ...values: string[]): Promise<number> {
    const name = `${topic}/${partition}/${this.identity.producerEpoch}`;
    const baseSequence = this.#sequences.get(name) ?? 0;
    this.#sequences.set(name, baseSequence + values.length);
    const batch = values.map((value) => ({ key: Buffer.alloc(4), value: Buffer.from(value), headers: {}, timestampMs: Date.now() }));
    const records = encodeRecordBatch(batch, { ...this.identity, baseSequence, transactional: true });
    const call = produceCall({ transactionalId: this.transactionalId, timeoutMs: 10_000, topics: [{ topic, partitions: [{ partition, records }] }] });
    return this.#untilNotBusy(async () => {
      const answer = await this.cluster.send(await this.cluster.leaderOf(topic, partition), call);
      return answer.topics[0]!.partitions[0]!.errorCode;
    });
  }

  async commitOffset(groupId: string, membership: GroupMembership, topic: string, partition: number, offset: bigint): Promise<number> {
    const topics = [{ topic, partitions: [{ partition, offset, metadata: null }] }];
    const call = txnOffsetCommitCall({ ...this.identity, transactionalId: this.transactionalId, groupId, membership, topics });
    return this.#untilNotBusy(async () => {
      const answer = await this.cluster.send(await coordinatorOf(this.cluster, groupId), call);
      return answer.topics[0]!.partitions[0]!.errorCode;
    });
  }

  /** Ends it as whoever `identity` claims; on success the next messages come from the epoch in the answer. */
  async end(commit: boolean, identity: Identity = this.identity): Promise<number> {
    const call = endTxnCall({ ...identity, transactionalId: this.transactionalId, commit });
    return this.#untilNotBusy(async () => {
      const answer = await this.cluster.send(await this.cluster.coordinator('transaction', this.transactionalId), call);
      if (answer.errorCode === 0) this.identity = { producerId: answer.producerId, producerEpoch: answer.producerEpoch };
      return answer.errorCode;
    });
  }

  async #untilNotBusy(send: () => Promise<number>): Promise<number> {
    return until(async () => {
      const code = await send();
      return BUSY.has(code) ? undefined : code;
    }, 'an answer other than busy');
  }
}

/** Node id of a group's coordinator, when there is one: the offsets topic is made when the first group asks. */
export function coordinatorOf(cluster: KafkaCluster, groupId: string): Promise<number> {
  return until(() => cluster.coordinator('group', groupId).catch(() => undefined), `the coordinator of ${groupId}`);
}
