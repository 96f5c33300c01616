import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlaceOrder, SagaOutcome, type RecordType } from '@onward/contracts';
import { AvroRegistry, KafkaCluster, partitionFor, readTopic, RecordProducer, ValueDecoder, type ConsumedRecord, type KafkaOptions } from '@onward/kafka';
import { loadTopology, type Topology } from '@onward/kafka/topology';
import { startStack, type Stack } from '../../../tools/stack/src/index.js';

/** An outcome, with the record it came in. */
export interface SeenOutcome {
  readonly outcome: SagaOutcome;
  readonly offset: bigint;
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
    private readonly producer: RecordProducer,
    private readonly encodeOrder: (order: PlaceOrder) => Buffer,
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
    const client = await KafkaCluster.connect(kafkaOptions(stack, 'client'));
    const suite = new Suite(stack, directory, registry, admin, new RecordProducer({ cluster: client }), await registry.encoder(COMMANDS, PlaceOrder));
    suite.#clusters.push(client);
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
  async publish(orders: readonly PlaceOrder[]): Promise<void> {
    const count = await this.admin.partitionCount(COMMANDS);
    await this.producer.send(
      orders.map((order) => {
        const key = Buffer.from(order.orderId);
        return { topic: COMMANDS, partition: partitionFor(key, count), key, value: this.encodeOrder(order), headers: { ce_id: commandIdOf(order.orderId) } };
      }),
    );
  }

  /** Publishes a record as it is. */
  async publishRaw(record: Parameters<RecordProducer['send']>[0][number]): Promise<void> {
    await this.producer.send([record]);
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
    const cluster = await this.admin.fork();
    const waiting = new Set(commandIds);
    const decoder = new ValueDecoder(this.registry, [SagaOutcome as RecordType<unknown>]);
    try {
      for await (const { records } of readTopic({ cluster, topic: OUTCOMES, from: 'beginning', until: 'follow', signal: AbortSignal.timeout(timeoutMs) })) {
        await decoder.prepare(records.map((r) => r.value));
        for (const record of records) {
          if (record.headers['ce_type']?.toString() === SagaOutcome.name) waiting.delete((decoder.decode(record.value).value as SagaOutcome).commandId);
        }
        if (waiting.size === 0) return await this.outcomes();
      }
    } finally {
      cluster.disconnect();
    }
    throw new Error(`No outcome within ${timeoutMs} ms for ${waiting.size} of ${commandIds.length} commands, as ${[...waiting].slice(0, 3).join(', ')}.`);
  }
}

export const COMMANDS = 'client.commands.orders';
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
