import { PaymentAuthorized, PaymentDeclined, type AuthorizePayment } from '@onward/contracts';
import { done, rejected } from '@onward/participant';
import type { CommandFacts, Decision, Known, PaymentContracts } from './decision.js';
import { entriesOf, isPayable } from './ledger.js';
import type { Effect } from './payment.js';
import { referenceOf, refusalFor, refusalOf, type RefusalCode } from './provider.js';

type Authorization = Decision<PaymentContracts['AuthorizePayment']>;

const ALREADY_UNDONE = rejected('ALREADY_UNDONE', 'The payment was voided before its authorization came; it stays void.');

/** Reserves an amount on a card. */
export function authorize(request: AuthorizePayment, facts: CommandFacts, { payment, effect }: Known): Authorization {
  if (effect !== undefined) return { reply: replyOf(effect) };
  if (payment?.state === 'voided') return { reply: ALREADY_UNDONE };
  if (payment !== undefined && payment.state !== 'open') {
    return { reply: rejected('PAYMENT_EXISTS', `Payment ${payment.paymentId} was authorized by another command. Choose another payment id.`) };
  }
  if (!isPayable(request.amount)) return { reply: rejected('AMOUNT_INVALID', 'The amount must be positive, in a currency of three capital letters.') };

  const { paymentId, amount } = request;
  const { idempotencyKey, now } = facts;
  const base = { idempotencyKey, paymentId, kind: 'authorize', amount, at: now } as const;
  const unpaid = { paymentId, currency: amount.currency, authorizedMinor: 0, capturedMinor: 0, authorizationId: null, captureRefused: payment?.captureRefused ?? false };

  const refusal = refusalOf(request.cardToken);
  if (refusal !== undefined) {
    return {
      reply: refusal,
      payment: { ...unpaid, state: 'open' },
      effects: [{ ...base, outcome: 'declined', code: refusal.code, reference: null }],
      event: { type: PaymentDeclined, value: { paymentId, code: refusal.code, declinedAt: now } },
    };
  }
  const authorized: Effect = { ...base, outcome: 'done', code: null, reference: referenceOf('auth', idempotencyKey) };
  const value = authorizedValue(authorized);
  return {
    reply: done(value),
    payment: { ...unpaid, state: 'authorized', authorizedMinor: amount.amountMinor, authorizationId: authorized.reference },
    effects: [authorized],
    entries: entriesOf({ groupId: idempotencyKey, paymentId, currency: amount.currency, from: 'cardholder', to: { hold: amount.amountMinor } }),
    event: { type: PaymentAuthorized, value },
  };
}

function replyOf(effect: Effect): Authorization['reply'] {
  if (effect.outcome === 'refused') return ALREADY_UNDONE;
  if (effect.outcome === 'declined') return refusalFor(effect.code as RefusalCode);
  return done(authorizedValue(effect));
}

function authorizedValue({ paymentId, reference, amount, at }: Effect): PaymentAuthorized {
  return { paymentId, authorizationId: reference ?? '', amount, authorizedAt: at };
}
