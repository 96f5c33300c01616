/** An SQL statement with a name, parsed once a connection. Make each with {@link sql}, at module level. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

const names = new Set<string>();

/** Declares a prepared statement. @throws Error when the name is taken: two texts under one name would answer each other's queries. */
export function sql(name: string, text: string): Statement {
  if (names.has(name)) throw new Error(`There is already a statement named ${name}.`);
  names.add(name);
  return { name, text };
}

/** Where a handler puts its queries: the connection of the batch's transaction. */
export interface Queryable {
  /**
   * Runs a statement in the transaction. Queries go out as they are asked, answers come in the same order: ask independent ones
   * together (`Promise.all`) and they cost one round trip.
   */
  query<Row>(statement: Statement, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Sends a statement whose answer nobody needs: it costs no round trip. When it fails, so does the batch, and is redone command by command. */
  write(statement: Statement, values: readonly unknown[]): void;
}
