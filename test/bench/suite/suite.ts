import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTopology, type KafkaOptions, type OrchestratorTopics, type ParticipantLink } from '@onward/kafka';
import type { PartName, Stack } from '@onward/stack';
import type { RecordSizes } from '../floor/settings.js';
import { BenchProcess } from '../load/child.js';
import type { LoadLevel, LoadResult } from '../load/load-level.js';
import { readLaneCounts } from './lane-metrics.js';
import type { LaneCounts } from '../measure/figures.js';
import { recordSizes } from './record-sizes.js';
import type { ClientSettings, SagaName } from './settings.js';

/** The bench's own saga type, which the orchestrator loads by its module's name. */
const SAGA_MODULE = fileURLToPath(new URL('../three-steps/saga.js', import.meta.url));
const PARTICIPANT_MODULE = new URL('../three-steps/main.js', import.meta.url);

/** The suite as it is measured: its services on a stack, and one client. */
export class Suite {
  private constructor(
    private readonly stack: Stack,
    private readonly saga: SagaName,
    private readonly services: readonly PartName[],
    /** The client, and the bench's participant where the saga needs it. */
    private readonly processes: readonly BenchProcess[],
    private readonly client: BenchProcess,
  ) {}

  /** Starts the services that a saga needs, and a client. */
  static async start(stack: Stack, saga: SagaName, runName: string): Promise<Suite> {
    const services: PartName[] = saga === 'three-steps' ? ['orchestrator'] : ['orchestrator', 'payment', 'fulfillment'];
    const processes: BenchProcess[] = [];
    process.env['ONWARD_SAGAS'] = SAGA_MODULE;
    process.env['ONWARD_LOG_LEVEL'] = 'warn';
    try {
      // Participants first: they register what they answer with.
      if (saga === 'three-steps') processes.push(await startParticipant(stack));
      for (const service of services) if (stack.pidOf(service) === undefined) await stack.start(service);
      const client = await BenchProcess.start('client', new URL('./client.js', import.meta.url), clientSettings(stack, saga, runName));
      processes.push(client);
      return new Suite(stack, saga, services, processes, client);
    } catch (error) {
      await Promise.all(processes.map((p) => p.stop()));
      throw error;
    }
  }

  /** Pids by name, for their CPU time. */
  get pids(): Record<string, number> {
    const parts = this.services.map((part) => [part, this.stack.pidOf(part)] as const);
    return Object.fromEntries([...parts, ...this.processes.map((p) => [p.role, p.pid] as const)].filter((entry): entry is [PartName, number] => entry[1] !== undefined));
  }

  run(level: LoadLevel, onWindow: (edge: 'begin' | 'end') => void): Promise<LoadResult> {
    return this.client.runLevel(level, this.processes, onWindow);
  }

  /** What the orchestrator's lane has done since it started. */
  laneCounts(): Promise<LaneCounts> {
    const { http, tokens } = this.stack.coordinates;
    return readLaneCounts(http['orchestrator'] as string, tokens['viewer'] as string);
  }

  /** What the records of `three-steps` weigh, once some have run. */
  recordSizes(): Promise<RecordSizes> {
    const orders = ordersTopics(this.stack);
    const link = orders.participants.get('bench') as ParticipantLink;
    return recordSizes(kafkaOptions(this.stack, 'admin'), {
      startBytes: orders.clientCommands[0] as string,
      eventBytes: orders.events,
      stateBytes: orders.state,
      commandBytes: link.commands,
      replyBytes: link.replies,
      outcomeBytes: orders.outcomes.get('client') as string,
    });
  }

  /** Stops the client and the bench's participant; the stack's services go on. */
  async stop(): Promise<void> {
    await Promise.all(this.processes.map((p) => p.stop()));
  }
}

function ordersTopics(stack: Stack): OrchestratorTopics {
  return loadTopology(stack.coordinates.topologyFiles).orchestrator('orders');
}

/** How a Kafka client connects to the stack as one of its principals. */
export function kafkaOptions(stack: Stack, principal: string): KafkaOptions & { readonly sasl: { readonly mechanism: 'scram-sha-512' } } {
  const { username, password } = stack.coordinates.principals[principal] as { username: string; password: string };
  return { brokers: stack.coordinates.brokers, clientId: `bench-${principal}`, sasl: { mechanism: 'scram-sha-512', username, password } };
}

function clientSettings(stack: Stack, saga: SagaName, runName: string): ClientSettings {
  const orders = ordersTopics(stack);
  const { registryUrl, registry } = stack.coordinates;
  return {
    saga,
    kafka: kafkaOptions(stack, 'client'),
    registry: { url: registryUrl, ...registry },
    commandTopic: orders.clientCommands[0] as string,
    outcomeTopic: orders.outcomes.get('client') as string,
    idPrefix: `${saga}-${runName}`,
  };
}

async function startParticipant(stack: Stack): Promise<BenchProcess> {
  const { coordinates, logsDir } = stack;
  const { username, password } = coordinates.principals['bench'] as { username: string; password: string };
  const dataDir = join(logsDir, '..', 'services', 'bench');
  await mkdir(dataDir, { recursive: true });
  return BenchProcess.start('participant', PARTICIPANT_MODULE, {}, {
    ...process.env,
    ONWARD_BROKERS: coordinates.brokers.join(','),
    ONWARD_SASL_MECHANISM: 'scram-sha-512',
    ONWARD_SASL_USERNAME: username,
    ONWARD_SASL_PASSWORD: password,
    ONWARD_TLS: 'off',
    ONWARD_REGISTRY_URL: coordinates.registryUrl,
    ONWARD_REGISTRY_USERNAME: coordinates.registry.username,
    ONWARD_REGISTRY_PASSWORD: coordinates.registry.password,
    ONWARD_DATABASE_URL: coordinates.databases['bench'] as string,
    ONWARD_HTTP_HOST: '127.0.0.1',
    ONWARD_HTTP_PORT: '0',
    ONWARD_JWT_SECRET_FILE: coordinates.jwtSecretFile,
    ONWARD_DATA_DIR: dataDir,
    ONWARD_INSTANCE: '0',
    ONWARD_PARTITIONS: String(coordinates.partitions),
    ONWARD_TOPOLOGY: coordinates.topologyFiles.join(','),
  });
}
