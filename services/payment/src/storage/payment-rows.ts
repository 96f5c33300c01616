import { sql, type Queryable } from '@onward/participant';
import type { LedgerEntry } from '../domain/ledger.js';
import type { Effect, Payment } from '../domain/payment.js';

const LOCK_PAYMENTS = sql(
  'payment.lock',
  `SELECT payment_id, state, currency, authorized_minor, captured_minor, authorization_id, capture_refused
   FROM payment WHERE payment_id = ANY($1::text[]) ORDER BY payment_id FOR UPDATE`,
);
const LOAD_EFFECTS = sql(
  'payment.effects',
  `SELECT idempotency_key, payment_id, kind, outcome, code, reference, amount_minor, currency, at
   FROM payment_effect WHERE idempotency_key = ANY($1::text[])`,
);
const INSERT_PAYMENTS = sql(
  'payment.insert',
  `INSERT INTO payment (payment_id, state, currency, authorized_minor, captured_minor, authorization_id, capture_refused)
   SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::boolean[])`,
);
const UPDATE_PAYMENTS = sql(
  'payment.update',
  `UPDATE payment p SET state = n.state, currency = n.currency, authorized_minor = n.authorized_minor,
          captured_minor = n.captured_minor, authorization_id = n.authorization_id, capture_refused = n.capture_refused
   FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::boolean[])
     AS n (payment_id, state, currency, authorized_minor, captured_minor, authorization_id, capture_refused)
   WHERE p.payment_id = n.payment_id`,
);
const INSERT_EFFECTS = sql(
  'payment.effects.insert',
  `INSERT INTO payment_effect (idempotency_key, payment_id, kind, outcome, code, reference, amount_minor, currency, at)
   SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::bigint[])`,
);
const INSERT_ENTRIES = sql(
  'payment.ledger.insert',
  `INSERT INTO ledger_entry (group_id, account, payment_id, currency, amount_minor)
   SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])`,
);

interface PaymentRow {
  payment_id: string;
  state: Payment['state'];
  currency: string | null;
  authorized_minor: string;
  captured_minor: string;
  authorization_id: string | null;
  capture_refused: boolean;
}

interface EffectRow {
  idempotency_key: string;
  payment_id: string;
  kind: Effect['kind'];
  outcome: Effect['outcome'];
  code: string | null;
  reference: string | null;
  amount_minor: string;
  currency: string;
  at: string;
}

/** Loads payments and locks them, in the order of their ids; loads effects once the locks are held. */
export async function loadPayments(db: Queryable, paymentIds: readonly string[], keys: readonly string[]): Promise<{ payments: Payment[]; effects: Effect[] }> {
  const [payments, effects] = await Promise.all([db.query<PaymentRow>(LOCK_PAYMENTS, [paymentIds]), db.query<EffectRow>(LOAD_EFFECTS, [keys])]);
  return {
    payments: payments.map((row) => ({
      paymentId: row.payment_id,
      state: row.state,
      currency: row.currency,
      authorizedMinor: Number(row.authorized_minor),
      capturedMinor: Number(row.captured_minor),
      authorizationId: row.authorization_id,
      captureRefused: row.capture_refused,
    })),
    effects: effects.map((row) => ({
      idempotencyKey: row.idempotency_key,
      paymentId: row.payment_id,
      kind: row.kind,
      outcome: row.outcome,
      code: row.code,
      reference: row.reference,
      amount: { amountMinor: Number(row.amount_minor), currency: row.currency },
      at: Number(row.at),
    })),
  };
}

/** What a batch changes. */
export interface PaymentChanges {
  readonly created: readonly Payment[];
  readonly updated: readonly Payment[];
  readonly effects: readonly Effect[];
  readonly entries: readonly LedgerEntry[];
}

/** Sends a batch's changes, one statement a table. */
export function writePayments(db: Queryable, { created, updated, effects, entries }: PaymentChanges): void {
  if (created.length > 0) db.write(INSERT_PAYMENTS, paymentColumns(created));
  if (updated.length > 0) db.write(UPDATE_PAYMENTS, paymentColumns(updated));
  if (effects.length > 0) db.write(INSERT_EFFECTS, effectColumns(effects));
  if (entries.length > 0) db.write(INSERT_ENTRIES, entryColumns(entries));
}

function paymentColumns(payments: readonly Payment[]): unknown[] {
  return [
    payments.map((p) => p.paymentId),
    payments.map((p) => p.state),
    payments.map((p) => p.currency),
    payments.map((p) => p.authorizedMinor),
    payments.map((p) => p.capturedMinor),
    payments.map((p) => p.authorizationId),
    payments.map((p) => p.captureRefused),
  ];
}

function effectColumns(effects: readonly Effect[]): unknown[] {
  return [
    effects.map((e) => e.idempotencyKey),
    effects.map((e) => e.paymentId),
    effects.map((e) => e.kind),
    effects.map((e) => e.outcome),
    effects.map((e) => e.code),
    effects.map((e) => e.reference),
    effects.map((e) => e.amount.amountMinor),
    effects.map((e) => e.amount.currency),
    effects.map((e) => e.at),
  ];
}

function entryColumns(entries: readonly LedgerEntry[]): unknown[] {
  return [
    entries.map((e) => e.groupId),
    entries.map((e) => e.account),
    entries.map((e) => e.paymentId),
    entries.map((e) => e.currency),
    entries.map((e) => e.amountMinor),
  ];
}
