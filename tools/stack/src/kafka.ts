import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageDir, type Layout } from './layout.js';
import type { ProcessSpec } from './managed-process.js';
import type { Ports } from './ports.js';
import { writePrivate, type Secrets } from './secrets.js';
import { toolFailure } from './tool-failure.js';
import { isListening, waitUntil } from './wait-until.js';

const run = promisify(execFile);
const READY_TIMEOUT_MS = 90_000;
const HEAP = '-Xmx512m';

/** What the broker is made from. */
export interface KafkaParts {
  readonly java: string;
  readonly classPath: string;
  readonly layout: Layout;
  readonly ports: Ports;
  readonly secrets: Secrets;
}

/**
 * Writes the broker's configuration and, the first time, formats its storage with the principals' SCRAM credentials. Principals that
 * are declared later are added to the running broker by {@link addPrincipals}.
 */
export async function prepareKafka(parts: KafkaParts): Promise<void> {
  const { layout, secrets } = parts;
  const dataDir = join(layout.kafkaDir, 'data');
  await mkdir(layout.kafkaDir, { recursive: true, mode: 0o700 });
  await writePrivate(configFile(layout), brokerProperties(parts, dataDir));
  if (existsSync(join(dataDir, 'meta.properties'))) return;
  // The tool reads its arguments from a file, so that no password is seen in the process list.
  const argumentsFile = join(layout.kafkaDir, 'format.arguments');
  const scram = Object.entries(secrets.principals).flatMap(([name, password]) => ['--add-scram', `SCRAM-SHA-512=[name=${name},password=${password}]`]);
  await writePrivate(argumentsFile, ['format', '-t', secrets.clusterId, '-c', configFile(layout), ...scram].join('\n'));
  await runTool(parts, ['kafka.tools.StorageTool', `@${argumentsFile}`]);
  await rm(argumentsFile);
  await writeFile(principalsFile(layout), JSON.stringify(Object.keys(secrets.principals)));
}

/** Gives SCRAM credentials to the principals that have none yet. The broker must run. */
export async function addPrincipals(parts: KafkaParts): Promise<void> {
  const { layout, ports, secrets } = parts;
  const file = principalsFile(layout);
  const known = existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as string[]) : [];
  const names = Object.keys(secrets.principals).filter((name) => !known.includes(name));
  if (names.length === 0) return;
  const clientFile = join(layout.kafkaDir, 'admin.properties');
  await writePrivate(
    clientFile,
    [
      'security.protocol=SASL_PLAINTEXT',
      'sasl.mechanism=SCRAM-SHA-512',
      `sasl.jaas.config=${scramLogin('admin', secrets.principals['admin']!)}`,
    ].join('\n'),
  );
  for (const name of names) {
    const passwordFile = join(layout.kafkaDir, 'scram.properties');
    await writePrivate(passwordFile, `SCRAM-SHA-512=iterations=4096,password=${secrets.principals[name]}\n`);
    await runTool(parts, [
      'kafka.admin.ConfigCommand', '--bootstrap-server', `127.0.0.1:${ports.kafka}`, '--command-config', clientFile,
      '--alter', '--entity-type', 'users', '--entity-name', name, '--add-config-file', passwordFile,
    ]);
    await rm(passwordFile);
  }
  await writeFile(file, JSON.stringify([...known, ...names]));
}

export function kafkaProcess(parts: KafkaParts): ProcessSpec {
  const { layout, ports } = parts;
  return {
    name: 'kafka',
    command: parts.java,
    args: [HEAP, '-XX:+UseG1GC', ...commonFlags(parts), 'kafka.Kafka', configFile(layout)],
    cwd: layout.kafkaDir,
    env: process.env,
    logFile: join(layout.logsDir, 'kafka.log'),
    stopSignal: 'SIGTERM',
    waitReady: (signal) => waitUntil('the broker listening', READY_TIMEOUT_MS, signal, () => isListening(ports.kafka)),
  };
}

function commonFlags(parts: KafkaParts): string[] {
  return ['-Xshare:auto', `-Dlog4j2.configurationFile=${join(packageDir, 'kafka-log4j2.properties')}`, '-cp', parts.classPath];
}

/** Runs one of Kafka's own tools to its end. */
async function runTool(parts: KafkaParts, args: readonly string[]): Promise<void> {
  try {
    await run(parts.java, ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...commonFlags(parts), ...args]);
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw toolFailure(`Kafka's ${args[0]}`, `${stdout}${stderr}`, cause);
  }
}

function configFile(layout: Layout): string {
  return join(layout.kafkaDir, 'server.properties');
}

function principalsFile(layout: Layout): string {
  return join(layout.kafkaDir, 'principals.json');
}

function scramLogin(username: string, password: string): string {
  return `org.apache.kafka.common.security.scram.ScramLoginModule required username="${username}" password="${password}";`;
}

/** One node that is broker and controller. No listener without authentication; nobody may do anything that no ACL allows. */
function brokerProperties({ ports, secrets }: KafkaParts, dataDir: string): string {
  const broker = secrets.principals['broker']!;
  const controller = secrets.controllerPassword;
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${ports.kafkaController}
listeners=CONTROLLER://127.0.0.1:${ports.kafkaController},CLIENT://127.0.0.1:${ports.kafka}
advertised.listeners=CLIENT://127.0.0.1:${ports.kafka}
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:SASL_PLAINTEXT,CLIENT:SASL_PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
sasl.mechanism.controller.protocol=PLAIN
listener.name.client.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.client.scram-sha-512.sasl.jaas.config=${scramLogin('broker', broker)}
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="controller" password="${controller}" user_controller="${controller}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:broker;User:controller;User:admin
allow.everyone.if.no.acl.found=false
auto.create.topics.enable=false
log.dirs=${dataDir}
# One node holds every copy there is.
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
offsets.topic.num.partitions=8
transaction.state.log.num.partitions=8
# As long as the commands they point into.
offsets.retention.minutes=20160
# A lost member or an abandoned transaction is noticed within a second, not ten.
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
# The default, 128 MiB, is a quarter of the heap.
log.cleaner.dedupe.buffer.size=16777216
`;
}
