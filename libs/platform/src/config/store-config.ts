import { z } from 'zod';
import { isUrl, rule, text } from './variables.js';

/** `ONWARD_DATABASE_URL`: the service's own PostgreSQL database. */
export const databaseConfig = z
  .object({
    ONWARD_DATABASE_URL: text('a PostgreSQL connection string, as in postgresql://user:password@host:5432/database', (value) =>
      isUrl(value, ['postgres:', 'postgresql:']),
    ),
  })
  .transform((env) => ({ url: env.ONWARD_DATABASE_URL }));

const REGISTRY_USERNAME = 'the user name that belongs to ONWARD_REGISTRY_PASSWORD';
const REGISTRY_PASSWORD = 'the password that belongs to ONWARD_REGISTRY_USERNAME';

/** `ONWARD_REGISTRY_URL`, `ONWARD_REGISTRY_USERNAME`, `ONWARD_REGISTRY_PASSWORD`. */
export const registryConfig = z
  .object({
    ONWARD_REGISTRY_URL: text('the base URL of a Confluent-compatible schema registry, as in http://127.0.0.1:8081/apis/ccompat/v7', (value) =>
      isUrl(value, ['http:', 'https:']),
    ),
    ONWARD_REGISTRY_USERNAME: text(REGISTRY_USERNAME).optional(),
    ONWARD_REGISTRY_PASSWORD: text(REGISTRY_PASSWORD).optional(),
  })
  .check(
    rule('ONWARD_REGISTRY_USERNAME', REGISTRY_USERNAME, (env) => env.ONWARD_REGISTRY_USERNAME !== undefined || env.ONWARD_REGISTRY_PASSWORD === undefined),
    rule('ONWARD_REGISTRY_PASSWORD', REGISTRY_PASSWORD, (env) => env.ONWARD_REGISTRY_PASSWORD !== undefined || env.ONWARD_REGISTRY_USERNAME === undefined),
  )
  .transform((env) => ({
    url: env.ONWARD_REGISTRY_URL.replace(/\/+$/, ''),
    ...(env.ONWARD_REGISTRY_USERNAME !== undefined && env.ONWARD_REGISTRY_PASSWORD !== undefined
      ? { username: env.ONWARD_REGISTRY_USERNAME, password: env.ONWARD_REGISTRY_PASSWORD }
      : {}),
  }));
