import pg from 'pg';
import { ParticipantError } from '../errors.js';
import { AnswerWatch } from './answer-watch.js';
import { Transaction } from './transaction.js';

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`: PostgreSQL itself, or a pooler in session mode (the relay holds an advisory lock). */
  readonly url: string;
  /** PostgreSQL schema of the service; its own tables and the library's live there. */
  readonly schema: string;
  /** Connections at most. Default 8: one a partition that is worked on at once, and one of the relay. */
  readonly connectionsMax?: number;
  /**
   * The group's session timeout; locks, idle transactions, and connections that answer nothing end well before it, so that an owner
   * that hangs cannot hold up the next one (R8). Default 6000.
   */
  readonly sessionTimeoutMs?: number;
}

/** The service's PostgreSQL. */
export class Database {
  readonly schema: string;
  readonly #pool: pg.Pool;
  readonly #begin: string;
  readonly #sessionTimeoutMs: number;

  constructor(options: DatabaseOptions) {
    if (!/^[a-z][a-z0-9_]*$/.test(options.schema)) throw new TypeError(`"${options.schema}" cannot be a schema's name: use a-z, 0-9 and _.`);
    const sessionTimeoutMs = options.sessionTimeoutMs ?? 6000;
    this.schema = options.schema;
    this.#sessionTimeoutMs = sessionTimeoutMs;
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.connectionsMax ?? 8,
      connectionTimeoutMillis: 5000,
      application_name: `onward-${options.schema}`,
      pipeline: true,
      keepAlive: true,
      keepAliveInitialDelayMillis: 5000,
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
    const tx = new Transaction(client, this.#watch(client));
    try {
      return await this.#within(tx, work);
    } finally {
      client.release(tx.spoiled);
    }
  }

  /**
   * A connection of its own, for what lasts (an advisory lock). Closed, not pooled, when released, and by PostgreSQL when nothing was
   * asked on it for a session timeout: what it holds does not outlive an owner that hangs or has vanished without a reset.
   */
  async dedicated(): Promise<DedicatedConnection> {
    const client = await this.#connect();
    try {
      await this.#watch(client).watch(client.query(`SET idle_session_timeout = ${this.#sessionTimeoutMs}`));
    } catch (cause) {
      client.release(true);
      throw databaseUnavailable(cause);
    }
    return new DedicatedConnection(client, (work) => this.#within(new Transaction(client, this.#watch(client)), work));
  }

  /** Resolves when the database answers. */
  async ping(): Promise<void> {
    await this.transaction(async () => undefined);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #within<T>(tx: Transaction, work: (tx: Transaction) => Promise<T>): Promise<T> {
    tx.begin(this.#begin);
    try {
      const result = await work(tx);
      tx.end();
      await tx.commit();
      return result;
    } catch (error) {
      tx.end();
      await tx.rollback();
      if (tx.unavailable !== undefined) throw databaseUnavailable(tx.unavailable);
      throw error;
    }
  }

  #watch(client: pg.PoolClient): AnswerWatch {
    return new AnswerWatch(client, Math.floor((this.#sessionTimeoutMs * 3) / 4));
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
