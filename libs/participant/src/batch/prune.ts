import type { Database } from '../sql/database.js';
import type { ProcessorLog } from './command-processor.js';
import { sql } from '../sql/statement.js';

/** How long an answer is given again when a command is repeated; afterwards the domain tables' keys answer for it (R9). */
export const DEDUPE_WINDOW_DAYS = 400;
const ROWS_AT_ONCE = 10_000;

const PRUNE = sql(
  'onward.inbox.prune',
  `DELETE FROM onward_inbox WHERE ctid = ANY (ARRAY(
     SELECT ctid FROM onward_inbox WHERE stored_at < now() - make_interval(days => $1) LIMIT $2 FOR UPDATE SKIP LOCKED))
   RETURNING 1`,
);

/** Deletes the answers that are older than the dedupe window, some at a time. @returns how many */
export async function pruneInbox(database: Database, windowDays = DEDUPE_WINDOW_DAYS): Promise<number> {
  let pruned = 0;
  for (;;) {
    const deleted = await database.transaction((tx) => tx.query(PRUNE, [windowDays, ROWS_AT_ONCE]));
    pruned += deleted.length;
    if (deleted.length < ROWS_AT_ONCE) return pruned;
  }
}

const EVERY_MS = 3_600_000;

/** Prunes the inbox every hour. */
export class Pruning {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly log: ProcessorLog,
  ) {}

  start(): void {
    this.#timer = setInterval(() => {
      pruneInbox(this.database).catch((err: unknown) => this.log.warn({ err }, 'the inbox could not be pruned; it is tried again in an hour'));
    }, EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
