import type pg from 'pg';
import { ParticipantError } from '../errors.js';
import type { AnswerWatch } from './answer-watch.js';
import { isUnavailable, sqlStateOf } from './sql-error.js';
import type { Queryable, Statement } from './statement.js';

/** One open transaction. Its queries are pipelined: they are sent as they are asked. */
export class Transaction implements Queryable {
  /** The first error that says the database itself is away; then nothing a handler threw counts. */
  unavailable: unknown;
  readonly #writes: Promise<unknown>[] = [];
  /** The first error that PostgreSQL did not answer: the connection's end, or a value that cannot be sent. */
  #unanswered: unknown;
  #ended = false;

  constructor(
    private readonly client: pg.PoolClient,
    private readonly answers: AnswerWatch,
  ) {}

  /**
   * Whether the connection cannot be used any more. It is broken, or the driver could not send a query's values: it takes that query's
   * statement for prepared then, which it is not.
   */
  get spoiled(): boolean {
    return this.#unanswered !== undefined;
  }

  /** Sends what the transaction begins with, without waiting for it. */
  begin(text: string): void {
    this.later(this.#ask(text));
  }

  async query<Row>(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    // The connection may be in another transaction by now, and a handler that did not wait for all of its queries would write into that.
    if (this.#ended) throw new ParticipantError('PARTICIPANT_TRANSACTION_LOST', `The statement ${statement.name} came after its transaction had ended: a handler must wait for its queries.`);
    const { rows } = await this.#ask({ name: statement.name, text: statement.text, values: values as unknown[] });
    return rows as Row[];
  }

  /** Runs SQL text as it is, several statements too. For migrations: it may take as long as it takes. */
  async script(text: string): Promise<void> {
    await this.client.query(text).catch((error: unknown) => this.#failed(error));
  }

  write(statement: Statement, values: readonly unknown[]): void {
    this.later(this.query(statement, values));
  }

  /** Work that must have ended well for the commit to count. */
  later(work: Promise<unknown>): void {
    work.catch(() => undefined);
    this.#writes.push(work);
  }

  /** Nothing can be asked from now on. */
  end(): void {
    this.#ended = true;
  }

  /** Sends COMMIT behind the pending writes, without waiting for them, and waits for all. A failed write turns the COMMIT into a rollback. */
  async commit(): Promise<void> {
    // A value that the driver cannot send it refuses when it is asked, before this tick; PostgreSQL never hears of it and would commit the rest.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    if (this.#unanswered !== undefined) throw this.#unanswered;
    const commit = this.#ask('COMMIT');
    commit.catch(() => undefined);
    await Promise.all(this.#writes);
    const { command } = await commit;
    if (command !== 'COMMIT') {
      throw new ParticipantError(
        'PARTICIPANT_TRANSACTION_LOST',
        'The transaction was rolled back where a commit was asked for: a handler went on after a query of it had failed. Let query errors pass out of the handler.',
      );
    }
  }

  /** Ends a transaction that is still open; answered with a warning where none is. Where it is not answered, the connection is broken. */
  async rollback(): Promise<void> {
    await this.#ask('ROLLBACK').catch((cause: unknown) => (this.unavailable ??= this.#unanswered ?? cause));
  }

  #ask(query: string | pg.QueryConfig): Promise<pg.QueryResult> {
    return this.answers.watch(this.client.query(query)).catch((error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): never {
    if (isUnavailable(error)) this.unavailable ??= error;
    else if (sqlStateOf(error) === undefined) this.#unanswered ??= error;
    throw error;
  }
}
