import { authorize } from './authorize.js';
import { capture } from './capture.js';
import type { CommandFacts, Known } from './decision.js';
import type { Payment, PaymentState } from './payment.js';
import { refund } from './refund.js';
import { voidPayment } from './void.js';

const amount = { amountMinor: 1000, currency: 'EUR' };
const facts: CommandFacts = { idempotencyKey: 'k', doKey: null, now: 5 };
const undo: CommandFacts = { idempotencyKey: 'u', doKey: 'd', now: 5 };
const given = (state: PaymentState | 'none'): Known => {
  const captured = state === 'captured' || state === 'refunded';
  const payment: Payment = { paymentId: 'p', state: state as PaymentState, currency: 'EUR', authorizedMinor: 1000, capturedMinor: captured ? 1000 : 0, authorizationId: 'auth_1', captureRefused: false };
  return { payment: state === 'none' ? undefined : payment, effect: undefined, doEffect: undefined };
};
const commands = {
  authorize: (known: Known) => authorize({ paymentId: 'p', orderId: 'o', amount, cardToken: 'tok_ok' }, facts, known),
  capture: (known: Known) => capture({ paymentId: 'p', amount }, facts, known),
  void: (known: Known) => voidPayment({ paymentId: 'p', reason: 'r' }, undo, known),
  refund: (known: Known) => refund({ paymentId: 'p', amount, reason: 'r' }, undo, known),
};

describe('a payment', () => {
  /** Command, state before, how it is answered, state after, entries in the ledger. */
  it.each([
    ['authorize', 'none', 'done', 'authorized', 2],
    ['authorize', 'open', 'done', 'authorized', 2],
    ['authorize', 'authorized', 'PAYMENT_EXISTS', undefined, 0],
    ['authorize', 'captured', 'PAYMENT_EXISTS', undefined, 0],
    ['authorize', 'refunded', 'PAYMENT_EXISTS', undefined, 0],
    ['authorize', 'voided', 'ALREADY_UNDONE', undefined, 0],
    ['capture', 'none', 'NOT_AUTHORIZED', undefined, 0],
    ['capture', 'open', 'NOT_AUTHORIZED', undefined, 0],
    ['capture', 'authorized', 'done', 'captured', 2],
    ['capture', 'captured', 'NOT_AUTHORIZED', undefined, 0],
    ['capture', 'refunded', 'ALREADY_UNDONE', undefined, 0],
    ['capture', 'voided', 'NOT_AUTHORIZED', undefined, 0],
    ['void', 'none', 'done', 'voided', 0],
    ['void', 'open', 'done', 'voided', 0],
    ['void', 'authorized', 'done', 'voided', 2],
    ['void', 'captured', 'ALREADY_CAPTURED', undefined, 0],
    ['void', 'refunded', 'done', 'refunded', 0],
    ['void', 'voided', 'done', 'voided', 0],
    ['refund', 'none', 'done', 'open', 0],
    ['refund', 'open', 'done', 'open', 0],
    ['refund', 'authorized', 'done', 'authorized', 0],
    ['refund', 'captured', 'done', 'refunded', 2],
    ['refund', 'refunded', 'AMOUNT_INVALID', undefined, 0],
    ['refund', 'voided', 'done', 'voided', 0],
  ] as const)('%s of one that is %s: %s', (command, before, answer, after, entries) => {
    const decision = commands[command](given(before));
    expect([decision.reply.outcome === 'done' ? 'done' : decision.reply.code, decision.payment?.state, decision.entries?.length ?? 0]).toEqual([answer, after, entries]);
    expect((decision.entries ?? []).reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(0);
  });

  it('leaves a mark that refuses the do when its undo comes first, and only then', () => {
    expect(commands.void(given('none')).effects?.map(({ idempotencyKey, kind, outcome }) => [idempotencyKey, kind, outcome])).toEqual([['u', 'void', 'nothing'], ['d', 'authorize', 'refused']]);
    const doEffect = commands.authorize(given('none')).effects?.[0];
    expect(commands.void({ ...given('authorized'), doEffect }).effects).toHaveLength(1);
  });

  it.each([
    ['capture', { ...given('authorized'), payment: { ...(given('authorized').payment as Payment), authorizedMinor: 999 } }],
    ['refund', { ...given('captured'), payment: { ...(given('captured').payment as Payment), capturedMinor: 999 } }],
    ['capture', { ...given('authorized'), payment: { ...(given('authorized').payment as Payment), currency: 'USD' } }],
  ] as const)('refuses a %s of more than there is', (command, known) => {
    expect(commands[command](known).reply).toMatchObject({ outcome: 'rejected', code: 'AMOUNT_INVALID' });
  });
});
