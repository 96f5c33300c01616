import { PaymentVoided, type VoidPayment } from '@onward/contracts';
import { done, rejected } from '@onward/participant';
import { refusedMark, type CommandFacts, type Decision, type Known, type PaymentContracts } from './decision.js';
import { entriesOf } from './ledger.js';
import type { Effect, Payment } from './payment.js';

type Void = Decision<PaymentContracts['VoidPayment']>;

/** Gives an authorization back. Right also when there is none, or none any more; then an authorization that comes late is refused (R8). */
export function voidPayment(request: VoidPayment, facts: CommandFacts, known: Known): Void {
  const { payment, effect } = known;
  if (effect !== undefined) return { reply: done(voidedValue(effect)) };
  const { paymentId } = request;
  if (payment?.state === 'captured') {
    return { reply: rejected('ALREADY_CAPTURED', `Payment ${paymentId} is captured; it can be refunded, not voided.`) };
  }
  const { idempotencyKey, now } = facts;
  const held = payment?.state === 'authorized' ? payment : undefined;
  const amount = { amountMinor: held?.authorizedMinor ?? 0, currency: held?.currency ?? '' };
  const voided: Effect = { idempotencyKey, paymentId, kind: 'void', outcome: held ? 'done' : 'nothing', code: null, reference: held?.authorizationId ?? null, amount, at: now };
  const value = voidedValue(voided);
  return {
    reply: done(value),
    payment: afterVoid(paymentId, payment),
    effects: [voided, ...refusedMark(facts, known, 'authorize', paymentId)],
    ...(held && {
      entries: entriesOf({ groupId: idempotencyKey, paymentId, currency: amount.currency, from: 'hold', to: { cardholder: amount.amountMinor } }),
      event: { type: PaymentVoided, value },
    }),
  };
}

function afterVoid(paymentId: string, payment: Payment | undefined): Payment {
  if (payment === undefined) return { paymentId, state: 'voided', currency: null, authorizedMinor: 0, capturedMinor: 0, authorizationId: null, captureRefused: false };
  // A refunded payment has nothing reserved either, and stays what it is.
  return payment.state === 'refunded' ? payment : { ...payment, state: 'voided' };
}

function voidedValue({ paymentId, reference, at }: Effect): PaymentVoided {
  return { paymentId, authorizationId: reference, voidedAt: at };
}
