import { join } from 'node:path';
import { AvroRegistry, checkPartitionCount, KafkaCluster, Lane, loadTopology, ValueDecoder, type KafkaOptions, type LaneObserver, type OrchestratorTopics, type RegistryOptions } from '@onward/kafka';
import type { Metrics } from '@onward/platform';
import type { Plan } from '@onward/saga';
import { StateStore } from '@onward/state-store';
import type { SagaAside } from './due-sagas.js';
import { InboundReader } from './inbound.js';
import { inputTypes } from './input-types.js';
import { LaneMetrics } from './lane-metrics.js';
import { OriginJudge } from './origin.js';
import { OutboundWriter } from './outbound.js';
import { PlanCatalogue } from './plan-catalogue.js';
import { onlyOutcomes, SagaCodec } from './saga-codec.js';
import { SagaProcessor } from './saga-processor.js';
import { SagaRunner } from './saga-runner.js';
import { StateRestore, type RestoreReport } from './state-restore.js';

export interface SagaLaneOptions {
  /** The orchestrator's name in the topology: its domain, principal and consumer group. */
  readonly domain: string;
  /** Stable over restarts; part of the transactional id. */
  readonly instance: string;
  readonly kafka: KafkaOptions;
  readonly registry: RegistryOptions;
  readonly topologyFiles: readonly string[];
  /** Holds the local store, a cache. */
  readonly dataDirectory: string;
  readonly plans: readonly Plan[];
  readonly sessionTimeoutMs: number;
  /** What the topics must have (R13). */
  readonly partitionCount: number;
  /** A saga whose snapshot would be larger does not keep what made it so. */
  readonly snapshotBytesMax: number;
}

export interface SagaLaneObserver extends LaneObserver {
  restored(report: RestoreReport): void;
  /** The timer of a saga fails, and waits: an alarm. */
  putAside(aside: SagaAside): void;
}

/** A lane that runs, with what it was built of. */
export interface SagaLane {
  readonly lane: Lane;
  stop(): Promise<void>;
}

/**
 * Builds the orchestrator's lane: plans compiled, schemas registered, store opened, group joined.
 * @throws what its parts throw: a service that gets an error here does not start
 */
export async function startSagaLane(options: SagaLaneOptions, metrics: Metrics, observer: SagaLaneObserver): Promise<SagaLane> {
  const topics = loadTopology(options.topologyFiles).orchestrator(options.domain);
  const catalogue = new PlanCatalogue(options.plans, options.domain);
  const registry = new AvroRegistry(options.registry);
  const cluster = await KafkaCluster.connect(options.kafka);
  const store = StateStore.open(join(options.dataDirectory, 'state'));
  const release = async (): Promise<void> => {
    cluster.disconnect();
    await store.close();
  };
  try {
    const { partitionCount } = options;
    await requirePartitions(cluster, topics, partitionCount);
    const codec = await SagaCodec.open(registry, topics, catalogue);
    const inputs = new ValueDecoder(registry, inputTypes(catalogue));
    const reader = new InboundReader(new OriginJudge(topics), inputs, catalogue, partitionCount);
    const writer = await OutboundWriter.open(registry, topics, catalogue, codec, partitionCount);
    const laneMetrics = new LaneMetrics(metrics);
    const restored = (report: RestoreReport): void => {
      laneMetrics.lacksPlan(report.partition, [...report.withoutPlan.values()].flat());
      observer.restored(report);
    };
    const quarantine = { topic: topics.quarantine, partitionCount: await cluster.partitionCount(topics.quarantine) };
    const processor = new SagaProcessor({
      runner: new SagaRunner({ catalogue, codec, reader, writer, metrics: laneMetrics, quarantine, snapshotBytesMax: options.snapshotBytesMax }),
      inputs,
      reader,
      writer,
      store,
      restore: new StateRestore(await cluster.fork(), topics.state, codec, restored),
      metrics: laneMetrics,
      stateTopic: topics.state,
      aside: (aside) => observer.putAside(aside),
    });
    const lane = await Lane.start(
      cluster,
      {
        groupId: options.domain,
        topics: topics.inputs,
        transactionalId: `${options.domain}-${options.instance}`,
        quarantineTopic: topics.quarantine,
        stateTopic: { topic: topics.state },
        partitionCount,
        sessionTimeoutMs: options.sessionTimeoutMs,
      },
      processor,
      observer,
    );
    return {
      lane,
      stop: async () => {
        await lane.stop();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Inputs, state, history and outcomes of a saga live at one partition number: their topics must have the declared count (R13). */
async function requirePartitions(cluster: KafkaCluster, topics: OrchestratorTopics, declared: number): Promise<void> {
  const linked = [...[...topics.participants.values()].map((link) => link.commands), ...[...topics.parents.values()].map((link) => link.replies)];
  const atHome = [...new Set([...topics.inputs, topics.state, topics.events, onlyOutcomes(topics), ...linked])];
  await cluster.refreshMetadata(atHome);
  const counts = new Map<string, number>();
  for (const topic of atHome) counts.set(topic, await cluster.partitionCount(topic));
  checkPartitionCount(atHome, counts, declared);
}
