import { z } from 'zod';

/** `ONWARD_SAGAS`: modules with saga types of a team's own, besides the ready ones. */
export const sagasConfig = z
  .object({ ONWARD_SAGAS: z.string().default('') })
  .transform((env) => ({ modules: env.ONWARD_SAGAS.split(',').map((name) => name.trim()).filter((name) => name !== '') }));

const SESSION_TIMEOUT = 'a number of milliseconds from 1000 to 300000, at least the brokers\' group.min.session.timeout.ms';

/** `ONWARD_SESSION_TIMEOUT_MS`: how long after a member's last heartbeat others take its partitions over. */
export const groupConfig = z
  .object({
    ONWARD_SESSION_TIMEOUT_MS: z
      .string()
      .default('6000')
      .refine((text) => /^\d{4,6}$/.test(text) && Number(text) <= 300_000, { error: SESSION_TIMEOUT }),
  })
  .transform((env) => ({ sessionTimeoutMs: Number(env.ONWARD_SESSION_TIMEOUT_MS) }));
