import { jest } from '@jest/globals';
import pg from 'pg';
import { until } from '../../../../test/support/kafka-fixture.js';
import { SilentProxy } from '../../../../test/support/silent-proxy.js';
import { testStack } from '../../../../test/support/stack.js';
import { AuditIndex, type LogPosition } from './audit-index.js';

jest.setTimeout(60_000);

describe('the audit index', () => {
  it('goes on when PostgreSQL was silent for a while', async () => {
    const stack = testStack();
    const schema = `test_${stack.unique('index').replaceAll('-', '_')}`;
    const rows = new pg.Pool({ connectionString: stack.databases['audit'] as string, max: 1 });
    await rows.query(`create schema ${schema}`);
    const { proxy, url } = await SilentProxy.before(stack.databases['audit'] as string);
    const own = new URL(url);
    own.searchParams.set('options', `-c search_path=${schema}`);
    const index = await AuditIndex.open(own.href, () => undefined);
    try {
      const start: LogPosition = { topicId: 't', nextOffset: 0n };
      await index.restart(start);
      proxy.silence();
      await expect(index.append([{ sequence: 1, sagaId: 's', value: Buffer.from('1') }], start, 1n)).rejects.toThrow('timeout');
      proxy.heal();
      expect(await until(() => index.append([{ sequence: 1, sagaId: 's', value: Buffer.from('1') }], start, 1n).catch(() => undefined), 'the entry to be taken')).toBe(true);
      expect((await index.trail('s', 0, 10)).map(({ sequence }) => sequence)).toEqual([1]);
    } finally {
      await proxy.close();
      await index.close();
      await rows.query(`drop schema ${schema} cascade`);
      await rows.end();
    }
  });
});
