import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Field names whose values never reach a log, wherever up to three levels deep they stand. */
const SECRET_FIELDS = ['password', 'secret', 'token', 'authorization', 'databaseUrl', 'sasl', 'env'];
const REDACTED_PATHS = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/**
 * The JSON log of a service: one object a line, with `time` (RFC 3339), `level` (as a word), `service`, `instance`, `msg`.
 * Call sites add `sagaId`, `step`, `topic`, `partition`, … as fields, not in the text.
 * Written synchronously: the last line before an exit is the one that matters.
 */
export function createLogger(
  options: { service: string; instance: string; logLevel: string },
  destination: DestinationStream = pino.destination({ fd: 1, sync: true }),
): Logger {
  return pino(
    {
      level: options.logLevel,
      base: { service: options.service, instance: options.instance },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    },
    destination,
  );
}
