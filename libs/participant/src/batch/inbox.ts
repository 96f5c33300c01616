import { UnacceptableCommand, type ReceivedCommand } from '../command/received-command.js';
import { sql, type Queryable } from '../sql/statement.js';
import type { Transaction } from '../sql/transaction.js';
import type { Answer, Outcome, StoredAnswer } from './answer.js';

const LOAD = sql(
  'onward.inbox.load',
  `SELECT idempotency_key, attempt, command_schema_id, command_sha256, outcome, reply_type, reply_value, reply_time
   FROM onward_inbox WHERE idempotency_key = ANY($1::text[])`,
);
const STORE = sql(
  'onward.inbox.store',
  `INSERT INTO onward_inbox (idempotency_key, attempt, command_schema_id, command_sha256, outcome, reply_type, reply_value, reply_time)
   SELECT * FROM unnest($1::text[], $2::integer[], $3::integer[], $4::bytea[], $5::text[], $6::text[], $7::bytea[], $8::bigint[])`,
);

interface Row {
  idempotency_key: string;
  attempt: number;
  command_schema_id: number;
  command_sha256: Buffer;
  outcome: Outcome;
  reply_type: string;
  reply_value: Buffer;
  reply_time: string;
}

/** The answers to a batch's commands, given earlier or in this transaction. */
export class Inbox {
  readonly #known = new Map<string, StoredAnswer>();
  readonly #fresh: StoredAnswer[] = [];

  private constructor() {}

  /** Loads what is stored for these commands. */
  static async load(db: Queryable, commands: readonly ReceivedCommand[]): Promise<Inbox> {
    const inbox = new Inbox();
    const rows = await db.query<Row>(LOAD, [[...new Set(commands.map((c) => c.idempotencyKey))]]);
    for (const row of rows) {
      inbox.#remember({
        idempotencyKey: row.idempotency_key,
        attempt: row.attempt,
        commandSchemaId: row.command_schema_id,
        commandSha256: row.command_sha256,
        outcome: row.outcome,
        replyType: row.reply_type,
        value: row.reply_value,
        time: Number(row.reply_time),
      });
    }
    return inbox;
  }

  /**
   * The answer this command has had: a final one whatever the attempt, a failure only for the same attempt.
   * @throws UnacceptableCommand `IDEMPOTENCY_KEY_REUSED` when the key was answered for another command. Rejecting it would be a
   *   second, contradicting answer under one key, so it goes to quarantine.
   */
  find(command: ReceivedCommand): Answer | undefined {
    const found = this.#known.get(keyOf(command.idempotencyKey, 0)) ?? this.#known.get(keyOf(command.idempotencyKey, command.attempt));
    // Other bytes under another schema may be the same command, sent again after an upgrade.
    if (found !== undefined && found.commandSchemaId === command.schemaId && !found.commandSha256.equals(command.sha256)) {
      throw new UnacceptableCommand('IDEMPOTENCY_KEY_REUSED', `The key ${command.idempotencyKey} was used for another command before; each command needs its own.`);
    }
    return found;
  }

  add(command: ReceivedCommand, answer: Answer): void {
    const stored: StoredAnswer = {
      ...answer,
      idempotencyKey: command.idempotencyKey,
      attempt: answer.outcome === 'failed' ? command.attempt : 0,
      commandSchemaId: command.schemaId,
      commandSha256: command.sha256,
    };
    this.#remember(stored);
    this.#fresh.push(stored);
  }

  /** Stores what was added, in one statement, ahead of the commit. */
  store(tx: Transaction): void {
    const rows = this.#fresh;
    if (rows.length === 0) return;
    tx.write(STORE, [
      rows.map((r) => r.idempotencyKey),
      rows.map((r) => r.attempt),
      rows.map((r) => r.commandSchemaId),
      rows.map((r) => r.commandSha256),
      rows.map((r) => r.outcome),
      rows.map((r) => r.replyType),
      rows.map((r) => r.value),
      rows.map((r) => r.time),
    ]);
  }

  #remember(answer: StoredAnswer): void {
    this.#known.set(keyOf(answer.idempotencyKey, answer.attempt), answer);
  }
}

function keyOf(idempotencyKey: string, attempt: number): string {
  return `${attempt}:${idempotencyKey}`;
}
