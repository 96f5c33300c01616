import { PaymentCaptured, type CapturePayment } from '@onward/contracts';
import { done, rejected } from '@onward/participant';
import type { CommandFacts, Decision, Known, PaymentContracts } from './decision.js';
import { entriesOf, isPayable } from './ledger.js';
import type { Effect } from './payment.js';
import { referenceOf } from './provider.js';

type Capture = Decision<PaymentContracts['CapturePayment']>;

const ALREADY_UNDONE = rejected('ALREADY_UNDONE', 'The payment was refunded before its capture came; it is not captured any more.');

/** Takes reserved money. What is reserved beyond it goes back to the cardholder. */
export function capture(request: CapturePayment, facts: CommandFacts, { payment, effect }: Known): Capture {
  if (effect !== undefined) return { reply: effect.outcome === 'refused' ? ALREADY_UNDONE : done(capturedValue(effect)) };
  if (payment?.captureRefused === true || payment?.state === 'refunded') return { reply: ALREADY_UNDONE };
  if (payment?.state !== 'authorized') {
    return { reply: rejected('NOT_AUTHORIZED', `Payment ${request.paymentId} is ${payment?.state ?? 'unknown'}; only an authorized one can be captured.`) };
  }
  const { paymentId, amount } = request;
  if (!isPayable(amount) || amount.currency !== payment.currency || amount.amountMinor > payment.authorizedMinor) {
    return { reply: rejected('AMOUNT_INVALID', `Payment ${paymentId} is authorized for ${payment.authorizedMinor} minor units of ${payment.currency}; the amount must be positive and no more than that.`) };
  }
  const { idempotencyKey, now } = facts;
  const captured: Effect = { idempotencyKey, paymentId, kind: 'capture', outcome: 'done', code: null, reference: referenceOf('capt', idempotencyKey), amount, at: now };
  const value = capturedValue(captured);
  return {
    reply: done(value),
    payment: { ...payment, state: 'captured', capturedMinor: amount.amountMinor },
    effects: [captured],
    entries: entriesOf({
      groupId: idempotencyKey,
      paymentId,
      currency: amount.currency,
      from: 'hold',
      to: { merchant: amount.amountMinor, cardholder: payment.authorizedMinor - amount.amountMinor },
    }),
    event: { type: PaymentCaptured, value },
  };
}

function capturedValue({ paymentId, reference, amount, at }: Effect): PaymentCaptured {
  return { paymentId, captureId: reference ?? '', amount, capturedAt: at };
}
