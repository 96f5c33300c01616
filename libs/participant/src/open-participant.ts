import type { ServiceContract } from '@onward/contracts';
import { AvroRegistry, checkPartitionCount, ErrorCode, KafkaApiError, KafkaCluster, loadTopology, RecordProducer, topicRecords, type KafkaOptions, type RegistryOptions } from '@onward/kafka';
import { KafkaServer, type BatchConsumerObserver } from '@onward/kafka/nest';
import { Metrics } from '@onward/platform';
import { CommandBatchHandler } from './batch/command-batch-handler.js';
import { CommandProcessor, type ProcessorLog } from './batch/command-processor.js';
import { ParticipantMetrics } from './batch/metrics.js';
import { Pruning } from './batch/prune.js';
import { RegisteredWriter } from './batch/registered-writer.js';
import { HandlerTable } from './handling/handler-table.js';
import { eventRecord } from './outbox/event-record.js';
import { OutboxRelay } from './outbox/relay.js';
import { Database } from './sql/database.js';
import { migrate } from './sql/migrate.js';

export interface ParticipantOptions {
  /** What it can be asked; its service's name is its principal, its group and its schema. */
  readonly contract: ServiceContract;
  /** Objects of classes with `@HandleCommand` methods, for every command of the contract. */
  readonly handlers: readonly object[];
  /** Folders with the service's own migrations. */
  readonly migrations: readonly string[];
  readonly kafka: KafkaOptions;
  readonly registry: RegistryOptions;
  /** `postgres://user:password@host:port/database`. */
  readonly databaseUrl: string;
  readonly topologyFiles: readonly string[];
  /** Tells instances apart; stable over restarts. */
  readonly instance: string;
  /** Of the consumer group. Default 6000. */
  readonly sessionTimeoutMs?: number;
  /** What its topics must have (R13). Without it they must agree with each other. */
  readonly partitionCount?: number;
  readonly metrics?: Metrics;
  readonly log: ParticipantLog;
  /** The consumer has stopped for good: the process should end. */
  readonly onFailed: (error: unknown) => void;
}

export interface ParticipantLog extends ProcessorLog {
  info(fields: object, message: string): void;
  fatal(fields: object, message: string): void;
}

/** A participant that is ready to read: its database migrated, its schemas registered, its outbox being published. */
export interface OpenParticipant {
  /** The transport to connect to the application; commands are read from when it listens. */
  readonly server: KafkaServer;
  readonly database: Database;
  /** Ends what the server does not. Close the server first. */
  close(): Promise<void>;
}

/**
 * Prepares a participant.
 * @throws ParticipantError, KafkaError, TopologyError, RegistryUnavailable, SchemaRefused: each says what is wrong
 */
export async function openParticipant(options: ParticipantOptions): Promise<OpenParticipant> {
  const { contract, log, sessionTimeoutMs } = options;
  const topology = loadTopology(options.topologyFiles);
  const topics = topology.participant(contract.service);
  const handlers = new HandlerTable(contract, options.handlers);
  const session = sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs };
  const database = new Database({ url: options.databaseUrl, schema: contract.service.replaceAll('-', '_'), ...session });
  let cluster: KafkaCluster | undefined;
  try {
    const applied = await migrate(database, ...options.migrations);
    if (applied.length > 0) log.info({ applied }, 'database migrated');
    cluster = await KafkaCluster.connect(options.kafka);
    const partitionCount = await countPartitions(cluster, [...topics.inputs, ...[...topics.links.values()].map((link) => link.replies), topics.events, topics.quarantine], options.partitionCount);

    const registry = new AvroRegistry(options.registry);
    const written = topicRecords(topology, [contract]).filter(({ topic }) => !topics.inputs.includes(topic));
    const writer = await RegisteredWriter.register(registry, written);
    const metrics = new ParticipantMetrics(options.metrics ?? new Metrics());

    const producer = new RecordProducer({ cluster });
    const relay = new OutboxRelay({
      database,
      log,
      publish: async (events) => {
        await producer.send(events.map((event) => eventRecord(contract.service, topics.events, event, partitionCount)));
        metrics.published(events.length);
      },
    });
    const processor = new CommandProcessor({ database, handlers, writer, eventsTopic: topics.events, log, onEvents: () => relay.wake() });
    const handler = new CommandBatchHandler({ contract, topics, registry, processor, partitionCount, log, onProcessed: (processed) => metrics.processed(processed) });
    const server = new KafkaServer(
      { kafka: options.kafka, groupId: contract.service, owner: `${contract.service}-${options.instance}`, topics: topics.inputs, quarantineTopic: topics.quarantine, partitionCount, ...session },
      handler,
      observer(log, metrics, options.onFailed),
    );
    const pruning = new Pruning(database, log);
    relay.start();
    pruning.start();
    const open = cluster;
    return {
      server,
      database,
      close: async () => {
        pruning.stop();
        await relay.stop();
        open.disconnect();
        await database.close();
      },
    };
  } catch (error) {
    cluster?.disconnect();
    await database.close();
    throw error;
  }
}

/** R13: all topics of a participant have the same number of partitions. */
async function countPartitions(cluster: KafkaCluster, topics: readonly string[], declared: number | undefined): Promise<number> {
  const counts = new Map<string, number>();
  for (const topic of topics) {
    try {
      counts.set(topic, await cluster.partitionCount(topic));
    } catch (error) {
      // Left out: the check says it better.
      if (!(error instanceof KafkaApiError) || !NOT_TO_BE_SEEN.has(error.brokerCode)) throw error;
    }
  }
  return checkPartitionCount(topics, counts, declared);
}

const NOT_TO_BE_SEEN: ReadonlySet<number> = new Set([ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.TOPIC_AUTHORIZATION_FAILED]);

function observer(log: ParticipantLog, metrics: ParticipantMetrics, onFailed: (error: unknown) => void): BatchConsumerObserver {
  return {
    batchDone: ({ records, durationMs }) => metrics.batchDone(records, durationMs),
    partitionStopped: (err) => log.fatal({ err }, 'a partition is not read any more'),
    retrying: (err) => {
      metrics.retrying();
      log.warn({ err }, 'trying again');
    },
    failed: (err) => {
      log.fatal({ err }, 'commands are not read any more');
      onFailed(err);
    },
  };
}
