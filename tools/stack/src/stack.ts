import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { serviceContracts } from '@onward/contracts';
import { AvroRegistry, registerSchemas, topicRecords } from '@onward/kafka/registry';
import { applyTopology, connectAdmin, loadTopology, type Topology } from '@onward/kafka/topology';
import type { Coordinates } from './coordinates.js';
import { describeStack } from './describe-stack.js';
import { provideDownloads } from './downloads.js';
import { addPrincipals, kafkaProcess, prepareKafka, type KafkaParts } from './kafka.js';
import { layoutOf, projectDir, topologyFile, type Layout } from './layout.js';
import { releaseLock, takeLock } from './lock.js';
import { ManagedProcess, type ProcessSpec } from './managed-process.js';
import { choosePorts, type Ports } from './ports.js';
import { postgresProcess, preparePostgres } from './postgres.js';
import { findPostgres } from './postgres-binaries.js';
import { findJava, requireDisk } from './preconditions.js';
import { Reaper } from './reaper.js';
import { prepareRegistry, registryProcess, type RegistryParts } from './registry.js';
import { provideSecrets, writePrivate, type Secrets } from './secrets.js';
import { SERVICES, serviceProcess, serviceUrl } from './services.js';

/** A part of the stack that can be stopped, killed and started on its own. */
export type PartName = 'kafka' | 'registry' | 'postgres' | (typeof SERVICES)[number]['name'];

export interface StackOptions {
  /** Where the stack keeps everything; default `.onward` in the project. */
  readonly dir?: string;
  /** Take any free ports instead of the fixed ones, so that several stacks run side by side. */
  readonly freePorts?: boolean;
  /** Start the services too; default true. They must be built. */
  readonly services?: boolean;
  /** Topology files beside the suite's own. */
  readonly topologyFiles?: readonly string[];
  /** Partitions of the topics that are made now; default 4. */
  readonly partitions?: number;
  /** What the waits of sagas are divided by, so that they can be seen to end; default 900, which makes 15 minutes a second. 1: as written. */
  readonly waitsDivisor?: number;
  readonly onProgress?: (text: string) => void;
}

/** A running stack. */
export interface Stack {
  readonly coordinates: Coordinates;
  /** The file that holds the coordinates, which a test run or the command line reads. */
  readonly coordinatesFile: string;
  readonly logsDir: string;
  /**
   * Starts a part that does not run, and waits until it is ready. Services that were not started with the stack can be started so.
   * @param variables of a service's environment, instead of the stack's, for this start
   */
  start(part: PartName, variables?: Readonly<Record<string, string>>): Promise<void>;
  /** Stops one part in order. */
  stopPart(part: PartName): Promise<void>;
  /** Ends one part as a crash would, and waits until it is gone. */
  kill9(part: PartName): Promise<void>;
  /** Stops one part in order, if it runs, and starts it again. */
  restart(part: PartName, variables?: Readonly<Record<string, string>>): Promise<void>;
  /** Undefined while the part does not run. */
  pidOf(part: PartName): number | undefined;
  /** Calls back when a part ends without having been asked to. */
  onUnexpectedExit(listener: (part: PartName, reason: string) => void): void;
  /** Stops everything in order: services, then what they stand on. */
  stop(): Promise<void>;
}

const PARTITIONS_LOCAL = 4;
const WAITS_DIVISOR_LOCAL = 900;

