import { sql } from '../sql/statement.js';
import type { Transaction } from '../sql/transaction.js';

/** A domain event on its way out. */
export interface OutboxEvent {
  /** Avro full name. */
  readonly type: string;
  readonly aggregateId: string;
  /** The record's value, schema id included. */
  readonly value: Buffer;
  /** Microseconds since 1970. */
  readonly time: number;
  readonly sagaId: string;
  /** `ce_id` of the command that caused it. */
  readonly causationId: string;
  readonly traceparent: string | undefined;
}

const ADD = sql(
  'onward.outbox.add',
  `INSERT INTO onward_outbox (event_type, aggregate_id, value, event_time, saga_id, causation_id, traceparent)
   SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[], $5::text[], $6::text[], $7::text[])`,
);

/** Puts events into the outbox, in one statement, ahead of the commit. */
export function addToOutbox(tx: Transaction, events: readonly OutboxEvent[]): void {
  if (events.length === 0) return;
  tx.write(ADD, [
    events.map((e) => e.type),
    events.map((e) => e.aggregateId),
    events.map((e) => e.value),
    events.map((e) => e.time),
    events.map((e) => e.sagaId),
    events.map((e) => e.causationId),
    events.map((e) => e.traceparent ?? null),
  ]);
}
