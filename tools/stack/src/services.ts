import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Coordinates } from './coordinates.js';
import { projectDir, type Layout } from './layout.js';
import type { ProcessSpec } from './managed-process.js';
import type { Ports } from './ports.js';
import { StackError } from './stack-error.js';
import { waitUntil } from './wait-until.js';

const READY_TIMEOUT_MS = 120_000;

/** The suite's services: the folder and port of each, and the principal it runs as. */
export const SERVICES = [
  { name: 'orchestrator', principal: 'orders' },
  { name: 'payment', principal: 'payment' },
  { name: 'fulfillment', principal: 'fulfillment' },
  { name: 'customers', principal: 'customers' },
  { name: 'audit', principal: 'audit' },
] as const;

export type Service = (typeof SERVICES)[number];

export function serviceUrl(ports: Ports, service: Service): string {
  return `http://127.0.0.1:${ports[service.name]}`;
}

/**
 * How to run one service against the stack.
 * @param variables of its environment, beside and before the stack's own
 * @throws StackError `STACK_NOT_BUILT`
 */
export async function serviceProcess(service: Service, layout: Layout, ports: Ports, coordinates: Coordinates, variables: Readonly<Record<string, string>>): Promise<ProcessSpec> {
  const main = join(projectDir, 'services', service.name, 'dist', 'main.js');
  if (!existsSync(main)) throw new StackError('STACK_NOT_BUILT', `${service.name} is not built: run "npm run build".`);
  const cwd = join(layout.servicesDir, service.name);
  await mkdir(cwd, { recursive: true });
  return {
    name: service.name,
    command: process.execPath,
    args: ['--enable-source-maps', main],
    cwd,
    env: { ...process.env, ...environment(service, cwd, ports, coordinates), ...variables },
    logFile: join(layout.logsDir, `${service.name}.log`),
    stopSignal: 'SIGTERM',
    waitReady: (signal) =>
      waitUntil(`${service.name} answering /health/ready with 200`, READY_TIMEOUT_MS, signal, async () => {
        const response = await fetch(`${serviceUrl(ports, service)}/health/ready`).catch(() => undefined);
        await response?.body?.cancel();
        return response?.ok === true;
      }),
  };
}

function environment(service: Service, dataDir: string, ports: Ports, coordinates: Coordinates): Record<string, string> {
  const { username, password } = coordinates.principals[service.principal]!;
  const database = coordinates.databases[service.principal];
  return {
    ONWARD_BROKERS: coordinates.brokers.join(','),
    ONWARD_SASL_MECHANISM: 'scram-sha-512',
    ONWARD_SASL_USERNAME: username,
    ONWARD_SASL_PASSWORD: password,
    ONWARD_TLS: 'off',
    ONWARD_REGISTRY_URL: coordinates.registryUrl,
    ONWARD_REGISTRY_USERNAME: coordinates.registry.username,
    ONWARD_REGISTRY_PASSWORD: coordinates.registry.password,
    ...(database === undefined ? {} : { ONWARD_DATABASE_URL: database }),
    ONWARD_HTTP_HOST: '127.0.0.1',
    ONWARD_HTTP_PORT: String(ports[service.name]),
    ONWARD_JWT_SECRET_FILE: coordinates.jwtSecretFile,
    ONWARD_DATA_DIR: dataDir,
    ONWARD_INSTANCE: '0',
    ONWARD_PARTITIONS: String(coordinates.partitions),
    ONWARD_TOPOLOGY: coordinates.topologyFiles.join(','),
    ONWARD_LOG_LEVEL: process.env['ONWARD_LOG_LEVEL'] ?? 'info',
  };
}
