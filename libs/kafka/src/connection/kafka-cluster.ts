import type { ApiCall, Throttled } from '../protocol/api-call.js';
import type { ApiVersionsAnswer } from '../protocol/api-versions.js';
import { ErrorCode } from '../protocol/error-codes.js';
import { findCoordinatorCall, type CoordinatorKind } from '../protocol/find-coordinator.js';
import { metadataCall, type BrokerAddress, type MetadataAnswer, type TopicMetadata } from '../protocol/metadata.js';
import { BrokerConnection } from './broker-connection.js';
import type { BrokerLink, OpenBrokerLink } from './broker-link.js';
import { KafkaApiError, KafkaClosedError, KafkaConnectionError, KafkaUnsupportedError } from './kafka-error.js';
import { parseBroker, tlsOptions, type KafkaOptions } from './kafka-options.js';

export interface KafkaTimeouts {
  /** For one TCP connect. Default 2 seconds. */
  readonly connectTimeoutMs?: number;
  /** For the answer to one request; the connection is closed when it passes. Default 30 seconds. */
  readonly requestTimeoutMs?: number;
}

/** The answer of the cache, or a fresh one: `refresh` after a broker said that it is not the one any more. */
export interface Lookup {
  readonly refresh?: boolean;
}

/**
 * A client's view of a Kafka cluster: which broker leads a partition or coordinates a group, and one connection to each broker.
 *
 * A broker handles the requests of one connection in order and answers a long poll late, so fetching must have connections of its
 * own, or it would delay produce requests and heartbeats: give the fetch loop the `fork()` of the cluster.
 *
 * Nothing is retried here. What is cached is dropped when a caller asks with `refresh`; a lost connection is made anew by the next `send`.
 */
export class KafkaCluster {
  readonly #options: KafkaOptions;
  readonly #timeouts: Required<KafkaTimeouts>;
  readonly #tls: Record<string, unknown> | null;
  readonly #openLink: OpenBrokerLink;
  readonly #connections = new Map<number, BrokerLink>();
  readonly #topics = new Map<string, TopicMetadata>();
  readonly #coordinators = new Map<string, number>();
  #brokers: ReadonlyMap<number, BrokerAddress> = new Map();
  #closed = false;

  private constructor(options: KafkaOptions, timeouts: KafkaTimeouts, openLink: OpenBrokerLink) {
    this.#options = options;
    this.#openLink = openLink;
    this.#timeouts = { connectTimeoutMs: timeouts.connectTimeoutMs ?? 2_000, requestTimeoutMs: timeouts.requestTimeoutMs ?? 30_000 };
    this.#tls = tlsOptions(options.tls);
  }

  /**
   * Connects to the first of the brokers that answers.
   *
   * @param openLink how a broker is connected to; over a socket when absent
   * @throws KafkaConnectionError when none answers
   * @throws KafkaAuthenticationError
   * @throws KafkaUnsupportedError when the cluster does not speak transaction protocol v2
   */
  static async connect(options: KafkaOptions, timeouts: KafkaTimeouts = {}, openLink: OpenBrokerLink = overSocket): Promise<KafkaCluster> {
    const cluster = new KafkaCluster(options, timeouts, openLink);
    try {
      await cluster.#bootstrap();
    } catch (error) {
      cluster.disconnect();
      throw error;
    }
    return cluster;
  }

