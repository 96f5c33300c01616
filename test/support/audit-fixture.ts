import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AuditEntry, PaymentCaptured, SagaTransition, type TransitionEvent } from '@onward/contracts';
import { applyTopology, AvroRegistry, loadTopology, partitionFor, ValueDecoder, type AuditTopics, type OutboundRecord, type Topology } from '@onward/kafka';
import { baseSections, loadConfig, startService, type RunningService } from '@onward/platform';
import pg from 'pg';
import { auditConfig } from '../../services/audit/src/audit-config.js';
import { auditDefinition } from '../../services/audit/src/definition.js';
import { KafkaFixture } from './kafka-fixture.js';
import type { TestStack } from './stack.js';

const PARTITIONS = 4;
const AT = Date.UTC(2026, 2, 1) * 1000;

/** The names of one spec's own services. */
interface Names {
  readonly orders: string;
  readonly payment: string;
  readonly audit: string;
}

/** An audit service with topics and a database schema of its own, and facts for it. */
export class AuditFixture {
  private readonly children: ChildProcess[] = [];
  private readonly services: RunningService[] = [];
  private readonly decoder: ValueDecoder;

  private constructor(
    readonly stack: TestStack,
    readonly kafka: KafkaFixture,
    readonly registry: AvroRegistry,
    readonly names: Names,
    readonly topology: Topology,
    readonly topics: AuditTopics,
    readonly rows: pg.Pool,
    private readonly folder: string,
    private readonly schema: string,
  ) {
    this.decoder = new ValueDecoder(registry, [AuditEntry]);
  }

  static async open(stack: TestStack): Promise<AuditFixture> {
    const id = stack.unique('a');
    const names = { orders: `${id}-orders`, payment: `${id}-payment`, audit: `${id}-audit` };
    const folder = mkdtempSync(join(tmpdir(), 'onward-audit-'));
    writeFileSync(
      join(folder, 'topology.yaml'),
      `services:\n  ${names.orders}: { kind: orchestrator }\n  ${names.payment}: { kind: participant }\n  ${names.audit}: { kind: audit }\nlinks:\n  - { from: ${names.orders}, to: ${names.payment} }\n`,
    );
    const topology = loadTopology([join(folder, 'topology.yaml')]);
    const kafka = await KafkaFixture.open(stack);
    await applyTopology(kafka.admin, { topics: topology.topics(PARTITIONS), acls: [] });
    const schema = `test_${id.replaceAll('-', '_')}`;
    const rows = new pg.Pool({ connectionString: stack.databases['audit'] as string, max: 2, options: `-c search_path=${schema}` });
    await rows.query(`create schema ${schema}`);
    const registry = new AvroRegistry({ url: stack.registryUrl, ...stack.registry });
    return new AuditFixture(stack, kafka, registry, names, topology, topology.audit(names.audit), rows, folder, schema);
  }

  async close(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    await Promise.all(this.services.map((service) => service.stop()));
    await this.rows.query(`drop schema ${this.schema} cascade`);
    await this.rows.end();
    await this.kafka.close();
    rmSync(this.folder, { recursive: true });
  }

  /** The service's whole environment. */
  environment(instance: string): Record<string, string> {
    const { username, password } = this.stack.kafka('admin').sasl;
    const database = new URL(this.stack.databases['audit'] as string);
    database.searchParams.set('options', `-c search_path=${this.schema}`);
    return {
      ONWARD_BROKERS: this.stack.brokers.join(','),
      ONWARD_SASL_USERNAME: username,
      ONWARD_SASL_PASSWORD: password,
      ONWARD_REGISTRY_URL: this.stack.registryUrl,
      ONWARD_REGISTRY_USERNAME: this.stack.registry.username,
      ONWARD_REGISTRY_PASSWORD: this.stack.registry.password,
      ONWARD_DATABASE_URL: database.href,
      ONWARD_TOPOLOGY: join(this.folder, 'topology.yaml'),
      ONWARD_JWT_SECRET_FILE: this.stack.jwtSecretFile,
      ONWARD_INSTANCE: instance,
      ONWARD_LOG_LEVEL: 'silent',
    };
  }

  /** The service in this process. */
  async start(instance = '0'): Promise<RunningService> {
    const config = loadConfig({ ...auditConfig, ...baseSections }, this.environment(instance));
    const service = await startService(auditDefinition(), config);
    this.services.push(service);
    return service;
  }

  /** The service as it is built, in a process of its own. */
  spawn(instance = '0', environment: Readonly<Record<string, string>> = {}): ChildProcess {
    const main = fileURLToPath(new URL('../../services/audit/dist/main.js', import.meta.url));
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [main], { stdio: ['ignore', 'inherit', 'inherit'], env: { PATH, ...this.environment(instance), ...environment } });
    this.children.push(child);
    return child;
  }

  /** A saga's transition as its orchestrator writes it. */
  async transition(sagaId: string, sequence: number, fields: Partial<SagaTransition> = {}): Promise<OutboundRecord> {
    const topic = `${this.names.orders}.events`;
    const encode = await this.registry.encoder(topic, SagaTransition);
    const event = { kind: sequence === 1 ? 'SagaStarted' : 'StepDone', step: 'reserve' } as unknown as TransitionEvent;
    const base = { sagaType: 'place-order', planVersion: 1, engineVersion: 1, at: AT, cause: { kind: 'start' }, events: [event] };
    const value = encode({ ...base, sagaId, sequence, ...fields } as unknown as SagaTransition);
    return { topic, partition: partitionFor(sagaId, PARTITIONS), key: Buffer.from(sagaId), value, headers: { ce_id: `${sagaId}/${sequence}`, traceparent: '00-a-b-01' } };
  }

  /** A domain event as a participant's outbox sends it. */
  async event(sagaId: string, sequence: number): Promise<OutboundRecord> {
    const topic = `${this.names.payment}.events`;
    const encode = await this.registry.encoder(topic, PaymentCaptured);
    const value = encode({ paymentId: sagaId, captureId: `c-${sequence}`, amount: { amountMinor: sequence, currency: 'EUR' }, capturedAt: AT });
    const headers = { ce_id: `${this.names.payment}/${sequence}`, ce_sequence: String(sequence), ce_sagaid: sagaId, ce_causationid: `cause-${sequence}` };
    return { topic, partition: partitionFor(sagaId, PARTITIONS), key: Buffer.from(sagaId), value, headers };
  }

  /** The whole log. */
  async entries(): Promise<AuditEntry[]> {
    const records = await this.kafka.read(this.topics.log);
    await this.decoder.prepare(records.map(({ value }) => value));
    return records.map(({ value }) => this.decoder.decode(value).value as AuditEntry);
  }
}
