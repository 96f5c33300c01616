import { KafkaCluster } from '../connection/kafka-cluster.js';
import { decodeFetched } from '../consumer/fetch-decode.js';
import type { ConsumedRecord } from '../consumer/record.js';
import type { ApiCall } from '../protocol/api-call.js';
import type { ApiVersionsAnswer } from '../protocol/api-versions.js';
import type { EndTxnRequest } from '../protocol/end-txn.js';
import { ErrorCode } from '../protocol/error-codes.js';
import type { FetchRequest } from '../protocol/fetch.js';
import type { CoordinatorKind, FindCoordinatorAnswer, FindCoordinatorRequest } from '../protocol/find-coordinator.js';
import type { HeartbeatRequest } from '../protocol/heartbeat.js';
import type { InitProducerIdRequest } from '../protocol/init-producer-id.js';
import type { JoinGroupRequest } from '../protocol/join-group.js';
import type { LeaveGroupRequest } from '../protocol/leave-group.js';
import type { IsolationLevel, ListOffsetsRequest } from '../protocol/list-offsets.js';
import type { MetadataAnswer, MetadataRequest } from '../protocol/metadata.js';
import type { OffsetCommitRequest } from '../protocol/offset-commit.js';
import type { OffsetFetchRequest } from '../protocol/offset-fetch.js';
import type { ProduceRequest } from '../protocol/produce.js';
import type { SyncGroupRequest } from '../protocol/sync-group.js';
import type { OffsetCommitAnswer } from '../protocol/topic-offsets.js';
import type { TxnOffsetCommitRequest } from '../protocol/txn-offset-commit.js';
import { Group } from './group.js';
import { LogRequests } from './log-requests.js';
import { perfectNetwork, type Network } from './network.js';
import { refusal, refusedOffsets } from './refusal.js';
import { Transactions } from './transactions.js';
import { TwinConnection } from './twin-connection.js';
import { TwinTopics, type TwinTopicOptions } from './twin-topics.js';
import type { VirtualProcess } from './virtual-process.js';
import type { VirtualTime } from './virtual-time.js';

export interface TwinBrokerOptions {
  readonly time: VirtualTime;
  /** How many brokers share the partitions. Default 1. */
  readonly nodes?: number;
  readonly network?: Network;
}

const HOST = 'twin';
const PORT_BASE = 9_000;
const COORDINATOR_APIS: Readonly<Record<string, CoordinatorKind>> = {
  InitProducerId: 'transaction',
  EndTxn: 'transaction',
  TxnOffsetCommit: 'group',
  OffsetCommit: 'group',
  OffsetFetch: 'group',
  JoinGroup: 'group',
  SyncGroup: 'group',
  Heartbeat: 'group',
  LeaveGroup: 'group',
};

/**
 * A Kafka cluster in memory, below the connections of `KafkaCluster`: logs with transactions, consumer groups and committed offsets,
 * with the error codes of Kafka 4. Its contract, which a real cluster is held to as well, is in `test/contract/kafka-seam`.
 *
 * It has no security, no replication and no quotas. It never fails by itself: see {@link Network}.
 */
export class TwinBroker {
  readonly #time: VirtualTime;
  readonly #network: Network;
  readonly #nodeIds: readonly number[];
  readonly #topics: TwinTopics;
  readonly #transactions: Transactions;
  readonly #logs: LogRequests;
  readonly #groups = new Map<string, Group>();
  readonly #movedCoordinators = new Map<string, number>();
  #requests = 0;
  /** How far the brokers' clock is ahead of the processes', milliseconds. */
  clockAheadMs = 0;

  constructor({ time, nodes = 1, network = perfectNetwork }: TwinBrokerOptions) {
    this.#time = time;
    this.#network = network;
    this.#nodeIds = Array.from({ length: nodes }, (_, index) => index + 1);
    this.#topics = new TwinTopics(this.#nodeIds);
    this.#transactions = new Transactions({ time, markerMs: (...to) => network.markerMs?.(...to) ?? 0 });
    this.#logs = new LogRequests({ time, topics: this.#topics, transactions: this.#transactions, nowMs: () => Math.floor(time.nowMs) + this.clockAheadMs });
  }

