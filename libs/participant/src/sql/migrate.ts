import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ParticipantError } from '../errors.js';
import type { Database } from './database.js';
import { sql } from './statement.js';

const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS onward_migration (
  name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`;
const LOCK = sql('onward.migrate.lock', `SELECT pg_advisory_xact_lock(hashtextextended('onward_migration:' || $1, 0))`);
const SCHEMA_EXISTS = sql('onward.migrate.schema', 'SELECT to_regnamespace($1) IS NOT NULL AS found');
const APPLIED = sql('onward.migrate.applied', 'SELECT name, sha256 FROM onward_migration');
const RECORD = sql('onward.migrate.record', 'INSERT INTO onward_migration (name, sha256) VALUES ($1, $2)');

/** The library's own tables. */
const LIBRARY_MIGRATIONS = fileURLToPath(new URL('../../migrations/', import.meta.url));

/**
 * Brings the service's schema up to date: the library's migrations, then those of each folder, `*.sql` by name, each once, all in
 * one transaction. Instances that start together take turns.
 * @returns the names of those that were run
 * @throws ParticipantError `PARTICIPANT_MIGRATION_CHANGED` when a file was edited after it had run
 */
export async function migrate(database: Database, ...folders: readonly string[]): Promise<string[]> {
  const migrations = (await Promise.all([LIBRARY_MIGRATIONS, ...folders].map(readMigrations))).flat();
  return database.transaction(async (tx) => {
    await tx.query(LOCK, [database.schema]);
    // Asked first: CREATE SCHEMA IF NOT EXISTS needs the right to create one even where it is there.
    const [schema] = await tx.query<{ found: boolean }>(SCHEMA_EXISTS, [database.schema]);
    if (!schema?.found) await tx.script(`CREATE SCHEMA ${database.schema}`);
    await tx.script(CREATE_TABLE);
    const applied = new Map((await tx.query<{ name: string; sha256: string }>(APPLIED)).map((row) => [row.name, row.sha256]));
    const run: string[] = [];
    for (const { name, text, sha256 } of migrations) {
      const known = applied.get(name);
      if (known === sha256) continue;
      if (known !== undefined) {
        throw new ParticipantError('PARTICIPANT_MIGRATION_CHANGED', `The migration ${name} has run on this database with another text. Restore the file and put the change into a new one.`);
      }
      await tx.script(text);
      await tx.query(RECORD, [name, sha256]);
      run.push(name);
    }
    return run;
  });
}

async function readMigrations(folder: string): Promise<{ name: string; text: string; sha256: string }[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8');
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') };
    }),
  );
}
