// Makes the secrets of the compose stack on its first start, and hands each container its own: a volume for each reader, mounted
// below /secrets here and alone at /run/onward there. Run again, it adds what is missing and changes no password.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadTopology } from '@onward/kafka/topology';
import { signDevelopmentToken } from '@onward/platform';

const ROOT = '/secrets';
const READERS_ONLY = 0o444;
const OWNER_ONLY = 0o600;
const TOKEN_TTL_SECONDS = 30 * 24 * 3600;
const REGISTRY_USERNAME = 'onward';
const SERVICES = { orchestrator: 'orders', payment: 'payment', fulfillment: 'fulfillment', customers: 'customers', audit: 'audit' };

const topology = loadTopology((process.env.ONWARD_TOPOLOGY ?? 'schemas/topology.yaml').split(','));
const databases = topology.namesOf('participant', 'audit');
const known = read(join(ROOT, 'all', 'secrets.json'));
const secrets = {
  // Kafka reads it as a URL-safe base64 UUID and its tools take a leading dash for an option.
  clusterId: known.clusterId ?? `A${randomBytes(16).toString('base64url').slice(1)}`,
  principals: fill(known.principals, ['admin', 'broker', ...topology.principals.map(({ name }) => name)]),
  controllerPassword: known.controllerPassword ?? password(),
  registryPassword: known.registryPassword ?? password(),
  postgresPassword: known.postgresPassword ?? password(),
  databases: fill(known.databases, ['registry', ...databases]),
  jwtSecret: known.jwtSecret ?? password(),
};
write('all/secrets.json', `${JSON.stringify(secrets, null, 2)}\n`, OWNER_ONLY);

const scram = Object.entries(secrets.principals).flatMap(([name, word]) => ['--add-scram', `SCRAM-SHA-512=[name=${name},password=${word}]`]);
write('kafka/cluster-id', secrets.clusterId);
write('kafka/passwords.properties', `broker=${secrets.principals.broker}\ncontroller=${secrets.controllerPassword}\n`);
write('kafka/format.arguments', ['format', '--cluster-id', secrets.clusterId, '--config', '/mnt/shared/config/server.properties', ...scram].join('\n'));
write('kafka/admin.properties', [
  'security.protocol=SASL_PLAINTEXT',
  'sasl.mechanism=SCRAM-SHA-512',
  `sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="${secrets.principals.admin}";`,
  '',
].join('\n'));
for (const [name, word] of Object.entries(secrets.principals)) write(`kafka/principals/${name}`, `SCRAM-SHA-512=iterations=4096,password=${word}\n`);

write('postgres/password', secrets.postgresPassword);
for (const [name, word] of Object.entries(secrets.databases)) write(`postgres/databases/${name}`, word);

write('registry/registry.properties', [
  'config_ordinal=501',
  `apicurio.datasource.password=${secrets.databases.registry}`,
  `quarkus.security.users.embedded.users.${REGISTRY_USERNAME}=${secrets.registryPassword}`,
  `quarkus.security.users.embedded.roles.${REGISTRY_USERNAME}=sr-admin`,
  '',
].join('\n'));
write('registry/authorization', `Basic ${Buffer.from(`${REGISTRY_USERNAME}:${secrets.registryPassword}`).toString('base64')}`);

for (const [service, principal] of Object.entries(SERVICES)) {
  write(`${service}/service.env`, [
    `ONWARD_SASL_USERNAME=${principal}`,
    `ONWARD_SASL_PASSWORD=${secrets.principals[principal]}`,
    `ONWARD_REGISTRY_USERNAME=${REGISTRY_USERNAME}`,
    `ONWARD_REGISTRY_PASSWORD=${secrets.registryPassword}`,
    ...(databases.includes(principal) ? [`ONWARD_DATABASE_URL=postgres://${principal}:${secrets.databases[principal]}@postgres:5432/${principal}`] : []),
    '',
  ].join('\n'));
  write(`${service}/jwt-secret`, secrets.jwtSecret);
}

const tokens = {};
for (const role of ['viewer', 'operator', 'auditor']) {
  tokens[role] = await signDevelopmentToken({ secret: secrets.jwtSecret, subject: `development-${role}`, role, ttlSeconds: TOKEN_TTL_SECONDS });
}
// For programs among the containers, and for programs on the machine itself, which use the published ports.
write('tools/stack.json', stack({ brokers: ['kafka:9092'], registry: 'http://registry:8080', http: (name) => `http://${name}:8080` }));
write('tools/stack.host.json', stack({
  brokers: [`127.0.0.1:${process.env.ONWARD_KAFKA_PORT}`],
  registry: `http://127.0.0.1:${process.env.ONWARD_REGISTRY_PORT}`,
  http: (name) => `http://127.0.0.1:${process.env[`ONWARD_${name.toUpperCase()}_PORT`]}`,
}));

function stack({ brokers, registry, http }) {
  const { broker, ...clients } = secrets.principals;
  return `${JSON.stringify({
    brokers,
    registryUrl: `${registry}/apis/ccompat/v7`,
    registry: { username: REGISTRY_USERNAME, password: secrets.registryPassword },
    principals: Object.fromEntries(Object.entries(clients).map(([username, word]) => [username, { username, password: word }])),
    http: Object.fromEntries(Object.keys(SERVICES).map((name) => [name, http(name)])),
    tokens,
  }, null, 2)}\n`;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

/** Whole or not at all. Within its volume a file may be read by all: which container mounts it decides who sees it. */
function write(path, text, mode = READERS_ONLY) {
  const file = join(ROOT, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.partial`, text, { mode });
  renameSync(`${file}.partial`, file);
}

function fill(found, names) {
  return { ...Object.fromEntries(names.map((name) => [name, password()])), ...found };
}

/** 256 random bits in letters that need no quoting anywhere. */
function password() {
  return randomBytes(32).toString('hex');
}
