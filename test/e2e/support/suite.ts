import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlaceOrder, SagaOutcome, SagaTransition, type RecordType } from '@onward/contracts';
import { AvroRegistry, KafkaCluster, partitionFor, readTopic, RecordProducer, ValueDecoder, type ConsumedRecord, type KafkaOptions } from '@onward/kafka';
import { loadTopology, type Topology } from '@onward/kafka/topology';
import { startStack, type Stack } from '../../../tools/stack/src/index.js';

/** An outcome, with the record it came in. */
export interface SeenOutcome {
  readonly outcome: SagaOutcome;
  readonly offset: bigint;
}

export interface SentCommand<T> {
  readonly sagaId: string;
  readonly value: T;
  readonly commandId: string;
}

export interface SuiteOptions {
  readonly services?: boolean;
  readonly topologyFiles?: readonly string[];
  readonly waitsDivisor?: number;
}

/** An order's grace period lasts 10 ms: long enough to be a wait, and nobody waits for it. */
const WAITS_DIVISOR = 90_000;

/** The whole suite on a throw-away stack of its own, as its users see it: topics, databases and processes. */
export class Suite {
  readonly topology: Topology;
  readonly #clusters: KafkaCluster[] = [];

  private constructor(
    readonly stack: Stack,
    private readonly directory: string,
    readonly registry: AvroRegistry,
    private readonly admin: KafkaCluster,
    private readonly producers: Readonly<Record<'client' | 'operator', RecordProducer>>,
  ) {
    this.topology = loadTopology(stack.coordinates.topologyFiles);
    this.#clusters.push(admin);
  }

  static async start(options: SuiteOptions = {}): Promise<Suite> {
    const directory = await mkdtemp(join(tmpdir(), 'onward-e2e-'));
    const { services = true, topologyFiles = [], waitsDivisor = WAITS_DIVISOR } = options;
    const stack = await startStack({ dir: join(directory, '.onward'), freePorts: true, services, topologyFiles, waitsDivisor });
    const { registryUrl: url, registry: credentials } = stack.coordinates;
    const registry = new AvroRegistry({ url, ...credentials });
    const admin = await KafkaCluster.connect(kafkaOptions(stack, 'admin'));
    const [client, operator] = await Promise.all((['client', 'operator'] as const).map((principal) => KafkaCluster.connect(kafkaOptions(stack, principal)))) as [KafkaCluster, KafkaCluster];
    const suite = new Suite(stack, directory, registry, admin, { client: new RecordProducer({ cluster: client }), operator: new RecordProducer({ cluster: operator }) });
    suite.#clusters.push(client, operator);
    return suite;
  }

  /** The folder that holds `.onward`: where a command line finds this stack. */
  get home(): string {
    return this.directory;
  }

