import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SagaOutcome, SagaTransition, type RecordType } from '@onward/contracts';
import { applyTopology, AvroRegistry, loadTopology, partitionFor, RecordProducer, ValueDecoder, type ConsumedRecord, type OrchestratorTopics, type OutboundRecord, type PartitionOpening, type Topology } from '@onward/kafka';
import { createMetrics } from '@onward/platform';
import type { Plan } from '@onward/saga';
import { StateStore } from '@onward/state-store';
import { InboundReader } from '../../services/orchestrator/src/lane/inbound.js';
import { inputTypes } from '../../services/orchestrator/src/lane/input-types.js';
import { LaneMetrics } from '../../services/orchestrator/src/lane/lane-metrics.js';
import { OriginJudge } from '../../services/orchestrator/src/lane/origin.js';
import { OutboundWriter } from '../../services/orchestrator/src/lane/outbound.js';
import { PlanCatalogue } from '../../services/orchestrator/src/lane/plan-catalogue.js';
import { SagaCodec } from '../../services/orchestrator/src/lane/saga-codec.js';
import { SagaProcessor } from '../../services/orchestrator/src/lane/saga-processor.js';
import { SagaRunner } from '../../services/orchestrator/src/lane/saga-runner.js';
import { StateRestore, type RestoreReport } from '../../services/orchestrator/src/lane/state-restore.js';
import { KafkaFixture } from './kafka-fixture.js';
import type { TestStack } from './stack.js';

/** A record that a processor is given: what a consumer would have read. */
export interface GivenRecord {
  readonly topic: string;
  /** The saga; decides the partition. */
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A record that a processor wrote, decoded as far as it can be. */
export interface WrittenRecord {
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: unknown;
  readonly bytes: Buffer | null;
}

/** A domain of its own on the shared stack: real topics, real registry, and processors that one can drive by hand. */
export class SagaLaneFixture {
  #offset = 0n;

  private constructor(
    readonly domain: string,
    readonly kafka: KafkaFixture,
    readonly registry: AvroRegistry,
    readonly topology: Topology,
    readonly topics: OrchestratorTopics,
    readonly partitions: number,
    private readonly directory: string,
  ) {}

  static async open(stack: TestStack): Promise<SagaLaneFixture> {
    const domain = `lane${randomBytes(5).toString('hex')}`;
    const directory = mkdtempSync(join(tmpdir(), 'onward-lane-'));
    const kafka = await KafkaFixture.open(stack);
    const file = join(directory, 'topology.yaml');
    const services = ['payment', 'fulfillment'];
    writeFileSync(
      file,
      `services:\n  ${domain}: { kind: orchestrator }\n  client: { kind: client }\n  operator: { kind: operator }\n${services.map((name) => `  ${name}: { kind: participant }\n`).join('')}links:\n${[['client', domain], ['operator', domain], [domain, domain], ...services.map((name) => [domain, name])].map(([from, to]) => `  - { from: ${from}, to: ${to} }\n`).join('')}`,
    );
    const topology = loadTopology([file]);
    await applyTopology(kafka.admin, { topics: topology.topics(stack.partitions), acls: [] });
    const registry = new AvroRegistry({ url: stack.registryUrl, ...stack.registry });
    return new SagaLaneFixture(domain, kafka, registry, topology, topology.orchestrator(domain), stack.partitions, directory);
  }

  async close(): Promise<void> {
    await this.kafka.close();
    rmSync(this.directory, { recursive: true });
  }

  /** A processor over a local store of that name. */
  async processor(plans: readonly Plan[], { store = 'store', snapshotBytesMax = 512 * 1024 }: { readonly store?: string; readonly snapshotBytesMax?: number } = {}): Promise<DrivenProcessor> {
    const { registry, topics, partitions } = this;
    const catalogue = new PlanCatalogue(plans, this.domain);
    const codec = await SagaCodec.open(registry, topics, catalogue);
    const inputs = new ValueDecoder(registry, inputTypes(catalogue));
    const reader = new InboundReader(new OriginJudge(topics), inputs, catalogue, partitions);
    const writer = await OutboundWriter.open(registry, topics, catalogue, codec, partitions);
    const registers = createMetrics({ service: this.domain, instance: 'test' });
    const metrics = new LaneMetrics(registers);
    const state = StateStore.open(join(this.directory, store));
    const reports: RestoreReport[] = [];
    const processor = new SagaProcessor({
      runner: new SagaRunner({ catalogue, codec, reader, writer, metrics, quarantine: { topic: topics.quarantine, partitionCount: partitions }, snapshotBytesMax }),
      inputs,
      reader,
      writer,
      store: state,
      restore: new StateRestore(this.kafka.cluster, topics.state, codec, (report) => {
        metrics.lacksPlan(report.partition, [...report.withoutPlan.values()].flat());
        reports.push(report);
      }),
      metrics,
      stateTopic: topics.state,
      aside: () => {},
    });
    const metric = async (name: string): Promise<number> => (await registers.getSingleMetric(name)!.get()).values[0]?.value ?? 0;
    return new DrivenProcessor(this, processor, reports, metric, () => state.close());
  }