  /** A cluster object of one process, as `KafkaCluster.connect` gives one. */
  connect(process: VirtualProcess): Promise<KafkaCluster> {
    const brokers = this.#nodeIds.map((nodeId) => `${HOST}:${PORT_BASE + nodeId}`);
    const endpoint = {
      time: this.#time,
      network: this.#network,
      nextRequestNumber: () => ++this.#requests,
      handle: (nodeId: number, call: ApiCall<unknown>, errorCode: number | undefined) => this.#handle(nodeId, call, errorCode),
    };
    return process.run(() =>
      KafkaCluster.connect({ brokers, clientId: process.name }, {}, ({ host, port, requestTimeoutMs }) => {
        return new TwinConnection(endpoint, { process, nodeId: port - PORT_BASE, address: `${host}:${port}`, requestTimeoutMs });
      }),
    );
  }

  createTopic(name: string, options: TwinTopicOptions): void {
    this.#topics.create(name, options);
  }

  /** @param count how many there are to be */
  addPartitions(topic: string, count: number): void {
    this.#topics.addPartitions(topic, count);
  }

  /** Another broker leads the partition from now on. */
  moveLeader(topic: string, partition: number, nodeId: number): void {
    this.#topics.topic(topic).partitions[partition]!.leader = nodeId;
  }

  /** Another broker coordinates the group or transactional id from now on. What it coordinates goes on undisturbed. */
  moveCoordinator(kind: CoordinatorKind, key: string, nodeId: number): void {
    this.#movedCoordinators.set(`${kind}/${key}`, nodeId);
  }

