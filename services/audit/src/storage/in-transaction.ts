import pg from 'pg';

/** Runs work in a transaction and commits it; rolls back what throws. */
export async function inTransaction<T>(pool: pg.Pool, act: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await act(client);
    await client.query('commit');
    return result;
  } catch (error) {
    // A connection that gave no answer is not asked for a rollback: its end is one.
    if (error instanceof pg.DatabaseError) await client.query('rollback').catch((cause: Error) => (broken = cause));
    else broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}
