import { z } from 'zod';

/** `ONWARD_SAGAS`: modules with saga types of a team's own, besides the ready ones. */
export const sagasConfig = z
  .object({ ONWARD_SAGAS: z.string().default('') })
  .transform((env) => ({ modules: env.ONWARD_SAGAS.split(',').map((name) => name.trim()).filter((name) => name !== '') }));
