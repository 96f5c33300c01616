import { randomUUID } from 'node:crypto';
import type { CommandType, RecordType, ServiceContract } from '@onward/contracts';
import { AvroRegistry, partitionFor, topicRecords, type ConsumedRecord, type OutboundRecord, type ParticipantTopics } from '@onward/kafka';
import { Database, migrate } from '@onward/participant';
import pg from 'pg';
import { CommandBatchHandler } from '../../libs/participant/src/batch/command-batch-handler.js';
import { CommandProcessor } from '../../libs/participant/src/batch/command-processor.js';
import { RegisteredWriter } from '../../libs/participant/src/batch/registered-writer.js';
import { HandlerTable } from '../../libs/participant/src/handling/handler-table.js';
import { takeEvents, type SequencedEvent } from '../../libs/participant/src/outbox/outbox-queue.js';
import { testStack } from './stack.js';

export const PARTITIONS = 4;

/** What makes one command different from another. */
export interface CommandOptions {
  readonly sagaId: string;
  readonly step?: string;
  readonly attempt?: number;
  readonly action?: 'do' | 'undo';
  readonly edit?: number;
  /** Of an undo: the edit number of its do. */
  readonly doEdit?: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** A participant on the run's PostgreSQL and registry, in a schema of its own, given records and giving back what would be sent. */
export class ParticipantFixture {
  private constructor(
    readonly contract: ServiceContract,
    readonly topics: ParticipantTopics,
    readonly database: Database,
    readonly registry: AvroRegistry,
    readonly handler: CommandBatchHandler,
    readonly logged: { fields: object; message: string }[],
    readonly rows: pg.Pool,
  ) {}

  static open(contract: ServiceContract, handlers: readonly object[], ...migrations: string[]): Promise<ParticipantFixture> {
    return ParticipantFixture.openAt(testStack().databases[contract.service] as string, contract, handlers, ...migrations);
  }

  /** One that reaches the run's PostgreSQL at another address. */
  static async openAt(databaseUrl: string, contract: ServiceContract, handlers: readonly object[], ...migrations: string[]): Promise<ParticipantFixture> {
    const stack = testStack();
    const url = stack.databases[contract.service] as string;
    const schema = `test_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
    const database = new Database({ url: databaseUrl, schema });
    await migrate(database, ...migrations);
    const registry = new AvroRegistry({ url: stack.registryUrl, ...stack.registry });
    const topics = stack.topology.participant(contract.service);
    const writer = await RegisteredWriter.register(registry, topicRecords(stack.topology, [contract]));
    const logged: { fields: object; message: string }[] = [];
    const log = { warn: (fields: object, message: string) => logged.push({ fields, message }), error: (fields: object, message: string) => logged.push({ fields, message }) };
    const processor = new CommandProcessor({ database, handlers: new HandlerTable(contract, handlers), writer, eventsTopic: topics.events, log, onEvents: () => undefined });
    const handler = new CommandBatchHandler({ contract, topics, registry, processor, partitionCount: PARTITIONS, log });
    return new ParticipantFixture(contract, topics, database, registry, handler, logged, new pg.Pool({ connectionString: url, max: 4, options: `-c search_path=${schema}` }));
  }

  async close(): Promise<void> {
    await this.rows.query(`DROP SCHEMA ${this.database.schema} CASCADE`);
    await this.rows.end();
    await this.database.close();
  }

  /** A command as the broker would hand it out. */
  async command<Req>(command: CommandType<Req>, request: Req, options: CommandOptions): Promise<ConsumedRecord> {
    const [topic] = this.topics.inputs as [string];
    const { sagaId, step = 'step', attempt = 1, action = 'do', edit = 0, doEdit = 0 } = options;
    const encode = await this.registry.encoder(topic, command.request as RecordType<Req>);
    const headers = {
      ce_id: `${sagaId}/${step}/${action}/${edit}#${attempt}`,
      ce_type: command.name,
      ce_subject: sagaId,
      ce_step: step,
      ce_attempt: String(attempt),
      ce_action: action,
      ce_idempotencykey: `orders/${sagaId}/${step}/${action}/${edit}`,
      ce_undoes: action === 'undo' ? `orders/${sagaId}/${step}/do/${doEdit}` : undefined,
      ...options.headers,
    };
    return {
      topic,
      partition: partitionFor(sagaId, PARTITIONS),
      offset: 0n,
      timestampMs: 1_700_000_000_000,
      key: Buffer.from(sagaId),
      value: encode(request),
      headers: Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, Buffer.from(value)]]))),
    };
  }

  /** Handles records as one batch of one partition. */
  handle(records: readonly ConsumedRecord[], generationId = 1, partition = 0): Promise<OutboundRecord[]> {
    return this.handler.handle(records.map((record) => ({ ...record, partition })), { generationId });
  }

  /** Takes every event out of the outbox, as the relay would. */
  async takeAllEvents(): Promise<SequencedEvent[]> {
    const all: SequencedEvent[] = [];
    for (;;) {
      const events = await this.database.transaction((tx) => takeEvents(tx, 100));
      if (events.length === 0) return all;
      all.push(...events);
    }
  }

  async count(table: string, where = 'true'): Promise<number> {
    const { rows } = await this.rows.query<{ n: string }>(`SELECT count(*) AS n FROM ${table} WHERE ${where}`);
    return Number(rows[0]?.n);
  }
}

/** How a reply reads: its outcome and, if it is not done, its code. */
export function outcomeOf(record: OutboundRecord | undefined): string {
  const outcome = String(record?.headers?.['ce_outcome'] ?? 'quarantined');
  if (outcome === 'quarantined') return `quarantined ${String(record?.headers?.['onward_reason_code'])}`;
  if (outcome === 'done') return outcome;
  const value = record?.value as Buffer;
  // CommandRejected and CommandFailed begin with their code: a length byte (zigzag) and the text.
  const length = (value[5] as number) >> 1;
  return `${outcome} ${value.subarray(6, 6 + length).toString()}`;
}
