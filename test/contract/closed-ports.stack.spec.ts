import { connect } from 'node:net';
import { KafkaCluster, type KafkaOptions } from '@onward/kafka';
import pg from 'pg';
import { testStack } from '../support/stack.js';

const stack = testStack();

describe('the broker', () => {
  const clientListener = stack.brokers[0]!;
  const credentials = stack.principals['client']!;

  it.each<[string, string, KafkaOptions['sasl'] | undefined]>([
    ['the client listener, without credentials', clientListener, undefined],
    ['the client listener, with a wrong password', clientListener, { mechanism: 'scram-sha-512', username: 'client', password: 'wrong' }],
    ['the client listener, with a name nobody has', clientListener, { mechanism: 'scram-sha-512', username: 'nobody', password: credentials.password }],
    ['the client listener, with a mechanism that would show the password', clientListener, { mechanism: 'plain', ...credentials }],
    ['the controller listener, without credentials', stack.controller, undefined],
    ['the controller listener, with a principal of the client listener', stack.controller, { mechanism: 'plain', ...credentials }],
    ['the controller listener, with the administrator of the client listener', stack.controller, { mechanism: 'scram-sha-512', ...stack.principals['admin']! }],
  ])('%s: refused', async (_, broker, sasl) => {
    await expect(connectTo({ brokers: [broker], clientId: 'test', ...(sasl === undefined ? {} : { sasl }) })).rejects.toThrow();
  });

  it('the client listener, with a principal and its password: let in', async () => {
    await expect(connectTo(stack.kafka('client'))).resolves.toBeUndefined();
  });

  async function connectTo(options: KafkaOptions): Promise<void> {
    const cluster = await KafkaCluster.connect(options, { connectTimeoutMs: 2_000, requestTimeoutMs: 2_000 });
    cluster.disconnect();
  }
});

describe('the registry', () => {
  const { origin } = new URL(stack.registryUrl);
  const paths = ['/', '/apis', '/apis/ccompat/v7/subjects', '/apis/registry/v3/groups', '/apis/registry/v3/system/info', '/health', '/health/ready', '/metrics', '/api-specifications/', '/q/metrics'];
  const status = async (path: string, headers: Record<string, string>): Promise<number> => {
    const response = await fetch(`${origin}${path}`, { headers, redirect: 'manual' });
    await response.body?.cancel();
    return response.status;
  };
  const basic = (username: string, password: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` });

  it.each(paths)('%s without credentials: refused', async (path) => {
    expect(await status(path, {})).toBe(401);
    expect(await status(path, basic(stack.registry.username, 'wrong'))).toBe(401);
  });

  it('a new schema without credentials: refused', async () => {
    const response = await fetch(`${stack.registryUrl}/subjects/${stack.unique('forbidden')}/versions`, { method: 'POST', body: '{"schema":"\\"string\\""}', headers: { 'content-type': 'application/json' } });
    expect(response.status).toBe(401);
  });

  it('with its user and password: answers', async () => {
    expect(await status('/apis/ccompat/v7/subjects', basic(stack.registry.username, stack.registry.password))).toBe(200);
  });
});

describe('PostgreSQL', () => {
  const address = new URL(stack.adminDatabaseUrl);
  const databases = Object.entries(stack.databases);

  it.each(['onward_admin', 'postgres', ...databases.map(([name]) => name)])('as %s without a password: asked for one by SCRAM', async (user) => {
    expect(await firstAnswer(Number(address.port), user)).toEqual({ type: 'R', authentication: 10 });
  });

  it('with a wrong password: refused', async () => {
    await expect(query(withPassword(stack.adminDatabaseUrl, 'wrong'), 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  it.each(databases.flatMap(([name, url]) => [...databases.map(([other]) => other), 'postgres', 'template1'].filter((other) => other !== name).map((other) => [name, other, url] as const)))(
    '%s may not enter the database %s',
    async (_, other, url) => {
      const elsewhere = new URL(url);
      elsewhere.pathname = `/${other}`;
      await expect(query(elsewhere.href, 'SELECT 1')).rejects.toThrow(/permission denied for database/);
    },
  );

  it.each(databases)('%s owns its own database and is no superuser', async (_, url) => {
    const rows = await query(url, 'CREATE SCHEMA rights_test; DROP SCHEMA rights_test; SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user');
    expect(rows).toEqual([{ rolsuper: false, rolcreaterole: false, rolcreatedb: false }]);
  });

  async function query(url: string, sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      const result = (await client.query(sql)) as pg.QueryResult | pg.QueryResult[];
      return (Array.isArray(result) ? result.at(-1)! : result).rows as unknown[];
    } finally {
      await client.end();
    }
  }

  function withPassword(url: string, password: string): string {
    const changed = new URL(url);
    changed.password = password;
    return changed.href;
  }

  /** Sends a startup message of protocol 3.0 and reads the first message of the answer (PostgreSQL documentation, "Message Formats"). */
  function firstAnswer(port: number, user: string): Promise<{ type: string; authentication: number }> {
    const parameters = Buffer.from(`user\0${user}\0database\0postgres\0\0`);
    const head = Buffer.alloc(8);
    head.writeInt32BE(parameters.length + 8, 0);
    head.writeInt32BE(3 << 16, 4);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('error', reject);
      socket.once('data', (data: Buffer) => {
        socket.destroy();
        resolve({ type: data.toString('latin1', 0, 1), authentication: data.readInt32BE(5) });
      });
      socket.write(Buffer.concat([head, parameters]));
    });
  }
});
