import type { Pool } from 'pg';
import { inTransaction } from './in-transaction.js';
import { MIGRATIONS } from './migrations.js';

/** Any number: the same for all that migrate this database. */
const MIGRATION_LOCK = 4_711_001;

/** Brings the database to the last migration, one process at a time. */
export async function migrate(pool: Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query('create table if not exists schema_migration (version int primary key, applied_at timestamptz not null default now())');
    const { rows } = await client.query<{ version: number }>('select coalesce(max(version), 0) as version from schema_migration');
    for (let version = (rows[0]?.version ?? 0) + 1; version <= MIGRATIONS.length; version++) {
      await client.query(MIGRATIONS[version - 1] as string);
      await client.query('insert into schema_migration (version) values ($1)', [version]);
    }
  });
}
