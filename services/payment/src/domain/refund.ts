import { PaymentRefunded, type RefundPayment } from '@onward/contracts';
import { done, rejected } from '@onward/participant';
import { refusedMark, type CommandFacts, type Decision, type Known, type PaymentContracts } from './decision.js';
import { entriesOf, isPayable } from './ledger.js';
import type { Effect, Payment } from './payment.js';
import { referenceOf } from './provider.js';

type Refund = Decision<PaymentContracts['RefundPayment']>;

/**
 * Gives captured money back, once a payment. As the undo of a capture that never came it gives back 0 and makes a capture that comes late
 * be refused (R8).
 */
export function refund(request: RefundPayment, facts: CommandFacts, known: Known): Refund {
  const { payment, effect } = known;
  if (effect !== undefined) return { reply: done(refundedValue(effect)) };
  const { paymentId, amount } = request;
  if (payment?.state === 'refunded') {
    return { reply: rejected('AMOUNT_INVALID', `Payment ${paymentId} was refunded by another command; a payment is refunded once.`) };
  }
  if (payment?.state === 'captured') return refundCaptured(request, facts, payment);

  const nothing = refundEffect(facts, paymentId, { amountMinor: 0, currency: amount.currency }, 'nothing');
  return {
    reply: done(refundedValue(nothing)),
    payment: { ...(payment ?? unknownPayment(paymentId)), captureRefused: true },
    effects: [nothing, ...refusedMark(facts, known, 'capture', paymentId)],
  };
}

function refundCaptured({ paymentId, amount }: RefundPayment, facts: CommandFacts, payment: Payment): Refund {
  if (!isPayable(amount) || amount.currency !== payment.currency || amount.amountMinor > payment.capturedMinor) {
    return { reply: rejected('AMOUNT_INVALID', `Payment ${paymentId} is captured with ${payment.capturedMinor} minor units of ${payment.currency}; the amount must be positive and no more than that.`) };
  }
  const refunded = refundEffect(facts, paymentId, amount, 'done');
  const value = refundedValue(refunded);
  return {
    reply: done(value),
    payment: { ...payment, state: 'refunded' },
    effects: [refunded],
    entries: entriesOf({ groupId: facts.idempotencyKey, paymentId, currency: amount.currency, from: 'merchant', to: { cardholder: amount.amountMinor } }),
    event: { type: PaymentRefunded, value },
  };
}

function refundEffect({ idempotencyKey, now }: CommandFacts, paymentId: string, amount: Effect['amount'], outcome: 'done' | 'nothing'): Effect {
  return { idempotencyKey, paymentId, kind: 'refund', outcome, code: null, reference: referenceOf('refd', idempotencyKey), amount, at: now };
}

function unknownPayment(paymentId: string): Payment {
  return { paymentId, state: 'open', currency: null, authorizedMinor: 0, capturedMinor: 0, authorizationId: null, captureRefused: false };
}

function refundedValue({ paymentId, reference, amount, at }: Effect): PaymentRefunded {
  return { paymentId, refundId: reference ?? '', amount, refundedAt: at };
}