  /** Another cluster object with the same options and connections of its own. */
  fork(timeouts: KafkaTimeouts = this.#timeouts): Promise<KafkaCluster> {
    return KafkaCluster.connect(this.#options, { ...this.#timeouts, ...timeouts }, this.#openLink);
  }

  /** Closes every connection at once. Requests without an answer fail. */
  disconnect(): void {
    this.#closed = true;
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  /** Sends a request to a broker; requests to one broker go out in the order of the calls. */
  async send<T extends Throttled>(nodeId: number, call: ApiCall<T>): Promise<T> {
    const connection = this.#connections.get(nodeId);
    if (connection?.usable) return connection.send(call);
    return (await this.#connectionTo(nodeId)).send(call);
  }

  /** Asks for the brokers and the given topics; what was known of them is replaced. */
  async refreshMetadata(topics: readonly string[]): Promise<void> {
    const answer = await this.sendToAny(metadataCall(topics));
    this.#adopt(answer);
  }

  /**
   * What is known of a topic. Partitions are sorted.
   *
   * @throws KafkaApiError UNKNOWN_TOPIC_OR_PARTITION, TOPIC_AUTHORIZATION_FAILED, LEADER_NOT_AVAILABLE
   */
  async topic(topic: string, { refresh = false }: Lookup = {}): Promise<TopicMetadata> {
    if (refresh || !this.#topics.has(topic)) await this.refreshMetadata([topic]);
    const metadata = this.#topics.get(topic);
    const errorCode = metadata?.errorCode ?? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    if (metadata === undefined || errorCode !== ErrorCode.NONE) {
      this.#topics.delete(topic);
      throw new KafkaApiError('Metadata', errorCode, `topic ${topic}`);
    }
    return metadata;
  }

  /** Number of partitions of a topic. Throws as `topic` does. */
  async partitionCount(topic: string, lookup: Lookup = {}): Promise<number> {
    return (await this.topic(topic, lookup)).partitions.length;
  }

  /**
   * Node id of a partition's leader.
   *
   * @throws KafkaApiError LEADER_NOT_AVAILABLE while there is none, and as `topic` does
   */
  async leaderOf(topic: string, partition: number, lookup: Lookup = {}): Promise<number> {
    const metadata = (await this.topic(topic, lookup)).partitions[partition];
    const subject = `${topic}/${partition}`;
    if (metadata === undefined) {
      this.#topics.delete(topic);
      throw new KafkaApiError('Metadata', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, subject);
    }
    if (metadata.leader < 0) {
      this.#topics.delete(topic);
      throw new KafkaApiError('Metadata', ErrorCode.LEADER_NOT_AVAILABLE, subject);
    }
    return metadata.leader;
  }

  /**
   * Node id of the coordinator of a group or of a transactional id. The answer is kept until one asks with `refresh`.
   *
   * @throws KafkaApiError COORDINATOR_NOT_AVAILABLE, GROUP_AUTHORIZATION_FAILED, TRANSACTIONAL_ID_AUTHORIZATION_FAILED
   */
  async coordinator(kind: CoordinatorKind, key: string, { refresh = false }: Lookup = {}): Promise<number> {
    const cacheKey = `${kind}/${key}`;
    const known = this.#coordinators.get(cacheKey);
    if (known !== undefined && !refresh) return known;
    this.#coordinators.delete(cacheKey);
    const answer = await this.sendToAny(findCoordinatorCall(kind, key));
    if (answer.errorCode !== ErrorCode.NONE) {
      throw new KafkaApiError('FindCoordinator', answer.errorCode, `${kind} ${key}`, answer.errorMessage);
    }
    if (!this.#brokers.has(answer.nodeId)) await this.refreshMetadata([]);
    this.#coordinators.set(cacheKey, answer.nodeId);
    return answer.nodeId;
  }

  async #bootstrap(): Promise<void> {
    const seeds = this.#options.brokers.map(parseBroker);
    let failure: unknown = new TypeError('The list of brokers is empty. Name at least one as host:port.');
    for (const seed of seeds) {
      const connection = this.#open(seed);
      try {
        requireTransactionVersion2(await connection.opened);
        const answer = await connection.send(metadataCall([]));
        this.#adopt(answer);
        const node = answer.brokers.find(({ host, port }) => host === seed.host && port === seed.port);
        if (node === undefined || this.#connections.has(node.nodeId)) connection.close();
        else this.#connections.set(node.nodeId, connection);
        return;
      } catch (error) {
        connection.close();
        if (!(error instanceof KafkaConnectionError)) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  /** A request that any broker can answer: the connected ones are tried first, at last the ones that were configured. */
  async sendToAny<T extends Throttled>(call: ApiCall<T>): Promise<T> {
    const isConnected = (nodeId: number): boolean => this.#connections.get(nodeId)?.usable ?? false;
    const nodeIds = [...this.#brokers.keys()].sort((a, b) => Number(isConnected(b)) - Number(isConnected(a)));
    for (const nodeId of nodeIds) {
      try {
        return await this.send(nodeId, call);
      } catch (error) {
        if (!(error instanceof KafkaConnectionError)) throw error;
      }
    }
    await this.#bootstrap();
    const [first] = this.#brokers.keys();
    if (first === undefined) throw new KafkaConnectionError(this.#options.brokers.join(','), 'No broker is known');
    return this.send(first, call);
  }

  async #connectionTo(nodeId: number): Promise<BrokerLink> {
    if (this.#closed) throw new KafkaClosedError();
    if (!this.#brokers.has(nodeId)) await this.refreshMetadata([]);
    const current = this.#connections.get(nodeId);
    if (current?.usable) return current;
    const address = this.#brokers.get(nodeId);
    if (address === undefined) throw new KafkaConnectionError(`with node id ${nodeId}`, 'The cluster does not know this broker');
    current?.retire();
    const connection = this.#open(address);
    this.#connections.set(nodeId, connection);
    return connection;
  }

  #open({ host, port }: { host: string; port: number }): BrokerLink {
    if (this.#closed) throw new KafkaClosedError();
    const { clientId, sasl = null } = this.#options;
    return this.#openLink({ host, port, clientId, sasl, tls: this.#tls, ...this.#timeouts });
  }

  #adopt({ brokers, topics }: MetadataAnswer): void {
    for (const [nodeId, known] of this.#brokers) {
      const now = brokers.find((broker) => broker.nodeId === nodeId);
      if (now?.host === known.host && now.port === known.port) continue;
      this.#connections.get(nodeId)?.retire();
      this.#connections.delete(nodeId);
    }
    this.#brokers = new Map(brokers.map((broker) => [broker.nodeId, broker]));
    for (const topic of topics) {
      this.#topics.set(topic.topic, { ...topic, partitions: [...topic.partitions].sort((a, b) => a.partition - b.partition) });
    }
  }
}

const overSocket: OpenBrokerLink = (options) => new BrokerConnection(options);

const TRANSACTION_VERSION = 'transaction.version';

function requireTransactionVersion2({ finalizedFeatures }: ApiVersionsAnswer): void {
  const level = finalizedFeatures.get(TRANSACTION_VERSION) ?? 0;
  if (level >= 2) return;
  throw new KafkaUnsupportedError(
    `The Kafka cluster has finalized ${TRANSACTION_VERSION} at level ${level}, and Onward needs 2 (KIP-890): without it a late message can ` +
      'commit half a transaction. Run Apache Kafka 4.0 or later, then `kafka-features.sh --bootstrap-server <broker> upgrade --feature transaction.version=2`.',
  );
}
