import { settlePayment } from '@onward/orchestrator/sagas';
import { cancelled, done, edited, rejected, skipped, type Script } from '@onward/saga/testing';
import type { Ending } from './endings.js';

/** What a plan's recording needs beside the endings that every plan has. */
export interface PlanScripts {
  /** What happens in all of its endings, such as its input and its signals. */
  readonly base?: Script;
  readonly more?: readonly Ending[];
}

const order = {
  orderId: 'order-golden',
  customerId: 'customer-ada',
  email: null,
  lines: [{ sku: 'SKU-BOOK', quantity: 2, unitPrice: { amountMinor: 1700, currency: 'EUR' } }],
  total: { amountMinor: 3400, currency: 'EUR' },
  cardToken: 'tok_ok',
  shipTo: { name: 'Ada', line1: '1 Sample Street', line2: null, postcode: '10115', city: 'Berlin', country: 'DE' },
  placedAt: null,
};

const payment = { paymentId: 'order-golden', orderId: 'order-golden', amount: order.total, cardToken: order.cardToken };

const enrollment = { enrollmentId: 'enrollment-golden', email: 'ada@example.org', name: 'Ada' };
const verified = (after: `${number}m` | `${number}d`) => ({ after, to: 'weeks[].verified', value: { sagaId: 'enrollment-golden', code: '123456' } }) as const;
const wrongCode = rejected('CODE_WRONG', { message: 'This is not the code of the verification message.' });

const scored = (score: number) => done({ orderId: order.orderId, score, reasons: [] });
const orderBase: Script = {
  input: order,
  participants: {
    'payment.ScoreRisk': scored(10),
    'fulfillment.QuoteShipping': done({ orderId: order.orderId, price: { amountMinor: 540, currency: 'EUR' }, carrier: 'Onward Post', days: 2 }),
  },
  children: { 'settle-payment': settlePayment },
  // The grace period, and some of what comes after it.
  until: '30m',
};
const risky: Script = { ...orderBase, participants: { ...orderBase.participants, 'payment.ScoreRisk': scored(90) }, until: '2d' };
const approval = (after: `${number}m` | `${number}ms`, approved: boolean) =>
  ({ after, to: 'approval', value: { sagaId: order.orderId, approved, by: 'olga', comment: null } }) as const;
const parcelRefused: Script = { ...orderBase, participants: { ...orderBase.participants, 'fulfillment.ShipParcel': (request: { shipmentId: string }) => (request.shipmentId === order.orderId ? rejected('SHIPMENT_EXISTS') : done()) } };

/** By plan, such as `place-order@1`. */
export const SCRIPTS: Readonly<Record<string, PlanScripts>> = {
  'hello@1': { base: { input: { helloId: 'hello-golden', name: 'Ada' } } },
  'settle-payment@1': { base: { input: payment } },
  'place-order@1': { base: { input: order } },
  'place-order@2': {
    base: orderBase,
    more: [
      { name: 'risky-approved', script: { ...risky, signals: [approval('60m', true)] } },
      { name: 'risky-approved-early', script: { ...risky, signals: [approval('1ms', true)] } },
      { name: 'risky-refused', script: { ...risky, signals: [approval('60m', false)] } },
      { name: 'risky-unanswered', script: risky },
      {
        name: 'checks-both-rejected',
        script: { ...orderBase, participants: { 'payment.ScoreRisk': rejected('AMOUNT_INVALID'), 'fulfillment.QuoteShipping': rejected('DESTINATION_NOT_SERVED', { after: '2s' }) } },
      },
      { name: 'cancelled-in-grace', script: { ...orderBase, happenings: [{ after: '10m', what: cancelled('The customer thought again.') }] } },
      {
        name: 'cancelled-while-captured',
        script: {
          ...orderBase,
          participants: { ...orderBase.participants, 'payment.CapturePayment': done(undefined, { after: '1m' }) },
          happenings: [{ after: '15.5m', what: cancelled('The customer thought again.') }],
        },
      },
      {
        name: 'ship-edited',
        script: {
          ...parcelRefused,
          happenings: [{ after: '20m', what: edited('ship', { shipmentId: 'order-golden-2', orderId: order.orderId, reservationId: order.orderId, shipTo: order.shipTo }, 'The number was taken.') }],
        },
      },
      {
        name: 'reserve-undo-skipped',
        script: {
          ...risky,
          signals: [approval('60m', false)],
          participants: { ...risky.participants, 'fulfillment.ReleaseStock': rejected('ALREADY_SHIPPED') },
          happenings: [{ after: '70m', what: skipped('reserve', 'It was sent by hand.', { action: 'undo' }) }],
        },
      },
    ],
  },
  'enrollment@1': {
    base: { input: enrollment, signals: [verified('8d')], until: '8.01d' },
    more: [
      { name: 'third-reminder', script: { input: enrollment, signals: [verified('22d')] } },
      { name: 'last-call', script: { input: enrollment, signals: [verified('29d')] } },
      { name: 'never-verified', script: { input: enrollment } },
      {
        name: 'wrong-code-once',
        script: {
          input: enrollment,
          participants: { 'customers.ActivateAccount': (_, { step }) => (step === 'weeks[0].activate' ? wrongCode : done()) },
          signals: [verified('1d'), verified('2d')],
        },
      },
      {
        name: 'wrong-codes-only',
        script: { input: enrollment, participants: { 'customers.ActivateAccount': wrongCode }, signals: [verified('1d'), verified('2d'), verified('3d'), verified('4d'), verified('5d')] },
      },
    ],
  },
};
