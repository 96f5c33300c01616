import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Layout } from './layout.js';
import type { ProcessSpec } from './managed-process.js';
import type { Ports } from './ports.js';
import { writePrivate, type Secrets } from './secrets.js';
import { waitUntil } from './wait-until.js';

const READY_TIMEOUT_MS = 90_000;
export const REGISTRY_USERNAME = 'onward';

/** What the registry is made from. */
export interface RegistryParts {
  readonly java: string;
  readonly jar: string;
  readonly layout: Layout;
  readonly ports: Ports;
  readonly secrets: Secrets;
}

/** The base of the registry's Confluent-compatible interface. */
export function registryUrl(ports: Ports): string {
  return `http://127.0.0.1:${ports.registry}/apis/ccompat/v7`;
}

/** Writes the registry's configuration, which holds its password: the framework reads it from `config/` below the working folder. */
export async function prepareRegistry({ layout, ports, secrets }: RegistryParts): Promise<void> {
  const configDir = join(layout.registryDir, 'config');
  await mkdir(configDir, { recursive: true, mode: 0o700 });
  await writePrivate(
    join(configDir, 'application.properties'),
    `quarkus.http.host=127.0.0.1
quarkus.http.port=${ports.registry}
quarkus.http.access-log.enabled=false
quarkus.log.level=WARN
quarkus.log.category."io.apicurio".level=WARN
# Everything, the health pages included, asks for the password.
quarkus.http.auth.basic=true
quarkus.http.auth.permission.everything.paths=/*
quarkus.http.auth.permission.everything.policy=authenticated
quarkus.security.users.embedded.plain-text=true
quarkus.security.users.embedded.users.${REGISTRY_USERNAME}=${secrets.registryPassword}
quarkus.security.users.embedded.roles.${REGISTRY_USERNAME}=sr-admin
# H2 otherwise acknowledges a schema up to half a second before it is on disk, and gives its id out again after a crash.
apicurio.datasource.url=jdbc:h2:file:${join(layout.registryDir, 'h2')};WRITE_DELAY=0
`,
  );
}

export function registryProcess(parts: RegistryParts): ProcessSpec {
  const { layout, ports, secrets } = parts;
  const authorization = `Basic ${Buffer.from(`${REGISTRY_USERNAME}:${secrets.registryPassword}`).toString('base64')}`;
  return {
    name: 'registry',
    command: parts.java,
    args: ['-Xmx192m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-jar', parts.jar],
    cwd: layout.registryDir,
    env: process.env,
    logFile: join(layout.logsDir, 'registry.log'),
    stopSignal: 'SIGTERM',
    waitReady: (signal) =>
      waitUntil('the registry answering', READY_TIMEOUT_MS, signal, async () => {
        const response = await fetch(`${registryUrl(ports)}/subjects`, { headers: { authorization } }).catch(() => undefined);
        await response?.body?.cancel();
        return response?.ok === true;
      }),
  };
}
