import { signDevelopmentToken } from '@onward/platform';
import type { Coordinates } from './coordinates.js';
import type { Layout } from './layout.js';
import type { Ports } from './ports.js';
import { adminDatabaseUrl, databaseUrl } from './postgres.js';
import { REGISTRY_USERNAME, registryUrl } from './registry.js';
import type { Secrets } from './secrets.js';

/** Roles that get a development token. */
const ROLES = ['viewer', 'operator', 'auditor'] as const;
const TOKEN_TTL_SECONDS = 30 * 24 * 60 * 60;

/** The coordinates of a stack, before any of it runs. */
export async function describeStack(stack: {
  readonly layout: Layout;
  readonly ports: Ports;
  readonly secrets: Secrets;
  readonly topologyFiles: readonly string[];
  readonly partitions: number;
}): Promise<Coordinates> {
  const { layout, ports, secrets, topologyFiles, partitions } = stack;
  const tokens = ROLES.map(async (role) => {
    const token = await signDevelopmentToken({ secret: secrets.jwtSecret, subject: `development-${role}`, role, ttlSeconds: TOKEN_TTL_SECONDS });
    return [role, token] as const;
  });
  const principals = Object.entries(secrets.principals).filter(([name]) => name !== 'broker');
  return {
    brokers: [`127.0.0.1:${ports.kafka}`],
    controller: `127.0.0.1:${ports.kafkaController}`,
    registryUrl: registryUrl(ports),
    registry: { username: REGISTRY_USERNAME, password: secrets.registryPassword },
    databases: Object.fromEntries(Object.keys(secrets.databases).map((name) => [name, databaseUrl(stack, name)])),
    adminDatabaseUrl: adminDatabaseUrl(stack),
    principals: Object.fromEntries(principals.map(([name, password]) => [name, { username: name, password }])),
    http: {},
    jwtSecretFile: layout.jwtSecretFile,
    tokens: Object.fromEntries(await Promise.all(tokens)),
    topologyFiles,
    partitions,
    pids: {},
  };
}
