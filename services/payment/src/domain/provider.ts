import { createHash } from 'node:crypto';
import { rejected } from '@onward/participant';

const REFUSALS = {
  CARD_DECLINED: rejected('CARD_DECLINED', 'The card was declined.'),
  INSUFFICIENT_FUNDS: rejected('INSUFFICIENT_FUNDS', 'The card has not enough funds.'),
};
export type RefusalCode = keyof typeof REFUSALS;
export type Refusal = (typeof REFUSALS)[RefusalCode];

/** What the built-in card provider says no to; every other card is good. */
const REFUSED_TOKENS: ReadonlyMap<string, RefusalCode> = new Map([
  ['tok_declined', 'CARD_DECLINED'],
  ['tok_insufficient_funds', 'INSUFFICIENT_FUNDS'],
]);

/** The provider's no, or `undefined` when the card is good. */
export function refusalOf(cardToken: string): Refusal | undefined {
  const code = REFUSED_TOKENS.get(cardToken);
  return code === undefined ? undefined : refusalFor(code);
}

export function refusalFor(code: RefusalCode): Refusal {
  return REFUSALS[code];
}

/** The provider's reference: the same for the same key, as providers that take idempotency keys give it. */
export function referenceOf(prefix: 'auth' | 'capt' | 'refd', idempotencyKey: string): string {
  return `${prefix}_${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 24)}`;
}
