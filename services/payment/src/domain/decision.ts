import type { CommandType, payment, RecordType } from '@onward/contracts';
import type { BatchedCommand, Reply } from '@onward/participant';
import type { LedgerEntry } from './ledger.js';
import type { Effect, Payment } from './payment.js';

/** The command contracts of payments: what moves or holds money. */
export type PaymentContracts = Omit<typeof payment, 'ScoreRisk'>;
export type AnyPaymentCommand = PaymentContracts[keyof PaymentContracts];
export type PaymentReply = Reply<AnyPaymentCommand>;

/** What a decision needs to know of the command besides the request; its context has it. */
export type CommandFacts = Pick<BatchedCommand<AnyPaymentCommand>['context'], 'idempotencyKey' | 'doKey' | 'now'>;

/** What is known when a command is decided. */
export interface Known {
  readonly payment: Payment | undefined;
  /** What the same command came to earlier. */
  readonly effect: Effect | undefined;
  /** For an undo: what its do came to. */
  readonly doEffect: Effect | undefined;
}

/** A domain event to be told. */
export interface PaymentEvent {
  readonly type: RecordType<unknown>;
  readonly value: unknown;
}

/** What is to happen; only a reply when it was decided before or is refused. */
export interface Decision<C extends CommandType = AnyPaymentCommand> {
  readonly reply: Reply<C>;
  readonly payment?: Payment;
  readonly effects?: readonly Effect[];
  readonly entries?: readonly LedgerEntry[];
  readonly event?: PaymentEvent;
}

/** R8: the mark that makes a do that comes after its undo be refused; none when the do has come already. */
export function refusedMark(facts: CommandFacts, known: Known, kind: 'authorize' | 'capture', paymentId: string): Effect[] {
  if (facts.doKey === null || known.doEffect !== undefined) return [];
  return [{ idempotencyKey: facts.doKey, paymentId, kind, outcome: 'refused', code: null, reference: null, amount: { amountMinor: 0, currency: '' }, at: facts.now }];
}
