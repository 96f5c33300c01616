import { createHash } from 'node:crypto';
import type { Rejected } from '@onward/participant';

/** What the built-in card provider says to these tokens; every other card is good. */
const REFUSED_TOKENS: Readonly<Record<string, Rejected<'CARD_DECLINED' | 'INSUFFICIENT_FUNDS'>>> = {
  tok_declined: { outcome: 'rejected', code: 'CARD_DECLINED', message: 'The card was declined.' },
  tok_insufficient_funds: { outcome: 'rejected', code: 'INSUFFICIENT_FUNDS', message: 'The card has not enough funds.' },
};

/** The provider's no, or `undefined` when the card is good. */
export function refusalOf(cardToken: string): Rejected<'CARD_DECLINED' | 'INSUFFICIENT_FUNDS'> | undefined {
  return Object.hasOwn(REFUSED_TOKENS, cardToken) ? REFUSED_TOKENS[cardToken] : undefined;
}

/** The provider's reference: the same for the same key, as providers that take idempotency keys give it. */
export function referenceOf(prefix: 'auth' | 'capt' | 'refd', idempotencyKey: string): string {
  return `${prefix}_${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 24)}`;
}
