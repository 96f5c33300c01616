import pg from 'pg';
import { ParticipantError } from '../errors.js';
import { isUnavailable } from './sql-error.js';
import { Transaction } from './transaction.js';

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`: PostgreSQL itself, or a pooler in session mode (the relay holds an advisory lock). */
  readonly url: string;
  /** PostgreSQL schema of the service; its own tables and the library's live there. */
  readonly schema: string;
  /** Connections at most. Default 8: one a partition that is worked on at once, and one of the relay. */
  readonly connectionsMax?: number;
  /** The group's session timeout; locks and idle transactions end well before it, so that an owner that hangs cannot hold up the next one (R8). Default 6000. */
  readonly sessionTimeoutMs?: number;
}

/** The service's PostgreSQL. */
export class Database {
  readonly schema: string;
  readonly #pool: pg.Pool;
  readonly #begin: string;

  constructor(options: DatabaseOptions) {
    if (!/^[a-z][a-z0-9_]*$/.test(options.schema)) throw new TypeError(`"${options.schema}" cannot be a schema's name: use a-z, 0-9 and _.`);
    const sessionTimeoutMs = options.sessionTimeoutMs ?? 6000;
    this.schema = options.schema;
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.connectionsMax ?? 8,
      connectionTimeoutMillis: 5000,
      application_name: `onward-${options.schema}`,
      pipeline: true,
    });
    // A connection that breaks is replaced at its next use; whoever uses it now is told by the query.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
    // In the transaction rather than in the session, so that poolers that hand sessions around do no harm.
    this.#begin =
      `BEGIN; SET LOCAL search_path = ${options.schema}; SET LOCAL lock_timeout = ${Math.floor(sessionTimeoutMs / 4)}; ` +
      `SET LOCAL idle_in_transaction_session_timeout = ${Math.floor(sessionTimeoutMs / 2)}`;
  }

  /**
   * Runs work in a transaction (READ COMMITTED) and commits it; rolls back what throws.
   * @throws ParticipantError `PARTICIPANT_DATABASE_UNAVAILABLE` when the database is away; a commit may then have happened or not.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    try {
      return await this.#inTransaction(client, work);
    } finally {
      client.release();
    }
  }

  /**
   * A connection of its own, for what lasts (an advisory lock). Closed, not pooled, when released.
   */
  async dedicated(): Promise<DedicatedConnection> {
    const client = await this.#connect();
    return new DedicatedConnection(client, (work) => this.#inTransaction(client, work));
  }

  /** Resolves when the database answers. */
  async ping(): Promise<void> {
    await this.transaction(async () => undefined);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #inTransaction<T>(client: pg.PoolClient, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tx = new Transaction(client);
    const begin = client.query(this.#begin);
    tx.later(begin);
    try {
      const result = await work(tx);
      tx.end();
      await tx.commit();
      return result;
    } catch (error) {
      tx.end();
      // Ends a transaction that is still open; answered with a warning where none is. A broken connection is noticed here too.
      await client.query('ROLLBACK').catch((cause: unknown) => (tx.unavailable ??= cause));
      const unavailable = tx.unavailable ?? (await begin.then(() => undefined, (cause: unknown) => cause));
      if (unavailable !== undefined && isUnavailable(unavailable)) throw databaseUnavailable(unavailable);
      throw error;
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (cause) {
      throw databaseUnavailable(cause);
    }
  }
}

/** One connection held for long. */
export class DedicatedConnection {
  constructor(
    private readonly client: pg.PoolClient,
    /** As {@link Database.transaction}, on this connection. */
    readonly transaction: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>,
  ) {}

  /** Closes the connection, and with it everything the session held. */
  release(): void {
    this.client.release(true);
  }
}

function databaseUnavailable(cause: unknown): ParticipantError {
  return new ParticipantError(
    'PARTICIPANT_DATABASE_UNAVAILABLE',
    `PostgreSQL cannot be worked with: ${cause instanceof Error ? cause.message : String(cause)}. Check that it runs and that ONWARD_DATABASE_URL is right; nothing is lost, the batch is tried again.`,
    { cause },
  );
}
