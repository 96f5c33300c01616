import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAdmin } from '@onward/kafka/topology';
import pg from 'pg';
import type { Coordinates } from './coordinates.js';
import { packageDir } from './layout.js';

const BOOT_TIMEOUT_MS = 180_000;
/** Longer than the reaper waits before it kills. */
const REAPED_TIMEOUT_MS = 45_000;

let dir: string;
const launchers: Launcher[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'onward-local-'));
  await chmod(dir, 0o711);
});

afterAll(async () => {
  for (const launcher of launchers) await launcher.end('SIGKILL');
  await until(() => processesOf(dir).length === 0);
  await rm(dir, { recursive: true, force: true });
}, BOOT_TIMEOUT_MS);

describe('the local stack', () => {
  it('boots, says ready on a line of its own, and keeps its secrets to itself', async () => {
    const launcher = launch(['--dir', dir, '--free-ports', '--no-services']);
    await launcher.line('ready');
    for (const file of ['secrets.json', 'stack.json', 'jwt-secret', 'kafka/server.properties', 'registry/config/application.properties']) {
      expect([file, (statSync(join(dir, file)).mode & 0o777).toString(8)]).toEqual([file, '600']);
    }
    const secrets = Object.values((JSON.parse(readFileSync(join(dir, 'secrets.json'), 'utf8')) as { principals: Record<string, string> }).principals);
    for (const { command } of processesOf(dir)) for (const secret of secrets) expect(command).not.toContain(secret);
    await leaveTraces(coordinates());
  }, BOOT_TIMEOUT_MS);

  it('refuses a second launcher on the same folder', async () => {
    const second = launch(['--dir', dir, '--free-ports', '--no-services']);
    expect(await second.exitCode).toBe(1);
    expect(second.output).toContain('A stack already runs in');
  });

  it('leaves no process when its launcher is killed, however suddenly', async () => {
    expect(processesOf(dir).map((process) => process.name).sort()).toEqual(expect.arrayContaining(['java', 'java', 'postgres']));
    await launchers[0]!.end('SIGKILL');
    await until(() => processesOf(dir).length === 0);
  }, REAPED_TIMEOUT_MS);

  it('finds its data again, with other ports, and stops everything on Ctrl-C', async () => {
    const launcher = launch(['--dir', dir, '--free-ports', '--no-services']);
    await launcher.line('ready');
    await findTraces(coordinates());
    await launcher.end('SIGINT');
    expect(await launcher.exitCode).toBe(0);
    expect(processesOf(dir)).toEqual([]);
  }, BOOT_TIMEOUT_MS);

  it('adds the principals of a topology file that came later', async () => {
    const file = join(dir, 'bench-topology.yaml');
    await writeFile(file, 'services: { bench: { kind: participant } }\nlinks: [{ from: orders, to: bench }]\n');
    const launcher = launch(['--dir', dir, '--free-ports', '--no-services', '--topology', file]);
    await launcher.line('ready');
    const { brokers, principals, databases } = coordinates();
    const bench = await connectAdmin({ brokers, clientId: 'test', sasl: { mechanism: 'scram-sha-512', ...principals['bench']! } });
    expect(await bench.listTopics()).toEqual(expect.arrayContaining(['orders.commands.bench', 'bench.replies.orders']));
    await bench.disconnect();
    await query(databases['bench']!, 'SELECT 1');
    await launcher.end('SIGTERM');
  }, BOOT_TIMEOUT_MS);
});

describe('what is wrong with the machine is said in one sentence', () => {
  it('a port that is in use', async () => {
    const server = await listenOn(19092);
    const launcher = launch(['--dir', join(dir, 'other'), '--no-services']);
    expect(await launcher.exitCode).toBe(1);
    expect(launcher.output.trim()).toMatch(/^onward: Port \d+ \(for \w+\) is in use on 127\.0\.0\.1: stop what listens there, or start with "npm start -- --free-ports"\.$/);
    server?.close();
  });

  it('no Java', async () => {
    const launcher = launch(['--dir', join(dir, 'other')], { PATH: '/nowhere', JAVA_HOME: '' });
    expect(await launcher.exitCode).toBe(1);
    expect(launcher.output.trim()).toMatch(/^onward: Java was not found: [^\n]+\.$/);
  });

  it('a Java that is too old', async () => {
    const home = join(dir, 'old-java');
    await program(join(home, 'bin'), 'java', 'echo \'openjdk version "11.0.2" 2019-01-15\' >&2');
    const launcher = launch(['--dir', join(dir, 'other')], { JAVA_HOME: home });
    expect(await launcher.exitCode).toBe(1);
    expect(launcher.output.trim()).toMatch(/^onward: Java 11 is too old: [^\n]+\.$/);
  });

  it('no Maven, when something has to be downloaded', async () => {
    const tools = join(dir, 'tools');
    await program(tools, 'java', 'echo \'openjdk version "17.0.1" 2021-10-19\' >&2');
    for (const tool of ['sh', 'id']) await program(tools, tool, `exec /bin/${tool} "$@"`);
    const launcher = launch(['--dir', join(dir, 'other'), '--free-ports'], { PATH: tools, JAVA_HOME: '', ONWARD_CACHE: join(dir, 'empty-cache') });
    expect(await launcher.exitCode).toBe(1);
    expect(launcher.output.trim()).toMatch(/^onward: Maven \(mvn\) was not found: [^\n]+\.$/);
  });

  it('a download that fails', async () => {
    const tools = join(dir, 'broken-maven');
    await program(tools, 'mvn', '[ "$1" = --version ] || { echo "[ERROR] Could not transfer artifact: no route to host"; exit 1; }');
    const launcher = launch(['--dir', join(dir, 'other'), '--free-ports'], { PATH: `${tools}:${process.env['PATH']}`, ONWARD_CACHE: join(dir, 'empty-cache') });
    expect(await launcher.exitCode).toBe(1);
    expect(launcher.output).toContain('onward: Maven could not download Kafka and the schema registry: Could not transfer artifact: no route to host');
    expect(readdirSync(join(dir, 'empty-cache'))).toEqual([]);
  });

  it('a folder that lost its secrets', async () => {
    const lost = join(dir, 'lost');
    await program(join(lost, 'kafka'), 'data', '');
    const launcher = launch(['--dir', lost, '--free-ports']);
    expect(await launcher.exitCode).toBe(1);
    expect(launcher.output).toContain('holds data but its secrets.json is missing or damaged');
  });

  it('an option it does not know', async () => {
    const launcher = launch(['--port', '1']);
    expect(await launcher.exitCode).toBe(1);
    expect(launcher.output).toContain("Unknown option '--port'");
  });
});

