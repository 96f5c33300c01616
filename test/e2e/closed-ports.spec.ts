import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { Suite } from './support/suite.js';

/** What anybody may ask a service without a token: whether it lives. */
const OPEN_PATHS = ['/health/live', '/health/ready'];
const CLOSED_PATHS = ['/', '/metrics', '/health', '/audit/sagas/x', '/sagas', '/nothing'];

describe('the ports of a running suite', () => {
  let suite: Suite;
  beforeAll(async () => {
    suite = await Suite.start();
  }, 180_000);
  afterAll(() => suite.stop(), 60_000);

  it('are the known ones, each on the loopback address', () => {
    const { brokers, controller, registryUrl, adminDatabaseUrl, http, pids } = suite.stack.coordinates;
    const known = [...brokers, controller, ...[registryUrl, adminDatabaseUrl, ...Object.values(http)].map((url) => new URL(url).host)];
    const listening = Object.values(pids).flatMap(listenersOf);
    expect(listening.map(({ port }) => `127.0.0.1:${port}`).sort()).toEqual(known.sort());
    for (const { address } of listening) expect(LOOPBACK).toContain(address);
  });

  it('of the services answer nobody without a token, health aside', async () => {
    const found: string[] = [];
    for (const [name, url] of Object.entries(suite.stack.coordinates.http)) {
      for (const path of OPEN_PATHS) expect([name, path, await status(`${url}${path}`)]).toEqual([name, path, 200]);
      for (const path of CLOSED_PATHS) {
        for (const [how, headers] of Object.entries(withoutRight(suite))) {
          const answer = await status(`${url}${path}`, headers);
          if (answer !== 401 && answer !== 404) found.push(`${name} ${path} ${how}: ${answer}`);
        }
      }
      expect([name, await status(`${url}/metrics`)]).toEqual([name, 401]);
      expect([name, await status(`${url}/metrics`, bearer(suite.stack.coordinates.tokens['viewer']!))]).toEqual([name, 200]);
    }
    expect(found).toEqual([]);
  });
});

/** Addresses as /proc/net/tcp and tcp6 write them: 127.0.0.1, and the same mapped into IPv6 (Java's sockets). */
const LOOPBACK = ['0100007F', '0000000000000000FFFF00000100007F'];
const STATE_LISTEN = '0A';

/** The sockets a process listens on (proc(5)): its file descriptors name inodes, which the socket tables list. */
function listenersOf(pid: number): { readonly address: string; readonly port: number }[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === STATE_LISTEN && inodes.has(fields[9]!))
      .map((fields) => {
        const [address, port] = fields[1]!.split(':');
        return { address: address!, port: Number.parseInt(port!, 16) };
      }),
  );
}

function withoutRight(suite: Suite): Record<string, Record<string, string>> {
  const { tokens, principals } = suite.stack.coordinates;
  const [head, , signature] = tokens['operator']!.split('.');
  const forged = Buffer.from(JSON.stringify({ sub: 'x', aud: 'onward', roles: ['operator', 'auditor', 'viewer'], exp: 9_999_999_999 })).toString('base64url');
  const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${forged}.`;
  return {
    'without a token': {},
    'with a token whose claims were changed': bearer(`${head}.${forged}.${signature}`),
    'with a token that nobody signed': bearer(unsigned),
    'with a password of Kafka': { authorization: `Basic ${Buffer.from(`operator:${principals['operator']!.password}`).toString('base64')}` },
  };
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

async function status(url: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(url, { headers, redirect: 'manual' });
  await response.body?.cancel();
  return response.status;
}
