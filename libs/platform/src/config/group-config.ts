import { z } from 'zod';
import { text } from './variables.js';

const SESSION_TIMEOUT = "a number of milliseconds from 1000 to 300000, at least the brokers' group.min.session.timeout.ms";

const PARTITIONS = 'the number of partitions that the topics were made with, 1 to 10000';

/**
 * `ONWARD_SESSION_TIMEOUT_MS`: how long after a member's last heartbeat others take its partitions over. `ONWARD_PARTITIONS`: the partition
 * count that the topics must have (R13); it decides where a saga lives, so a service refuses topics that have another.
 */
export const groupConfig = z
  .object({
    ONWARD_PARTITIONS: text(PARTITIONS, (value) => /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 10_000).default('12'),
    ONWARD_SESSION_TIMEOUT_MS: text(SESSION_TIMEOUT, (value) => /^\d{4,6}$/.test(value) && Number(value) >= 1_000 && Number(value) <= 300_000).default('6000'),
  })
  .transform((env) => ({ sessionTimeoutMs: Number(env.ONWARD_SESSION_TIMEOUT_MS), partitions: Number(env.ONWARD_PARTITIONS) }));