interface Launcher {
  readonly output: string;
  readonly exitCode: Promise<number | null>;
  /** Resolves when the launcher has printed the line; rejects when it ends before. */
  line(text: string): Promise<void>;
  end(signal: NodeJS.Signals): Promise<void>;
}

function launch(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Launcher {
  const child: ChildProcess = spawn(process.execPath, [join(packageDir, 'dist', 'main.js'), ...args], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (output += data.toString()));
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  const launcher: Launcher = {
    get output() {
      return output;
    },
    exitCode,
    line: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.split('\n').includes(text)) resolve();
        };
        child.stdout?.on('data', look);
        child.once('close', () => reject(new Error(`the launcher ended:\n${output}`)));
      }),
    async end(signal) {
      child.kill(signal);
      await exitCode;
    },
  };
  launchers.push(launcher);
  return launcher;
}

function coordinates(): Coordinates {
  return JSON.parse(readFileSync(join(dir, 'stack.json'), 'utf8')) as Coordinates;
}

const MARKER_TOPIC = 'left-by-the-first-run';
const MARKER_SUBJECT = 'left-by-the-first-run';

async function leaveTraces(stack: Coordinates): Promise<void> {
  const admin = await connectAdmin({ brokers: stack.brokers, clientId: 'test', sasl: { mechanism: 'scram-sha-512', ...stack.principals['admin']! } });
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic: MARKER_TOPIC, numPartitions: 1 }] });
  await admin.disconnect();
  await query(stack.databases['payment']!, 'CREATE TABLE left_by_the_first_run (n int)');
  const response = await registry(stack, `/subjects/${MARKER_SUBJECT}/versions`, { method: 'POST', body: JSON.stringify({ schema: '"string"' }) });
  expect(response.status).toBe(200);
}

async function findTraces(stack: Coordinates): Promise<void> {
  const admin = await connectAdmin({ brokers: stack.brokers, clientId: 'test', sasl: { mechanism: 'scram-sha-512', ...stack.principals['admin']! } });
  expect(await admin.listTopics()).toContain(MARKER_TOPIC);
  await admin.disconnect();
  await query(stack.databases['payment']!, 'SELECT n FROM left_by_the_first_run');
  expect(await (await registry(stack, '/subjects', {})).json()).toContain(MARKER_SUBJECT);
}

function registry(stack: Coordinates, path: string, init: RequestInit): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${stack.registry.username}:${stack.registry.password}`).toString('base64')}`;
  return fetch(`${stack.registryUrl}${path}`, { ...init, headers: { authorization, 'content-type': 'application/json' } });
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Every process that works in a folder: PostgreSQL's children do not name it on their command lines. */
function processesOf(folder: string): { readonly pid: number; readonly name: string; readonly command: string }[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const inFolder = readlinkSync(`/proc/${entry}/cwd`).startsWith(folder);
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const isLauncher = command.includes('stack/dist/main.js');
      if (isLauncher || (!inFolder && !command.includes(folder))) return [];
      return [{ pid: Number(entry), name: readFileSync(`/proc/${entry}/comm`, 'utf8').trim(), command }];
    } catch {
      return [];
    }
  });
}

async function until(condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + REAPED_TIMEOUT_MS;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error(`still running: ${JSON.stringify(processesOf(dir))}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Listens on a port unless somebody does already, which is as good. */
function listenOn(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host: '127.0.0.1', port }, () => resolve(server));
  });
}

async function program(folder: string, name: string, script: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
