import type { RecordType } from '@onward/contracts';
import type { Plan } from '@onward/saga';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';
import { shortName } from './start-command.js';

/**
 * Finds a signal by its short or full name among what sagas of a domain wait for.
 * @throws CliError (exit status 2) `SIGNAL_UNKNOWN` that lists what there is
 */
export function findSignal(name: string, plans: readonly Plan[], domain: string): RecordType<unknown> {
  const own = plans.filter((plan) => plan.domain === domain);
  const known = new Map(own.flatMap(({ signals, records }) => [...signals].flatMap((signal) => records.get(signal) ?? [])).map((type) => [type.name, type]));
  const found = [...known.values()].find((type) => type.name === name || shortName(type.name) === name);
  if (found !== undefined) return found as RecordType<unknown>;
  throw new CliError('SIGNAL_UNKNOWN', `No saga of ${domain} waits for a signal "${name}". Signals there are: ${[...known.keys()].map(shortName).join(', ') || 'none'}.`, ExitCode.invalid);
}
