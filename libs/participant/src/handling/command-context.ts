import type { CommandType, RecordType } from '@onward/contracts';
import type { Queryable } from '../sql/statement.js';
import type { Request } from './reply.js';

/** What a handler knows of its command besides the request. */
export interface CommandContext {
  /** The batch's transaction. Effects through it happen exactly once; for effects elsewhere pass on {@link idempotencyKey}. */
  readonly db: Queryable;
  /** `ce_id` of the command. */
  readonly commandId: string;
  readonly sagaId: string;
  /** The same for every attempt of this command: the key of the effect (R9). */
  readonly idempotencyKey: string;
  /** For an undo: the key of the do it takes back, to be inserted or locked first (R8). Null for a do. */
  readonly doKey: string | null;
  /** 1 for the first sending. */
  readonly attempt: number;
  /** Microseconds since 1970: when the broker took the command; the same whenever it is handled again. */
  readonly now: number;
  /**
   * Tells a fact, once the transaction is committed and only then.
   * @throws SchemaMismatch when the value does not fit
   */
  emit<T>(event: RecordType<T>, aggregateId: string, value: T): void;
}

/** One command of a batch, as a batch handler gets it. {@link isCommand} tells which. */
export type BatchedCommand<C extends CommandType> = C extends CommandType
  ? { readonly command: C; readonly request: Request<C>; readonly context: CommandContext }
  : never;

/** Whether a command of a batch is of this kind; narrows its request. */
export function isCommand<C extends CommandType>(batched: { readonly command: CommandType }, command: C): batched is BatchedCommand<C> {
  return batched.command === command;
}
