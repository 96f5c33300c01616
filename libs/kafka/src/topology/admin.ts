import { readFileSync } from 'node:fs';
import kafkajs, { type Admin, type KafkaConfig, type SASLOptions } from 'kafkajs';

/** How to reach the cluster as a principal that may create topics and rights. */
export interface AdminOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly sasl?: { readonly mechanism: 'scram-sha-512' | 'scram-sha-256' | 'plain'; readonly username: string; readonly password: string };
  readonly tls?: true | { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
}

/** A connected administration client. Disconnect it when done. Only topology work and tests need one: no service is an administrator. */
export async function connectAdmin(options: AdminOptions): Promise<Admin> {
  const config: KafkaConfig = {
    clientId: options.clientId,
    brokers: [...options.brokers],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { initialRetryTime: 50, multiplier: 1.5, factor: 0.2, retries: 10, maxRetryTime: 2000 },
  };
  if (options.sasl !== undefined) config.sasl = { ...options.sasl } as SASLOptions;
  if (options.tls !== undefined) config.ssl = options.tls === true ? true : tlsFiles(options.tls);
  const admin = new kafkajs.Kafka(config).admin();
  await admin.connect();
  return admin;
}

function tlsFiles(files: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string }): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  return {
    ...(files.caFile === undefined ? {} : { ca: readFileSync(files.caFile) }),
    ...(files.certFile === undefined ? {} : { cert: readFileSync(files.certFile) }),
    ...(files.keyFile === undefined ? {} : { key: readFileSync(files.keyFile) }),
  };
}
