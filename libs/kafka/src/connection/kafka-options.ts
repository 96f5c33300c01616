import { readFileSync } from 'node:fs';

/** Who connects to Kafka, where, and how. */
export interface KafkaOptions {
  /** `host:port` of at least one broker; an IPv6 address in brackets. */
  readonly brokers: readonly string[];
  /** Shown in the brokers' logs and used for quotas. */
  readonly clientId: string;
  readonly sasl?: {
    readonly mechanism: 'scram-sha-512' | 'scram-sha-256' | 'plain';
    readonly username: string;
    readonly password: string;
  };
  /** `true` trusts the system's certificate authorities. Files are PEM. */
  readonly tls?: true | { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
}

/** TLS options as node:tls takes them, or null for plain text. */
export function tlsOptions(tls: KafkaOptions['tls']): Record<string, unknown> | null {
  if (tls === undefined) return null;
  if (tls === true) return {};
  const read = (file: string | undefined): Buffer | undefined => (file === undefined ? undefined : readFileSync(file));
  const entries = Object.entries({ ca: read(tls.caFile), cert: read(tls.certFile), key: read(tls.keyFile) });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Splits `host:port`. */
export function parseBroker(address: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(address);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !(port > 0 && port < 65536)) {
    throw new TypeError(`"${address}" is not a broker address. Write host:port, or [address]:port for IPv6.`);
  }
  return { host, port };
}
