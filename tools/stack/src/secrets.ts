import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Layout } from './layout.js';
import { StackError } from './stack-error.js';

/** Every secret of a stack, random, made once, readable by its owner only. */
export interface Secrets {
  /** Kafka's own id of the cluster. */
  readonly clusterId: string;
  /** Password by Kafka principal; `admin` and `broker` among them. */
  readonly principals: Readonly<Record<string, string>>;
  readonly controllerPassword: string;
  readonly registryPassword: string;
  readonly postgresPassword: string;
  /** Password by database role. */
  readonly databases: Readonly<Record<string, string>>;
  readonly jwtSecret: string;
}

/** What the stack has to have secrets for. */
export interface SecretOwners {
  readonly principals: readonly string[];
  readonly databases: readonly string[];
}

/**
 * Reads the secrets of a stack, makes what is missing, and writes them back if something was.
 * @throws StackError `STACK_DATA_WITHOUT_SECRETS`
 */
export async function provideSecrets(layout: Layout, owners: SecretOwners): Promise<Secrets> {
  const found = await readSecrets(layout);
  const secrets: Secrets = {
    // Kafka reads it as a URL-safe base64 UUID and its tools take a leading dash for an option.
    clusterId: found.clusterId ?? `A${randomBytes(16).toString('base64url').slice(1)}`,
    principals: fill(found.principals, owners.principals),
    controllerPassword: found.controllerPassword ?? password(),
    registryPassword: found.registryPassword ?? password(),
    postgresPassword: found.postgresPassword ?? password(),
    databases: fill(found.databases, owners.databases),
    jwtSecret: found.jwtSecret ?? password(),
  };
  const text = `${JSON.stringify(secrets, null, 2)}\n`;
  if (text !== `${JSON.stringify(found, null, 2)}\n`) await writePrivate(layout.secretsFile, text);
  await writePrivate(layout.jwtSecretFile, secrets.jwtSecret);
  return secrets;
}

/** The last write of each file: services that start side by side all write the stack's coordinates. */
const writes = new Map<string, Promise<void>>();

/** Writes a file that only its owner may read, whole or not at all; what is written last stays. */
export function writePrivate(file: string, text: string): Promise<void> {
  const turn = (writes.get(file) ?? Promise.resolve()).catch(() => undefined).then(() => replace(file, text));
  writes.set(file, turn);
  return turn;
}

async function replace(file: string, text: string): Promise<void> {
  const partial = `${file}.partial`;
  await writeFile(partial, text, { mode: 0o600 });
  await rename(partial, file);
}

async function readSecrets(layout: Layout): Promise<Partial<Secrets>> {
  try {
    return JSON.parse(await readFile(layout.secretsFile, 'utf8')) as Partial<Secrets>;
  } catch (cause) {
    if (existsSync(layout.kafkaDir) || existsSync(layout.postgresDir)) {
      throw new StackError('STACK_DATA_WITHOUT_SECRETS', `${layout.dir} holds data but its secrets.json is missing or damaged: delete the folder to begin anew, or give another with --dir.`, { cause });
    }
    return {};
  }
}

function fill(found: Readonly<Record<string, string>> | undefined, names: readonly string[]): Record<string, string> {
  const filled: Record<string, string> = { ...found };
  for (const name of names) filled[name] ??= password();
  return filled;
}

/** 256 random bits in letters that need no quoting anywhere. */
function password(): string {
  return randomBytes(32).toString('hex');
}
