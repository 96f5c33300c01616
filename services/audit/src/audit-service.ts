import { AuditEntry } from '@onward/contracts';
import { AvroRegistry, KafkaCluster, Lane } from '@onward/kafka';
import type { ServiceContext } from '@onward/platform';
import { auditService, type AuditConfig } from './audit-config.js';
import { AuditMetrics } from './audit-metrics.js';
import { FactReader } from './facts/fact-reader.js';
import { factSources } from './facts/fact-sources.js';
import { AuditProcessor } from './lane/audit-processor.js';
import { LogFollower } from './log/log-follower.js';
import { LOG_PARTITION } from './log/log-record.js';
import { readLogTail } from './log/log-tail.js';
import type { AuditIndex } from './storage/audit-index.js';

/** Starts sequencing facts into the log and copying the log into the index; both stop with the service. */
export async function startAudit(context: ServiceContext<AuditConfig>, registry: AvroRegistry, index: AuditIndex): Promise<void> {
  const { config, logger, health, lifecycle, metrics } = context;
  const { topology, audit } = auditService(config);
  const sources = factSources(topology, audit);
  const { log, quarantine } = topology.audit(audit);
  const watched = new AuditMetrics(metrics, topology.namesOf('participant'));

  const cluster = await KafkaCluster.connect(config.kafka);
  lifecycle.onStop('kafka', () => cluster.disconnect());
  const reads = await cluster.fork();
  lifecycle.onStop('kafka reads', () => reads.disconnect());
  health.register('kafka', () => cluster.refreshMetadata([log]));

  const encode = await registry.encoder(log, AuditEntry);
  const processor = new AuditProcessor({
    audit,
    logTopic: log,
    sources,
    reader: new FactReader(registry),
    encode,
    readTail: () => readLogTail(reads, registry, log),
    onCommitted: (sequenced) => {
      watched.committed(sequenced);
      for (const { actor, gap } of sequenced.gaps) logger.error({ actor, ...gap }, 'facts did not arrive: there is a gap');
      if (sequenced.repeats.length > 0) logger.info({ repeats: sequenced.repeats.length }, 'facts came again and were dropped');
    },
  });
  const lane = await Lane.start(
    cluster,
    {
      groupId: audit,
      topics: [...sources.keys()],
      transactionalId: `${audit}-${config.service.instance}`,
      quarantineTopic: quarantine,
      single: true,
      // Facts read again would get a second entry each.
      stateTopic: { topic: log, partition: LOG_PARTITION },
      sessionTimeoutMs: config.group.sessionTimeoutMs,
    },
    processor,
    {
      partitionOpened: (partition) => logger.info({ partition }, 'partition opened'),
      partitionClosed: (partition) => logger.info({ partition }, 'partition closed'),
      partitionStopped: (error) => {
        watched.partitionStopped();
        logger.fatal({ err: error }, 'partition stopped: it waits for a person');
      },
      quarantined: ({ topic, partition, offset }, reason) => logger.error({ topic, partition, offset: String(offset), reason }, 'a fact could not be sequenced'),
      retrying: (error) => logger.warn({ err: error }, 'sequencing failed and is tried again'),
      failed: (error) => context.fail(error),
    },
  );
  lifecycle.onStop('lane', () => lane.stop());

  const follower = new LogFollower({
    cluster: await forFollower(cluster, context),
    registry,
    topic: log,
    index,
    onCopied: (lastSequence) => watched.copied(lastSequence),
    onRetry: (error) => logger.warn({ err: error }, 'copying the log into the index failed and is tried again'),
    onRebuild: () => logger.warn('the index belongs to another log: it is built anew'),
  });
  follower.start();
  lifecycle.onStop('index', () => follower.stop());
}

/** A long poll holds up what comes behind it on its connection: the follower has one of its own. */
async function forFollower(cluster: KafkaCluster, { lifecycle }: ServiceContext<AuditConfig>): Promise<KafkaCluster> {
  const own = await cluster.fork();
  lifecycle.onStop('kafka follower', () => own.disconnect());
  return own;
}
