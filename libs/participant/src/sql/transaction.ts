import type pg from 'pg';
import { ParticipantError } from '../errors.js';
import type { AnswerWatch } from './answer-watch.js';
import { isUnavailable } from './sql-error.js';
import type { Queryable, Statement } from './statement.js';

/** One open transaction. Its queries are pipelined: they are sent as they are asked. */
export class Transaction implements Queryable {
  /** The first error that says the database itself is away; then nothing a handler threw counts. */
  unavailable: unknown;
  readonly #writes: Promise<unknown>[] = [];
  #ended = false;

  constructor(
    private readonly client: pg.PoolClient,
    private readonly answers: AnswerWatch,
  ) {}

  /** Sends what the transaction begins with, without waiting for it. */
  begin(text: string): void {
    this.later(
      this.#ask(text).catch((error: unknown) => {
        if (isUnavailable(error)) this.unavailable ??= error;
        throw error;
      }),
    );
  }

  async query<Row>(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    // The connection may be in another transaction by now, and a handler that did not wait for all of its queries would write into that.
    if (this.#ended) throw new ParticipantError('PARTICIPANT_TRANSACTION_LOST', `The statement ${statement.name} came after its transaction had ended: a handler must wait for its queries.`);
    try {
      const { rows } = await this.#ask({ name: statement.name, text: statement.text, values: values as unknown[] });
      return rows as Row[];
    } catch (error) {
      if (isUnavailable(error)) this.unavailable ??= error;
      throw error;
    }
  }

  /** Runs SQL text as it is, several statements too. For migrations: it may take as long as it takes. */
  async script(text: string): Promise<void> {
    await this.client.query(text);
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

  /** Ends a transaction that is still open; answered with a warning where none is. A broken connection is noticed here too. */
  async rollback(): Promise<void> {
    await this.#ask('ROLLBACK').catch((cause: unknown) => (this.unavailable ??= cause));
  }

  #ask(query: string | pg.QueryConfig): Promise<pg.QueryResult> {
    return this.answers.watch(this.client.query(query));
  }
}
