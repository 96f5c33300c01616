import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Layout } from './layout.js';
import type { ProcessSpec } from './managed-process.js';
import type { Ports } from './ports.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { identityFor, runAs, type Identity } from './postgres-identity.js';
import type { Secrets } from './secrets.js';
import { toolFailure } from './tool-failure.js';
import { waitUntil } from './wait-until.js';

const READY_TIMEOUT_MS = 30_000;
const ADMIN_ROLE = 'onward_admin';

/** What the database server is made from. */
export interface PostgresParts {
  readonly binaries: PostgresBinaries;
  readonly layout: Layout;
  readonly ports: Ports;
  readonly secrets: Secrets;
}

/** The address of one service's database, with its role and password. */
export function databaseUrl({ ports, secrets }: Pick<PostgresParts, 'ports' | 'secrets'>, name: string): string {
  return `postgres://${name}:${secrets.databases[name]}@127.0.0.1:${ports.postgres}/${name}`;
}

/** The address of the maintenance database, as the role that may do everything. */
export function adminDatabaseUrl({ ports, secrets }: Pick<PostgresParts, 'ports' | 'secrets'>): string {
  return `postgres://${ADMIN_ROLE}:${secrets.postgresPassword}@127.0.0.1:${ports.postgres}/postgres`;
}

/**
 * Makes the cluster if there is none, and a role with a database of its own for each name that has none. Both are done without the
 * server: it never listens before everyone has a password.
 */
export async function preparePostgres(parts: PostgresParts): Promise<void> {
  const { layout, secrets } = parts;
  const identity = await identityFor([parts.binaries.postgres, layout.postgresDir]);
  await mkdir(layout.postgresDir, { recursive: true, mode: 0o700 });
  if (identity !== undefined) await chown(layout.postgresDir, identity.uid, identity.gid);
  await endOfEarlierServer(dataDir(layout));
  if (!existsSync(dataDir(layout))) await initialise(parts, identity);
  const listFile = join(layout.postgresDir, 'databases.json');
  const made = existsSync(listFile) ? (JSON.parse(await readFile(listFile, 'utf8')) as string[]) : [];
  const missing = Object.keys(secrets.databases).filter((name) => !made.includes(name));
  if (missing.length === 0) return;
  const first = made.length === 0 ? ['REVOKE ALL ON DATABASE postgres FROM PUBLIC', 'REVOKE ALL ON DATABASE template1 FROM PUBLIC'] : [];
  await inSingleUserMode(parts, identity, [...first, ...missing.flatMap((name) => roleAndDatabase(name, secrets.databases[name]!))]);
  await writeFile(listFile, JSON.stringify([...made, ...missing]));
}

export async function postgresProcess(parts: PostgresParts): Promise<ProcessSpec> {
  const { binaries, layout, ports } = parts;
  const identity = await identityFor([binaries.postgres, layout.postgresDir]);
  const settings = ['listen_addresses=127.0.0.1', `port=${ports.postgres}`, 'unix_socket_directories=', 'password_encryption=scram-sha-256', 'max_connections=200'];
  const pidFile = join(dataDir(layout), 'postmaster.pid');
  return {
    name: 'postgres',
    ...runAs(identity, binaries.postgres, ['-D', dataDir(layout), ...settings.flatMap((setting) => ['-c', setting])]),
    cwd: '/',
    env: environment(),
    logFile: join(layout.logsDir, 'postgres.log'),
    // "Fast shutdown": does not wait for clients to leave.
    stopSignal: 'SIGINT',
    beforeStart: () => endOfEarlierServer(dataDir(layout)),
    waitReady: (signal, pid) =>
      waitUntil('PostgreSQL being ready', READY_TIMEOUT_MS, signal, async () => {
        const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
        return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
      }),
  };
}

async function initialise({ binaries, layout, secrets }: PostgresParts, identity: Identity | undefined): Promise<void> {
  const partial = `${dataDir(layout)}.partial`;
  const passwordFile = join(layout.postgresDir, 'password');
  await rm(partial, { recursive: true, force: true });
  await writeFile(passwordFile, secrets.postgresPassword, { mode: 0o600 });
  if (identity !== undefined) await chown(passwordFile, identity.uid, identity.gid);
  const { command, args, ...rest } = runAs(identity, binaries.initdb, [
    `--pgdata=${partial}`, `--username=${ADMIN_ROLE}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--no-locale',
  ]);
  await runToEnd(command, args, rest, '');
  await rm(passwordFile);
  await rename(partial, dataDir(layout));
}

/** One statement a line, and the first that fails ends it. */
async function inSingleUserMode({ binaries, layout }: PostgresParts, identity: Identity | undefined, statements: readonly string[]): Promise<void> {
  const { command, args, ...rest } = runAs(identity, binaries.postgres, [
    '--single', '-D', dataDir(layout), '-c', 'exit_on_error=true', '-c', 'password_encryption=scram-sha-256', 'postgres',
  ]);
  await runToEnd(command, args, rest, `${statements.join('\n')}\n`);
}

/** Statements that give a name its role and its database, which nobody else may enter. Names and passwords need no quoting: see the topology's rule. */
function roleAndDatabase(name: string, password: string): string[] {
  return [
    `CREATE ROLE "${name}" LOGIN PASSWORD '${password}'`,
    `CREATE DATABASE "${name}" OWNER "${name}"`,
    `REVOKE ALL ON DATABASE "${name}" FROM PUBLIC`,
  ];
}

/** After a crash the server's children may still be leaving; a new server refuses the data until they have. */
async function endOfEarlierServer(dir: string): Promise<void> {
  if (process.platform !== 'linux') return;
  await waitUntil('the end of the last PostgreSQL server', READY_TIMEOUT_MS, new AbortController().signal, async () => {
    for (const entry of await readdir('/proc')) {
      if (/^\d+$/.test(entry) && (await readlink(`/proc/${entry}/cwd`).catch(() => '')) === dir) return false;
    }
    return true;
  });
}

function runToEnd(command: string, args: readonly string[], identity: Partial<Identity>, input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { cwd: '/', env: environment(), stdio: 'pipe', ...identity });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(toolFailure(`PostgreSQL's ${basename(command)}`, output, new Error(`exit code ${code}`)))));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function dataDir(layout: Layout): string {
  return join(layout.postgresDir, 'data');
}

/** Without the PG* variables of the person who starts the stack. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(own), LC_ALL: 'C' };
}