/**
 * Starts Kafka, the schema registry, PostgreSQL and the services on the loopback address, makes topics and rights, and registers the
 * schemas. Data of an earlier run in the same folder is found again. If this process dies without `stop()`, everything is ended.
 * @throws StackError with one sentence that says what to do
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const layout = layoutOf(resolve(options.dir ?? `${projectDir}/.onward`));
  const onProgress = options.onProgress ?? (() => undefined);
  const java = await findJava();
  await requireDisk(layout.dir);
  const reaper = new Reaper();
  const running = new RunningStack(layout, reaper);
  try {
    await takeLock(layout, reaper.pid ?? 0, onProgress);
    running.locked = true;
    await running.boot({ java, onProgress, options });
    return running;
  } catch (error) {
    await running.stop();
    throw error;
  }
}

interface Boot {
  readonly java: string;
  readonly onProgress: (text: string) => void;
  readonly options: StackOptions;
}

class RunningStack implements Stack {
  locked = false;
  private known: Coordinates | undefined;
  private ports: Ports | undefined;
  private waitsDivisor = WAITS_DIVISOR_LOCAL;
  private readonly processes = new Map<PartName, ManagedProcess>();
  private readonly listeners: ((part: PartName, reason: string) => void)[] = [];
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly layout: Layout,
    private readonly reaper: Reaper,
  ) {}

  get coordinates(): Coordinates {
    if (this.known === undefined) throw new Error('the stack is not up yet');
    return this.known;
  }

  get coordinatesFile(): string {
    return this.layout.coordinatesFile;
  }

  get logsDir(): string {
    return this.layout.logsDir;
  }

  async boot({ java, onProgress, options }: Boot): Promise<void> {
    const { layout } = this;
    const topologyFiles = [topologyFile, ...(options.topologyFiles ?? [])].map((file) => resolve(file));
    const topology = loadTopology(topologyFiles);
    const ports = await choosePorts({ freePorts: options.freePorts ?? false });
    this.ports = ports;
    this.waitsDivisor = options.waitsDivisor ?? WAITS_DIVISOR_LOCAL;
    const secrets = await provideSecrets(layout, {
      principals: ['admin', 'broker', ...topology.principals.map((principal) => principal.name)],
      databases: topology.namesOf('participant', 'audit'),
    });
    await Promise.all([layout.logsDir, layout.servicesDir].map((dir) => mkdir(dir, { recursive: true })));
    const partitions = options.partitions ?? PARTITIONS_LOCAL;
    const downloads = await provideDownloads(onProgress);
    const kafka: KafkaParts = { java, classPath: downloads.kafkaClassPath, layout, ports, secrets };
    const coordinates = await describeStack({ layout, ports, secrets, topologyFiles, partitions });
    this.known = coordinates;
    await settleAll([
      this.bootKafka(kafka, topology, coordinates, onProgress),
      this.bootRegistry({ java, jar: downloads.registryJar, layout, ports, secrets }, topology, coordinates, onProgress),
      this.bootPostgres(ports, secrets, onProgress),
    ]);
    if (options.services ?? true) {
      onProgress(`services: starting ${SERVICES.map((service) => service.name).join(', ')}`);
      await settleAll(SERVICES.map((service) => this.start(service.name)));
    }
    await this.writeCoordinates();
  }

  async start(part: PartName, variables: Readonly<Record<string, string>> = {}): Promise<void> {
    let managed = this.processes.get(part);
    const service = SERVICES.find(({ name }) => name === part);
    if (managed?.pid === undefined && service !== undefined) {
      const waits = service.name === 'orchestrator' ? { ONWARD_WAITS_DIVISOR: String(this.waitsDivisor) } : {};
      managed = this.manage(part, await serviceProcess(service, this.layout, this.ports!, this.coordinates, { ...waits, ...variables }));
    }
    if (managed === undefined) throw new Error(`${part} is not part of this stack`);
    await managed.start();
    if (service !== undefined) {
      this.known = { ...this.coordinates, http: { ...this.coordinates.http, [part]: serviceUrl(this.ports!, service) } };
    }
    await this.writeCoordinates();
  }

  async stopPart(part: PartName): Promise<void> {
    await this.processes.get(part)?.stop();
  }

  async kill9(part: PartName): Promise<void> {
    await this.processes.get(part)?.kill9();
  }

  async restart(part: PartName, variables: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.stopPart(part);
    await this.start(part, variables);
  }

  pidOf(part: PartName): number | undefined {
    return this.processes.get(part)?.pid;
  }

  onUnexpectedExit(listener: (part: PartName, reason: string) => void): void {
    this.listeners.push(listener);
  }

  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    const infrastructure: readonly PartName[] = ['kafka', 'registry', 'postgres'];
    const services = [...this.processes.keys()].filter((part) => !infrastructure.includes(part));
    await Promise.all(services.map((part) => this.stopPart(part)));
    await Promise.all(infrastructure.map((part) => this.stopPart(part)));
    if (this.locked) await releaseLock(this.layout);
    this.reaper.close();
  }

  private async bootKafka(parts: KafkaParts, topology: Topology, coordinates: Coordinates, onProgress: (text: string) => void): Promise<void> {
    await prepareKafka(parts);
    await this.manage('kafka', kafkaProcess(parts)).start();
    await addPrincipals(parts);
    const admin = await connectAdmin({ brokers: coordinates.brokers, clientId: 'onward-stack', sasl: { mechanism: 'scram-sha-512', ...coordinates.principals['admin']! } });
    try {
      const diff = await applyTopology(admin, { topics: topology.topics(coordinates.partitions), acls: topology.acls() });
      for (const { topic, what, wanted, found } of diff.differing) onProgress(`kafka: ${topic} has ${what} ${found}, the topology says ${wanted}; left as it is`);
    } finally {
      await admin.disconnect();
    }
    onProgress(`kafka: listens on ${coordinates.brokers.join(',')}`);
  }

  private async bootRegistry(parts: RegistryParts, topology: Topology, coordinates: Coordinates, onProgress: (text: string) => void): Promise<void> {
    await prepareRegistry(parts);
    await this.manage('registry', registryProcess(parts)).start();
    const records = topicRecords(topology, serviceContracts);
    await registerSchemas(new AvroRegistry({ url: coordinates.registryUrl, ...coordinates.registry }), records);
    onProgress(`registry: listens on ${coordinates.registryUrl}, ${records.length} schemas registered`);
  }

  private async bootPostgres(ports: Ports, secrets: Secrets, onProgress: (text: string) => void): Promise<void> {
    const parts = { binaries: await findPostgres(), layout: this.layout, ports, secrets };
    await preparePostgres(parts);
    await this.manage('postgres', await postgresProcess(parts)).start();
    onProgress(`postgres: listens on 127.0.0.1:${ports.postgres}`);
  }

  private manage(part: PartName, spec: ProcessSpec): ManagedProcess {
    const managed = new ManagedProcess(spec, this.reaper);
    managed.onUnexpectedExit = (reason) => {
      for (const listener of this.listeners) listener(part, reason);
    };
    this.processes.set(part, managed);
    return managed;
  }

  private async writeCoordinates(): Promise<void> {
    const pids = Object.fromEntries([...this.processes].flatMap(([part, managed]) => (managed.pid === undefined ? [] : [[part, managed.pid]])));
    this.known = { ...this.coordinates, pids };
    await writePrivate(this.layout.coordinatesFile, `${JSON.stringify(this.known, null, 2)}\n`);
  }
}

/** Waits for all, also when one fails, so that nothing is still starting while the rest is being stopped. */
async function settleAll(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
