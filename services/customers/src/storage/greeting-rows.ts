import { sql, type Queryable } from '@onward/participant';
import type { Greeting } from '../domain/greet.js';

const LOAD_GREETINGS = sql('customers.greetings', 'SELECT idempotency_key, text, sent_at FROM greeting WHERE idempotency_key = ANY($1::text[])');
const INSERT_GREETINGS = sql('customers.greetings.insert', 'INSERT INTO greeting (idempotency_key, text, sent_at) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])');

interface GreetingRow {
  idempotency_key: string;
  text: string;
  sent_at: string;
}

export async function loadGreetings(db: Queryable, keys: readonly string[]): Promise<Greeting[]> {
  const rows = await db.query<GreetingRow>(LOAD_GREETINGS, [keys]);
  return rows.map((row) => ({ idempotencyKey: row.idempotency_key, text: row.text, sentAt: Number(row.sent_at) }));
}

export function writeGreetings(db: Queryable, greetings: readonly Greeting[]): void {
  if (greetings.length === 0) return;
  db.write(INSERT_GREETINGS, [greetings.map((g) => g.idempotencyKey), greetings.map((g) => g.text), greetings.map((g) => g.sentAt)]);
}
