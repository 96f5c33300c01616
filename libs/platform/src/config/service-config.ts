import { z } from 'zod';
import { commaList, oneOf, text } from './variables.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** What every service has: `ONWARD_INSTANCE` (stable over restarts, part of its transactional id) and `ONWARD_LOG_LEVEL`. */
export const serviceConfig = z
  .object({
    ONWARD_INSTANCE: text('letters, digits, dots, dashes or underscores, the same at every start of this instance', (value) =>
      /^[A-Za-z0-9._-]{1,100}$/.test(value),
    ).default('0'),
    ONWARD_LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
  })
  .transform((env) => ({ instance: env.ONWARD_INSTANCE, logLevel: env.ONWARD_LOG_LEVEL }));

/** `ONWARD_TOPOLOGY`: the files that declare topics and links. */
export const topologyConfig = z
  .object({ ONWARD_TOPOLOGY: commaList('a comma-separated list of topology files').default(['schemas/topology.yaml']) })
  .transform((env) => ({ files: env.ONWARD_TOPOLOGY }));

/** `ONWARD_DATA_DIR`: where a service keeps what it may lose, such as the orchestrator's local store. */
export const dataDirConfig = z
  .object({ ONWARD_DATA_DIR: text('the folder for this instance\'s local store (no two instances may share it)') })
  .transform((env) => ({ dataDir: env.ONWARD_DATA_DIR }));
