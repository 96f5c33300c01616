import { z } from 'zod';
import { text } from './variables.js';

const SESSION_TIMEOUT = "a number of milliseconds from 1000 to 300000, at least the brokers' group.min.session.timeout.ms";

/** `ONWARD_SESSION_TIMEOUT_MS`: how long after a member's last heartbeat others take its partitions over. */
export const groupConfig = z
  .object({ ONWARD_SESSION_TIMEOUT_MS: text(SESSION_TIMEOUT, (value) => /^\d{4,6}$/.test(value) && Number(value) >= 1_000 && Number(value) <= 300_000).default('6000') })
  .transform((env) => ({ sessionTimeoutMs: Number(env.ONWARD_SESSION_TIMEOUT_MS) }));
