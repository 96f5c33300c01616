import type { CommandType, customers, RecordType } from '@onward/contracts';
import type { BatchedCommand, Reply } from '@onward/participant';
import type { Account, Effect, Message } from './account.js';

/** The command contracts of accounts and of messages to their owners. */
export type AccountContracts = Omit<typeof customers, 'SendGreeting'>;
export type AnyAccountCommand = AccountContracts[keyof AccountContracts];
export type AccountReply = Reply<AnyAccountCommand>;

/** What a decision needs to know of the command besides the request; its context has it. */
export type CommandFacts = Pick<BatchedCommand<AnyAccountCommand>['context'], 'idempotencyKey' | 'doKey' | 'now'>;

/** What is known when a command is decided. */
export interface Known {
  readonly account: Account | undefined;
  /** What the same command came to earlier. */
  readonly effect: Effect | undefined;
  /** For an undo: what its do came to. */
  readonly doEffect: Effect | undefined;
  /** The message that the same command sent, or another one of the same account, template and sequence. */
  readonly message: Message | undefined;
  /** The code for an account that is opened now. */
  readonly freshCode: string;
}

/** What is to happen; only a reply when it was decided before or is refused. */
export interface Decision<C extends CommandType = AnyAccountCommand> {
  readonly reply: Reply<C>;
  readonly account?: Account;
  readonly effects?: readonly Effect[];
  readonly message?: Message;
  readonly event?: { readonly type: RecordType<unknown>; readonly value: unknown };
}
