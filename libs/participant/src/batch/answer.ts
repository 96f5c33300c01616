import type { ReceivedCommand } from '../command/received-command.js';

export type Outcome = 'done' | 'rejected' | 'failed';

/** How a command was answered: everything of the reply that must be the same when it is given again. */
export interface Answer {
  readonly outcome: Outcome;
  /** Avro full name of the reply. */
  readonly replyType: string;
  /** The record's value, schema id included. */
  readonly value: Buffer;
  /** Microseconds since 1970. */
  readonly time: number;
}

/** An answer with the command whose it is. */
export interface StoredAnswer extends Answer {
  readonly idempotencyKey: string;
  /** The attempt of a failed one; 0 for a final answer. */
  readonly attempt: number;
  readonly commandSchemaId: number;
  readonly commandSha256: Buffer;
}

/** Reply `ce_id`: the same whenever the same answer is given, so that readers can drop repeats (I10). */
export function replyId(command: ReceivedCommand, outcome: Outcome): string {
  return outcome === 'failed' ? `${command.idempotencyKey}#${command.attempt}` : `${command.idempotencyKey}#${outcome}`;
}
