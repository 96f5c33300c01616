import type pg from 'pg';

/**
 * Cuts a connection that owes answers and gives none. A database that vanishes without a reset would else be waited for as long as TCP
 * waits, which may be for ever.
 *
 * Every answer is a sign of life: what counts is the silence, not how long the last of many pipelined queries has to wait.
 */
export class AnswerWatch {
  #owed = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly client: pg.PoolClient,
    private readonly silenceMaxMs: number,
  ) {}

  /** Watches over a query that has been sent; it rejects, as do all others of the connection, when the connection is cut. */
  watch<T>(answer: Promise<T>): Promise<T> {
    this.#owed += 1;
    this.#timer ??= setTimeout(() => this.#cut(), this.silenceMaxMs);
    answer.then(this.#settled, this.#settled);
    return answer;
  }

  readonly #settled = (): void => {
    this.#owed -= 1;
    if (this.#owed > 0) {
      this.#timer?.refresh();
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
  };

  #cut(): void {
    this.client.connection.stream.destroy(new Error(`PostgreSQL has answered nothing for ${this.silenceMaxMs} ms; the connection was cut`));
  }
}
