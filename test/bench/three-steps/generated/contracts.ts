// Generated from schemas/ by `npm run generate`. Not edited by hand.
import { command, type CommandType } from '@onward/contracts';
import type { ServiceContract } from '@onward/contracts';
import { Work, WorkDone } from './bench.js';

function byName(commands: Readonly<Record<string, CommandType>>): Readonly<Record<string, CommandType>> {
  return Object.fromEntries(Object.values(commands).map((c) => [c.name, c]));
}

/** The commands of bench. */
export const bench = {
  Work: command({ participant: 'bench', request: Work, done: WorkDone, rejections: [], failures: [], undoes: null }),
} as const;
/** Everything bench takes and tells. */
export const benchContract: ServiceContract = {
  service: 'bench',
  commands: byName(bench),
  accepts: {  },
  outcomes: [],
  events: [],
  state: [],
  log: [],
};

/** Every service's contract. */
export const serviceContracts: readonly ServiceContract[] = [benchContract];
