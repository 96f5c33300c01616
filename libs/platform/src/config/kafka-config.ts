import { z } from 'zod';
import { commaList, oneOf, readableFile, rule, text } from './variables.js';

/** How to reach the brokers; the shape of `KafkaOptions` in `@onward/kafka`. */
export interface KafkaSettings {
  brokers: string[];
  /** `<principal>-<instance>`: what brokers write into their logs. */
  clientId: string;
  sasl?: { mechanism: 'scram-sha-512' | 'scram-sha-256' | 'plain'; username: string; password: string };
  tls?: true | { caFile: string };
}

const SASL_USERNAME = 'the name of this service\'s own Kafka principal (with ONWARD_SASL_PASSWORD)';
const SASL_PASSWORD = 'the password that belongs to ONWARD_SASL_USERNAME';

/**
 * `ONWARD_BROKERS`, `ONWARD_SASL_MECHANISM`, `ONWARD_SASL_USERNAME`, `ONWARD_SASL_PASSWORD`, `ONWARD_TLS`, `ONWARD_TLS_CA_FILE`.
 * Without a user name the connection is made without SASL.
 */
export const kafkaConfig = z
  .object({
    ONWARD_BROKERS: commaList('a comma-separated list of host:port of Kafka brokers', isBrokerAddress),
    ONWARD_SASL_MECHANISM: oneOf(['scram-sha-512', 'scram-sha-256', 'plain']).default('scram-sha-512'),
    ONWARD_SASL_USERNAME: text(SASL_USERNAME).optional(),
    ONWARD_SASL_PASSWORD: text(SASL_PASSWORD).optional(),
    ONWARD_TLS: oneOf(['off', 'on']).default('off'),
    ONWARD_TLS_CA_FILE: readableFile('a PEM file with the certificate authority of the brokers').optional(),
    ONWARD_INSTANCE: z.string().default('0'),
  })
  .check(
    rule('ONWARD_SASL_USERNAME', SASL_USERNAME, (env) => env.ONWARD_SASL_USERNAME !== undefined || env.ONWARD_SASL_PASSWORD === undefined),
    rule('ONWARD_SASL_PASSWORD', SASL_PASSWORD, (env) => env.ONWARD_SASL_PASSWORD !== undefined || env.ONWARD_SASL_USERNAME === undefined),
    rule('ONWARD_TLS', 'on when ONWARD_TLS_CA_FILE is set', (env) => env.ONWARD_TLS !== 'off' || env.ONWARD_TLS_CA_FILE === undefined),
  )
  .transform((env): KafkaSettings => ({
    brokers: env.ONWARD_BROKERS,
    clientId: `${env.ONWARD_SASL_USERNAME ?? 'onward'}-${env.ONWARD_INSTANCE}`,
    ...(env.ONWARD_SASL_USERNAME !== undefined && env.ONWARD_SASL_PASSWORD !== undefined
      ? { sasl: { mechanism: env.ONWARD_SASL_MECHANISM, username: env.ONWARD_SASL_USERNAME, password: env.ONWARD_SASL_PASSWORD } }
      : {}),
    ...(env.ONWARD_TLS === 'on' ? { tls: env.ONWARD_TLS_CA_FILE === undefined ? (true as const) : { caFile: env.ONWARD_TLS_CA_FILE } } : {}),
  }));

function isBrokerAddress(part: string): boolean {
  const port = Number(/^(?:[^\s/:@]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(part)?.[1]);
  return port >= 1 && port <= 65_535;
}