  async stop(): Promise<void> {
    for (const cluster of this.#clusters) cluster.disconnect();
    await this.stack.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Publishes orders as a client would; the command's id is `cmd-<order id>`. */
  publish(orders: readonly PlaceOrder[]): Promise<void> {
    return this.send(PlaceOrder, orders.map((order) => ({ sagaId: order.orderId, value: order, commandId: commandIdOf(order.orderId) })));
  }

  /** Publishes commands or signals as a client or an operator would. */
  async send<T>(type: RecordType<T>, commands: readonly SentCommand<T>[], from: 'client' | 'operator' = 'client'): Promise<void> {
    const topic = from === 'client' ? COMMANDS : OPERATOR_COMMANDS;
    const [encode, count] = await Promise.all([this.registry.encoder(topic, type), this.admin.partitionCount(topic)]);
    await this.producers[from].send(
      commands.map(({ sagaId, value, commandId }) => {
        const key = Buffer.from(sagaId);
        return { topic, partition: partitionFor(key, count), key, value: encode(value), headers: { ce_id: commandId } };
      }),
    );
  }

  /** Publishes a record as it is. */
  async publishRaw(record: Parameters<RecordProducer['send']>[0][number]): Promise<void> {
    await this.producers.client.send([record]);
  }

  /** Everything committed on a topic, from offset 0. */
  async readAll(topic: string): Promise<ConsumedRecord[]> {
    const cluster = await this.admin.fork();
    const found: ConsumedRecord[] = [];
    try {
      for await (const { records } of readTopic({ cluster, topic, from: 'beginning', until: 'end' })) found.push(...records);
    } finally {
      cluster.disconnect();
    }
    return found;
  }

  /** Everything committed on a topic, decoded. */
  async readValues<T>(topic: string, type: RecordType<T>): Promise<{ record: ConsumedRecord; value: T }[]> {
    const records = await this.readAll(topic);
    const decoder = new ValueDecoder(this.registry, [type as RecordType<unknown>]);
    await decoder.prepare(records.map((r) => r.value));
    const found: { record: ConsumedRecord; value: T }[] = [];
    for (const record of records) {
      if (record.headers['ce_type']?.toString() === type.name) found.push({ record, value: decoder.decode(record.value).value as T });
    }
    return found;
  }

  /** Outcomes so far, by the command they answer. */
  async outcomes(): Promise<Map<string, SagaOutcome[]>> {
    const byCommand = new Map<string, SagaOutcome[]>();
    for (const { value } of await this.readValues(OUTCOMES, SagaOutcome)) byCommand.set(value.commandId, [...(byCommand.get(value.commandId) ?? []), value]);
    return byCommand;
  }

  /**
   * Follows the outcomes topic until every command has one.
   * @throws Error that names those without one when `timeoutMs` has passed
   */
  async allOutcomes(commandIds: readonly string[], timeoutMs = 120_000): Promise<Map<string, SagaOutcome[]>> {
    const waiting = new Set(commandIds);
    await this.follow(OUTCOMES, SagaOutcome, waiting, ({ commandId }) => waiting.delete(commandId), timeoutMs);
    return this.outcomes();
  }

  /**
   * Follows the history until every saga has come to an event of this kind, and of this step if one is named.
   * @throws Error that names those that have not when `timeoutMs` has passed
   */
  async untilEvent(sagaIds: readonly string[], kind: string, step?: string, timeoutMs = 60_000): Promise<void> {
    const waiting = new Set(sagaIds);
    const took = ({ sagaId, events }: SagaTransition): void => {
      if (events.some((event) => event.kind === kind && (step === undefined || event.step === step))) waiting.delete(sagaId);
    };
    await this.follow(this.topology.orchestrator('orders').events, SagaTransition, waiting, took, timeoutMs);
  }

  private async follow<T>(topic: string, type: RecordType<T>, waiting: ReadonlySet<string>, took: (value: T) => void, timeoutMs: number): Promise<void> {
    const wanted = waiting.size;
    const cluster = await this.admin.fork();
    const decoder = new ValueDecoder(this.registry, [type as RecordType<unknown>]);
    try {
      for await (const { records } of readTopic({ cluster, topic, from: 'beginning', until: 'follow', signal: AbortSignal.timeout(timeoutMs) })) {
        await decoder.prepare(records.map((r) => r.value));
        for (const record of records) {
          if (record.headers['ce_type']?.toString() === type.name) took(decoder.decode(record.value).value as T);
        }
        if (waiting.size === 0) return;
      }
    } finally {
      cluster.disconnect();
    }
    throw new Error(`Nothing on ${topic} within ${timeoutMs} ms for ${waiting.size} of ${wanted}, as ${[...waiting].slice(0, 3).join(', ')}.`);
  }
}

export const COMMANDS = 'client.commands.orders';
export const OPERATOR_COMMANDS = 'operator.commands.orders';
export const OUTCOMES = 'orders.outcomes.client';

export function commandIdOf(orderId: string): string {
  return `cmd-${orderId}`;
}

export function kafkaOptions(stack: Stack, principal: string): KafkaOptions {
  const { brokers, principals } = stack.coordinates;
  const credentials = principals[principal];
  if (credentials === undefined) throw new Error(`The stack has no principal ${principal}.`);
  return { brokers, clientId: 'e2e', sasl: { mechanism: 'scram-sha-512', ...credentials } };
}
