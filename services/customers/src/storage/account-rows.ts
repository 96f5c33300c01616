import { sql, type Queryable } from '@onward/participant';
import type { Account, Effect, Message } from '../domain/account.js';

const LOCK_ACCOUNTS = sql('customers.accounts', 'SELECT account_id, state, email, name, code FROM account WHERE account_id = ANY($1::text[]) ORDER BY account_id FOR UPDATE');
const LOAD_EFFECTS = sql('customers.effects', 'SELECT idempotency_key, account_id, kind, outcome, at FROM account_effect WHERE idempotency_key = ANY($1::text[])');
const LOAD_MESSAGES = sql(
  'customers.messages',
  `SELECT idempotency_key, account_id, template, sequence, message_id, sent_at FROM message
   WHERE idempotency_key = ANY($1::text[]) OR (account_id, template, sequence) IN (SELECT * FROM unnest($2::text[], $3::text[], $4::integer[]))`,
);
const INSERT_ACCOUNTS = sql(
  'customers.accounts.insert',
  `INSERT INTO account (account_id, state, email, name, code)
   SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])`,
);
const UPDATE_ACCOUNTS = sql(
  'customers.accounts.update',
  `UPDATE account a SET state = n.state, email = n.email, name = n.name, code = n.code
   FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS n (account_id, state, email, name, code)
   WHERE a.account_id = n.account_id`,
);
const INSERT_EFFECTS = sql(
  'customers.effects.insert',
  `INSERT INTO account_effect (idempotency_key, account_id, kind, outcome, at)
   SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])`,
);
const INSERT_MESSAGES = sql(
  'customers.messages.insert',
  `INSERT INTO message (idempotency_key, account_id, template, sequence, message_id, sent_at)
   SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::text[], $6::bigint[])`,
);

interface AccountRow {
  account_id: string;
  state: Account['state'];
  email: string | null;
  name: string | null;
  code: string | null;
}

interface EffectRow {
  idempotency_key: string;
  account_id: string;
  kind: Effect['kind'];
  outcome: Effect['outcome'];
  at: string;
}

interface MessageRow {
  idempotency_key: string;
  account_id: string;
  template: string;
  sequence: number;
  message_id: string;
  sent_at: string;
}

/** What a batch is about. */
export interface Wanted {
  readonly accountIds: readonly string[];
  readonly keys: readonly string[];
  /** Messages that are to be sent. */
  readonly messages: readonly Pick<Message, 'accountId' | 'template' | 'sequence'>[];
}

export interface Loaded {
  readonly accounts: Account[];
  readonly effects: Effect[];
  readonly messages: Message[];
}

/** Loads accounts and locks them, in the order of their ids; the rest once the locks are held. */
export async function loadAccounts(db: Queryable, { accountIds, keys, messages }: Wanted): Promise<Loaded> {
  const places = [messages.map((m) => m.accountId), messages.map((m) => m.template), messages.map((m) => m.sequence)];
  const [accountRows, effectRows, messageRows] = await Promise.all([
    db.query<AccountRow>(LOCK_ACCOUNTS, [accountIds]),
    db.query<EffectRow>(LOAD_EFFECTS, [keys]),
    messages.length === 0 ? [] : db.query<MessageRow>(LOAD_MESSAGES, [keys, ...places]),
  ]);
  return {
    accounts: accountRows.map(({ account_id, state, email, name, code }) => ({
      accountId: account_id,
      state,
      owner: email === null || name === null || code === null ? null : { email, name, code },
    })),
    effects: effectRows.map((row) => ({ idempotencyKey: row.idempotency_key, accountId: row.account_id, kind: row.kind, outcome: row.outcome, at: Number(row.at) })),
    messages: messageRows.map((row) => ({
      idempotencyKey: row.idempotency_key,
      accountId: row.account_id,
      template: row.template,
      sequence: row.sequence,
      messageId: row.message_id,
      sentAt: Number(row.sent_at),
    })),
  };
}

/** What a batch changes. */
export interface AccountChanges {
  readonly created: readonly Account[];
  readonly updated: readonly Account[];
  readonly effects: readonly Effect[];
  readonly messages: readonly Message[];
}

/** Sends a batch's changes, one statement a table. */
export function writeAccounts(db: Queryable, { created, updated, effects, messages }: AccountChanges): void {
  if (created.length > 0) db.write(INSERT_ACCOUNTS, accountColumns(created));
  if (updated.length > 0) db.write(UPDATE_ACCOUNTS, accountColumns(updated));
  if (effects.length > 0) db.write(INSERT_EFFECTS, effectColumns(effects));
  if (messages.length > 0) db.write(INSERT_MESSAGES, messageColumns(messages));
}

function accountColumns(accounts: readonly Account[]): unknown[] {
  return [
    accounts.map((a) => a.accountId),
    accounts.map((a) => a.state),
    accounts.map((a) => a.owner?.email ?? null),
    accounts.map((a) => a.owner?.name ?? null),
    accounts.map((a) => a.owner?.code ?? null),
  ];
}

function effectColumns(effects: readonly Effect[]): unknown[] {
  return [
    effects.map((e) => e.idempotencyKey),
    effects.map((e) => e.accountId),
    effects.map((e) => e.kind),
    effects.map((e) => e.outcome),
    effects.map((e) => e.at),
  ];
}

function messageColumns(messages: readonly Message[]): unknown[] {
  return [
    messages.map((m) => m.idempotencyKey),
    messages.map((m) => m.accountId),
    messages.map((m) => m.template),
    messages.map((m) => m.sequence),
    messages.map((m) => m.messageId),
    messages.map((m) => m.sentAt),
  ];
}
