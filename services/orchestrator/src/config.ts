import { z } from 'zod';

/** `ONWARD_SAGAS`: modules with saga types of a team's own, besides the ready ones. */
export const sagasConfig = z
  .object({ ONWARD_SAGAS: z.string().default('') })
  .transform((env) => ({ modules: env.ONWARD_SAGAS.split(',').map((name) => name.trim()).filter((name) => name !== '') }));

/** Largest snapshot of a saga, well below what a broker takes as one record. */
const SNAPSHOT_BYTES_MAX = 512 * 1024;

/** `ONWARD_SNAPSHOT_BYTES_MAX`: a saga that would grow beyond it does not keep what makes it so. */
export const snapshotConfig = z
  .object({ ONWARD_SNAPSHOT_BYTES_MAX: z.coerce.number().int().min(1024).max(900 * 1024).default(SNAPSHOT_BYTES_MAX) })
  .transform((env) => ({ bytesMax: env.ONWARD_SNAPSHOT_BYTES_MAX }));

/** `ONWARD_WAITS_DIVISOR`: for demonstrations and tests; 86400 makes a day that a saga waits a second. */
export const waitsConfig = z
  .object({ ONWARD_WAITS_DIVISOR: z.coerce.number().min(1).default(1) })
  .transform((env) => ({ divisor: env.ONWARD_WAITS_DIVISOR }));