  /** As the log cleaner does, up to the last stable offset: of each key the last record is left, at its offset. */
  compact(topic: string, { dropTombstones = false }: { readonly dropTombstones?: boolean } = {}): void {
    for (const { log } of this.#topics.topic(topic).partitions) log.compact({ dropTombstones });
  }

  /** As retention does. */
  deleteRecordsBefore(topic: string, partition: number, offset: bigint): void {
    this.#topics.log(topic, partition).deleteBefore(Number(offset));
  }

  /** Drops the offsets of a group, as an administrator may or `offsets.retention.minutes` does. */
  deleteGroup(groupId: string): void {
    this.#groups.delete(groupId);
  }

  /** Everything that a reader would see of a partition now, from an offset on, without a request. */
  records(topic: string, partition: number, isolation: IsolationLevel = 'read_committed', fromOffset = 0n): ConsumedRecord[] {
    const log = this.#topics.log(topic, partition);
    const start = Math.max(log.start, Number(fromOffset));
    const { bytes, aborted } = log.read(start, isolation, Infinity)!;
    const fetched = { partition, errorCode: 0, highWatermark: 0n, lastStableOffset: 0n, logStartOffset: 0n, abortedTransactions: aborted, records: Buffer.concat(bytes) };
    return decodeFetched(topic, fetched, BigInt(start), isolation).records;
  }

  /** Where a partition ends for a reader. */
  end(topic: string, partition: number, isolation: IsolationLevel): bigint {
    return BigInt(this.#topics.log(topic, partition).end(isolation));
  }

  committedOffset(groupId: string, topic: string, partition: number): bigint | undefined {
    return this.#groups.get(groupId)?.offsets.get(topic, partition);
  }

  memberIds(groupId: string): string[] {
    return this.#groups.get(groupId)?.memberIds ?? [];
  }

  /** Transactional ids with a transaction that has not ended. */
  get openTransactions(): string[] {
    return this.#transactions.open;
  }

  #handle(nodeId: number, call: ApiCall<unknown>, errorCode: number | undefined): unknown {
    const { apiName, request } = call;
    if (apiName === 'ApiVersions') return versions();
    if (apiName === 'Metadata') return this.#metadata(request as MetadataRequest, errorCode);
    if (errorCode !== undefined) return refusal(call, errorCode);
    const kind = COORDINATOR_APIS[apiName];
    if (kind !== undefined && !this.#coordinates(nodeId, kind, request)) return refusal(call, ErrorCode.NOT_COORDINATOR);
    switch (apiName) {
      case 'FindCoordinator':
        return this.#findCoordinator(request as FindCoordinatorRequest);
      case 'Produce':
        return this.#logs.produce(nodeId, request as ProduceRequest);
      case 'Fetch':
        return this.#logs.fetch(nodeId, request as FetchRequest);
      case 'ListOffsets':
        return this.#logs.listOffsets(nodeId, request as ListOffsetsRequest);
      case 'InitProducerId':
        return this.#transactions.initProducerId(request as InitProducerIdRequest);
      case 'EndTxn':
        return this.#transactions.endTxn(request as EndTxnRequest);
      case 'TxnOffsetCommit':
        return this.#commitInTransaction(request as TxnOffsetCommitRequest);
      case 'OffsetCommit':
        return this.#commitOutside(request as OffsetCommitRequest);
      case 'OffsetFetch':
        return this.#group((request as OffsetFetchRequest).groupId).offsets.fetch(request as OffsetFetchRequest);
      case 'JoinGroup':
        return this.#group((request as JoinGroupRequest).groupId).join(request as JoinGroupRequest);
      case 'SyncGroup':
        return this.#group((request as SyncGroupRequest).groupId).sync(request as SyncGroupRequest);
      case 'Heartbeat': {
        const { groupId, membership } = request as HeartbeatRequest;
        return this.#group(groupId).heartbeat(membership);
      }
      case 'LeaveGroup': {
        const { groupId, memberId } = request as LeaveGroupRequest;
        return { throttleMs: 0, errorCode: this.#group(groupId).leave(memberId) };
      }
      default:
        throw new TypeError(`The twin does not know ${apiName}.`);
    }
  }

  #commitInTransaction(request: TxnOffsetCommitRequest): OffsetCommitAnswer {
    const { transactionalId, groupId, producerId, producerEpoch, membership, topics } = request;
    const group = this.#group(groupId);
    const added = this.#transactions.add(transactionalId, Number(producerId), producerEpoch, group.offsets);
    if (added !== ErrorCode.NONE) return refusedOffsets(topics, added);
    const refused = group.checkCommit(membership, true);
    if (refused !== ErrorCode.NONE) return refusedOffsets(topics, refused);
    return { throttleMs: 0, topics: group.offsets.write(topics, Number(producerId)) };
  }

  #commitOutside({ groupId, membership, topics }: OffsetCommitRequest): OffsetCommitAnswer {
    const group = this.#group(groupId);
    const refused = group.checkCommit(membership, false);
    return refused !== ErrorCode.NONE ? refusedOffsets(topics, refused) : { throttleMs: 0, topics: group.offsets.write(topics) };
  }

  #metadata({ topics }: MetadataRequest, errorCode = ErrorCode.NONE as number): MetadataAnswer {
    const names = topics ?? Array.from(this.#topics.all, ({ name }) => name);
    return {
      throttleMs: 0,
      brokers: this.#nodeIds.map((nodeId) => ({ nodeId, host: HOST, port: PORT_BASE + nodeId })),
      clusterId: 'twin',
      controllerId: this.#nodeIds[0]!,
      topics: names.map((name) => {
        const found = this.#topics.find(name);
        if (errorCode !== ErrorCode.NONE || found === undefined) return { errorCode: errorCode || ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, topic: name, topicId: '', partitions: [] };
        return { errorCode, topic: name, topicId: found.id, partitions: found.partitions.map(({ leader }, partition) => ({ errorCode, partition, leader })) };
      }),
    };
  }

  #findCoordinator({ kind, key }: FindCoordinatorRequest): FindCoordinatorAnswer {
    const nodeId = this.#coordinatorOf(kind, key);
    return { throttleMs: 0, nodeId, host: HOST, port: PORT_BASE + nodeId, errorCode: ErrorCode.NONE, errorMessage: null };
  }

  #coordinates(nodeId: number, kind: CoordinatorKind, request: unknown): boolean {
    const { transactionalId, groupId } = request as { transactionalId?: string | null; groupId?: string };
    const key = kind === 'group' ? groupId : transactionalId;
    return typeof key !== 'string' || this.#coordinatorOf(kind, key) === nodeId;
  }

  #coordinatorOf(kind: CoordinatorKind, key: string): number {
    let hash = kind.length;
    for (let at = 0; at < key.length; at++) hash = (hash * 31 + key.charCodeAt(at)) % 1_000_003;
    return this.#movedCoordinators.get(`${kind}/${key}`) ?? this.#nodeIds[hash % this.#nodeIds.length]!;
  }

  #group(groupId: string): Group {
    let group = this.#groups.get(groupId);
    if (group === undefined) this.#groups.set(groupId, (group = new Group(groupId, this.#time)));
    return group;
  }
}

function versions(): ApiVersionsAnswer {
  return { throttleMs: 0, errorCode: ErrorCode.NONE, apis: new Map(), finalizedFeatures: new Map([['transaction.version', 2]]) };
}
