import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testStack } from '../../../../test/support/stack.js';
import { Database } from './database.js';
import { migrate } from './migrate.js';

jest.setTimeout(60_000);

describe('migrations', () => {
  let folder: string;
  let database: Database;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'onward-'));
    database = new Database({ url: testStack().databases['payment'] as string, schema: `test_${randomUUID().replaceAll('-', '').slice(0, 12)}` });
    await writeFile(join(folder, '0001-a.sql'), 'CREATE TABLE a (n integer);');
  });
  afterEach(async () => {
    await database.transaction((tx) => tx.script(`DROP SCHEMA IF EXISTS ${database.schema} CASCADE`));
    await database.close();
    await rm(folder, { recursive: true });
  });

  it('run once each, in the order of their names, also when instances start together', async () => {
    const runs = await Promise.all([migrate(database, folder), migrate(database, folder), migrate(database, folder)]);
    expect(runs.flat()).toEqual(['0001-onward-participant.sql', '0001-a.sql']);
    await writeFile(join(folder, '0002-b.sql'), 'ALTER TABLE a ADD COLUMN m integer;');
    expect(await migrate(database, folder)).toEqual(['0002-b.sql']);
  });

  it('leave nothing behind when one fails', async () => {
    await writeFile(join(folder, '0002-b.sql'), 'ALTER TABLE missing ADD COLUMN m integer;');
    await expect(migrate(database, folder)).rejects.toThrow('missing');
    await rm(join(folder, '0002-b.sql'));
    expect(await migrate(database, folder)).toContain('0001-a.sql');
  });

  it('refuse a file that was changed after it had run', async () => {
    await migrate(database, folder);
    await writeFile(join(folder, '0001-a.sql'), 'CREATE TABLE a (n bigint);');
    await expect(migrate(database, folder)).rejects.toMatchObject({ code: 'PARTICIPANT_MIGRATION_CHANGED' });
  });
});
