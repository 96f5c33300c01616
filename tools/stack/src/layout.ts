import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's folder: this module is in `src/` or `dist/`, one below it. */
export const packageDir = dirname(dirname(fileURLToPath(import.meta.url)));
export const projectDir = dirname(dirname(packageDir));
export const topologyFile = join(projectDir, 'schemas', 'topology.yaml');

/** Where one stack keeps everything it writes. */
export interface Layout {
  readonly dir: string;
  readonly secretsFile: string;
  readonly coordinatesFile: string;
  readonly lockFile: string;
  readonly jwtSecretFile: string;
  readonly logsDir: string;
  readonly kafkaDir: string;
  readonly registryDir: string;
  readonly postgresDir: string;
  /** Local stores of the services. */
  readonly servicesDir: string;
}

export function layoutOf(dir: string): Layout {
  return {
    dir,
    secretsFile: join(dir, 'secrets.json'),
    coordinatesFile: join(dir, 'stack.json'),
    lockFile: join(dir, 'running.json'),
    jwtSecretFile: join(dir, 'jwt-secret'),
    logsDir: join(dir, 'logs'),
    kafkaDir: join(dir, 'kafka'),
    registryDir: join(dir, 'registry'),
    postgresDir: join(dir, 'postgres'),
    servicesDir: join(dir, 'services'),
  };
}

/** Downloaded Java parts, shared by all stacks of a checkout; `ONWARD_CACHE` moves it. A changed pom is another folder; `prepare.sh` names it alike. */
export function downloadsDir(): string {
  const cache = process.env['ONWARD_CACHE'] ?? join(projectDir, '.onward', 'cache');
  const pomHash = createHash('sha256').update(readFileSync(join(packageDir, 'pom.xml'))).digest('hex').slice(0, 12);
  return join(cache, `java-${pomHash}`);
}
