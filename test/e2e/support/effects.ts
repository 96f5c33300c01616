import pg from 'pg';
import type { Stack } from '../../../tools/stack/src/index.js';

export interface PaymentEffect {
  readonly paymentId: string;
  readonly kind: string;
  readonly outcome: string;
}

/** What the participants really did, counted in their databases. */
export interface Effects {
  readonly payments: readonly PaymentEffect[];
  /** Sum of the ledger by currency; each must be zero (I5). */
  readonly ledgerSums: readonly string[];
  readonly reservations: ReadonlyMap<string, string>;
  /** Reservation ids of the shipments. */
  readonly shipments: readonly string[];
}

export async function readEffects(stack: Stack): Promise<Effects> {
  const payments = await query<{ payment_id: string; kind: string; outcome: string }>(stack, 'payment', 'SELECT payment_id, kind, outcome FROM payment_effect');
  const sums = await query<{ sum: string }>(stack, 'payment', 'SELECT sum(amount_minor)::text AS sum FROM ledger_entry GROUP BY currency');
  const reservations = await query<{ reservation_id: string; state: string }>(stack, 'fulfillment', 'SELECT reservation_id, state FROM reservation');
  const shipments = await query<{ reservation_id: string }>(stack, 'fulfillment', 'SELECT reservation_id FROM shipment');
  return {
    payments: payments.map((p) => ({ paymentId: p.payment_id, kind: p.kind, outcome: p.outcome })),
    ledgerSums: sums.map(({ sum }) => sum),
    reservations: new Map(reservations.map((r) => [r.reservation_id, r.state])),
    shipments: shipments.map((s) => s.reservation_id),
  };
}

export async function query<Row extends pg.QueryResultRow>(stack: Stack, database: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: stack.coordinates.databases[database] as string });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Resolves when every domain event has been published and acknowledged. */
export async function outboxesDrained(stack: Stack, timeoutMs = 30_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const left = await Promise.all(['payment', 'fulfillment'].map((name) => query<{ left: number }>(stack, name, 'SELECT count(*)::int AS left FROM onward_outbox')));
    if (left.every(([row]) => row?.left === 0)) return;
    if (performance.now() > deadline) throw new Error(`Domain events were not published within ${timeoutMs} ms: ${JSON.stringify(left)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
