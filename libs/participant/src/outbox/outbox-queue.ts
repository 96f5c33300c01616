import { sql, type Queryable } from '../sql/statement.js';
import type { OutboxEvent } from './outbox.js';

/** An event with its place in the source's gapless sequence. */
export interface SequencedEvent extends OutboxEvent {
  readonly sequence: number;
}

const HEAD = sql('onward.outbox.head', 'SELECT first_sequence FROM onward_outbox_relay FOR UPDATE');
const DROP_PUBLISHED = sql('onward.outbox.drop', 'DELETE FROM onward_outbox WHERE id = ANY ((SELECT pending FROM onward_outbox_relay)::bigint[])');
const TAKE = sql(
  'onward.outbox.take',
  `UPDATE onward_outbox_relay
   SET first_sequence = first_sequence + cardinality(pending),
       pending = coalesce((SELECT array_agg(id ORDER BY id) FROM (SELECT id FROM onward_outbox ORDER BY id LIMIT $1) AS next), '{}')
   WHERE cardinality(pending) > 0 OR EXISTS (SELECT FROM onward_outbox)
   RETURNING first_sequence`,
);
const PENDING = sql(
  'onward.outbox.pending',
  `SELECT event_type, aggregate_id, value, event_time, saga_id, causation_id, traceparent
   FROM onward_outbox WHERE id = ANY ((SELECT pending FROM onward_outbox_relay)::bigint[]) ORDER BY id`,
);

interface Row {
  event_type: string;
  aggregate_id: string;
  value: Buffer;
  event_time: string;
  saga_id: string;
  causation_id: string;
  traceparent: string | null;
}

/**
 * The outbox as its one relay sees it.
 *
 * A sequence number is given when events are taken for publishing, not when they are written: counting in the participant's own
 * transactions would make every batch of every partition wait for the one before it until that is on disk. The numbers are committed
 * before the first of them is sent (one row that lists what is pending), so a relay that dies in between sends the same events under the
 * same numbers again, and readers drop what they have seen (R11, I10).
 */

/** What was taken and perhaps not published yet: sent again after a crash. */
export async function pendingEvents(db: Queryable): Promise<SequencedEvent[]> {
  const [head, rows] = await Promise.all([db.query<{ first_sequence: string }>(HEAD), db.query<Row>(PENDING)]);
  return sequenced(rows, head[0]);
}

/** Drops what was published and takes the next events, with the numbers that follow. Empty when there are none. */
export async function takeEvents(db: Queryable, eventsMax: number): Promise<SequencedEvent[]> {
  const [, , head, rows] = await Promise.all([
    db.query(HEAD),
    db.query(DROP_PUBLISHED),
    db.query<{ first_sequence: string }>(TAKE, [eventsMax]),
    db.query<Row>(PENDING),
  ]);
  return sequenced(rows, head[0]);
}

function sequenced(rows: readonly Row[], head: { first_sequence: string } | undefined): SequencedEvent[] {
  return rows.map((row, index) => ({
    sequence: Number(head?.first_sequence) + index,
    type: row.event_type,
    aggregateId: row.aggregate_id,
    value: row.value,
    time: Number(row.event_time),
    sagaId: row.saga_id,
    causationId: row.causation_id,
    traceparent: row.traceparent ?? undefined,
  }));
}
