import { readFile } from 'node:fs/promises';

/** A name and its password. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Where the parts of a running stack are and how to get in: the content of `stack.json`. */
export interface Coordinates {
  /** `host:port` of the brokers' client listener. */
  readonly brokers: readonly string[];
  /** `host:port` of the controllers' listener; no client has business there. */
  readonly controller: string;
  /** Base of the registry's Confluent-compatible interface. */
  readonly registryUrl: string;
  readonly registry: Credentials;
  /** Database address by service. */
  readonly databases: Readonly<Record<string, string>>;
  readonly adminDatabaseUrl: string;
  /** Kafka credentials by principal, `admin` (who may do everything) among them. */
  readonly principals: Readonly<Record<string, Credentials>>;
  /** Base URL by service; empty when the stack runs without services. */
  readonly http: Readonly<Record<string, string>>;
  readonly jwtSecretFile: string;
  /** A bearer token by role, for development. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly topologyFiles: readonly string[];
  readonly partitions: number;
  /** Process id by part, as it was when this was written. */
  readonly pids: Readonly<Record<string, number>>;
}

/** Reads a `stack.json`. */
export async function readCoordinates(file: string): Promise<Coordinates> {
  return JSON.parse(await readFile(file, 'utf8')) as Coordinates;
}