  /** A value in the wire format, as it would be published on a topic. */
  async encoded<T>(topic: string, type: RecordType<T>, value: T): Promise<Buffer> {
    return (await this.registry.encoder(topic, type))(value);
  }

  /** A record on the client's topic, the operator's, or any other. */
  async given<T>(topic: string, type: RecordType<T>, key: string, value: T, headers: Readonly<Record<string, string>> = {}): Promise<GivenRecord> {
    return { topic, key, value: await this.encoded(topic, type, value), headers: { ce_type: type.name, ...headers } };
  }

  consumed({ topic, key, value, headers = {} }: GivenRecord): ConsumedRecord {
    const bytes = Buffer.from(key);
    const read = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]));
    return { topic, partition: partitionFor(bytes, this.partitions), offset: this.#offset++, timestampMs: 1, key: bytes, value, headers: read };
  }

  async written({ topic, key, value, headers = {} }: OutboundRecord): Promise<WrittenRecord> {
    const type = String(headers['ce_type'] ?? '');
    const texts = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)]));
    return { topic, key: String(key), type, headers: texts, value: await this.#decoded(topic, value ?? null), bytes: value ?? null };
  }

  async #decoded(topic: string, value: Buffer | null): Promise<unknown> {
    if (value === null || topic === this.topics.quarantine) return value;
    const own = new ValueDecoder(this.registry, [SagaTransition, SagaOutcome]);
    await own.prepare([value]);
    try {
      return own.decode(value).value;
    } catch {
      const writer = await this.registry.writerType(value.readInt32BE(1));
      return writer?.fromBuffer(value.subarray(5)) as unknown;
    }
  }
}

/** A processor that is driven by hand: what it returns is published, as a lane's transaction would. */
export class DrivenProcessor {
  readonly #opened = new Set<number>();

  constructor(
    private readonly fixture: SagaLaneFixture,
    readonly processor: SagaProcessor,
    readonly restores: readonly RestoreReport[],
    /** The value of a metric without labels. */
    readonly metric: (name: string) => Promise<number>,
    readonly close: () => Promise<void>,
  ) {}

  async open(key: string): Promise<number> {
    const partition = partitionFor(Buffer.from(key), this.fixture.partitions);
    if (this.#opened.has(partition)) return partition;
    this.#opened.add(partition);
    const opening: PartitionOpening = { partition, committed: new Map(), previousOwner: undefined, attempts: new Map(), signal: new AbortController().signal };
    await this.processor.open(opening);
    return partition;
  }

  /** Takes records, each in a transaction of its own, and gives what the last wrote. */
  async take(nowMs: number, ...records: GivenRecord[]): Promise<WrittenRecord[]> {
    let written: WrittenRecord[] = [];
    for (const given of records) {
      const partition = await this.open(given.key);
      written = await this.#turn({ records: new Map([[partition, [this.fixture.consumed(given)]]]), due: new Map() }, nowMs);
    }
    return written;
  }

  /** Fires the timers of a saga's partition that are due, and gives what was written for the saga and its children. */
  async fire(key: string, nowMs: number): Promise<WrittenRecord[]> {
    const partition = await this.open(key);
    const written = await this.#turn({ records: new Map(), due: new Map([[partition, nowMs]]) }, nowMs);
    return written.filter((record) => record.key === key || record.key.startsWith(`${key}/`));
  }

  async nextDueMs(key: string): Promise<number | undefined> {
    return this.processor.nextDueMs(await this.open(key));
  }

  async #turn(batch: Parameters<SagaProcessor['process']>[0], nowMs: number): Promise<WrittenRecord[]> {
    const { records } = await this.processor.process(batch, nowMs);
    const appended = records.length === 0 ? [] : await new RecordProducer({ cluster: this.fixture.kafka.cluster }).send(records);
    await this.processor.committed({ nowMs, appended });
    return Promise.all(records.map((record) => this.fixture.written(record)));
  }
}

/** The events of the transitions among what was written. */
export function eventsOf(written: readonly WrittenRecord[]): { readonly kind: string; readonly [field: string]: unknown }[] {
  return written.filter(({ type }) => type === SagaTransition.name).flatMap(({ value }) => (value as SagaTransition).events as unknown as { kind: string }[]);
}

/** The one record written to a topic. */
export function onlyOn(written: readonly WrittenRecord[], topic: string): WrittenRecord {
  const found = written.filter((record) => record.topic === topic);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} records were written to ${topic}; all went to ${written.map((record) => record.topic).join(', ') || 'nowhere'}.`);
  return found[0];
}
