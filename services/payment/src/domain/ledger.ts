import type { Money } from '@onward/contracts';

/** Where money can be. */
export type Account = 'cardholder' | 'hold' | 'merchant';

/** One line of the ledger. The lines of a group sum to zero: money moves, and is neither made nor lost (I5). */
export interface LedgerEntry {
  /** Idempotency key of the effect that moved it. */
  readonly groupId: string;
  readonly paymentId: string;
  readonly account: Account;
  /** What the account gets, in minor units; negative: what it gives. */
  readonly amountMinor: number;
  readonly currency: string;
}

/** One movement: from an account to one or more others. */
export interface Movement {
  readonly groupId: string;
  readonly paymentId: string;
  readonly currency: string;
  readonly from: Account;
  readonly to: Readonly<Partial<Record<Account, number>>>;
}

/** The double entry of a movement. */
export function entriesOf({ groupId, paymentId, currency, from, to }: Movement): LedgerEntry[] {
  const gets = Object.entries(to).filter(([, amountMinor]) => amountMinor !== 0) as [Account, number][];
  const given = gets.reduce((sum, [, amountMinor]) => sum + amountMinor, 0);
  return [[from, -given] as const, ...gets].map(([account, amountMinor]) => ({ groupId, paymentId, account, amountMinor, currency }));
}

/** Whether an amount can be moved: positive, exact, in an ISO 4217 currency. */
export function isPayable({ amountMinor, currency }: Money): boolean {
  return Number.isSafeInteger(amountMinor) && amountMinor > 0 && /^[A-Z]{3}$/.test(currency);
}
