// Every block of TypeScript in docs/guide/sagas.md stands in here word for word, so that it is type-checked and, when the spec
// beside it imports this module, built.
import {
  customers, EmailVerified, fulfillment, ManualApproval, OrderPlaced, orders, payment, PaymentSettled, PlaceOrder, SayHello,
} from '@onward/contracts';
import { checkLock, lockOf, retry, saga, sagaContract, sequence } from '@onward/saga';
import { given, later, play, rejected, replied, started, type Played } from '@onward/saga/testing';

export const placeOrder = saga('place-order', { version: 1, domain: 'orders', input: PlaceOrder, idField: 'orderId' })
  .step('reserve', {
    command: fulfillment.ReserveStock,
    send: (s) => ({ reservationId: s.sagaId, orderId: s.sagaId, lines: s.input.lines.map(({ sku, quantity }) => ({ sku, quantity })) }),
    undo: {
      command: fulfillment.ReleaseStock,
      send: (s, reply, outcome) => ({ reservationId: s.sagaId, reason: outcome === 'done' ? 'The order is undone.' : 'Nobody knows whether it is reserved.' }),
    },
  })
  .pivot()
  .step('ship', {
    command: fulfillment.ShipParcel,
    send: (s) => ({ shipmentId: s.sagaId, orderId: s.sagaId, reservationId: s.reserve.reservationId, shipTo: s.input.shipTo }),
  })
  .build();

/** Where the fragments of the page go on. */
const begun = saga('fragment', { version: 1, domain: 'orders', input: PlaceOrder, idField: 'orderId' });
const message = { command: customers.SendMessage, send: () => ({ accountId: 'a', template: 'welcome', sequence: 1 }) } as const;

export const harmless = begun
  .step('score', {
    command: payment.ScoreRisk,
    send: (s) => ({ orderId: s.sagaId, customerId: s.input.customerId, amount: s.input.total, shipToCountry: s.input.shipTo.country }),
    harmless: true,
  })
  .build();

export const hello = sequence('hello', { version: 1, domain: 'orders', input: SayHello, idField: 'helloId' }, (step) => [
  step('greet', { command: customers.SendGreeting, send: (s) => ({ name: s.input.name, language: null }), harmless: true }),
  step('greetInGerman', { command: customers.SendGreeting, send: (s) => ({ name: s.input.name, language: 'de' }), harmless: true }),
]);

export const policies = begun
  .step('authorize', {
    command: payment.AuthorizePayment,
    send: (s) => ({ paymentId: s.sagaId, orderId: s.sagaId, amount: s.input.total, cardToken: s.input.cardToken }),
    undo: { command: payment.VoidPayment, send: (s) => ({ paymentId: s.sagaId, reason: 'The order is undone.' }) },
    retry: { ...retry.standard, attempts: 3, attemptTimeout: '10s', deadline: '1m', final: ['PROVIDER_UNAVAILABLE'] },
  })
  .build();

export const parallel = begun
  .parallel(
    'checks',
    (checks) =>
      checks
        .branch('fraud', {
          command: payment.ScoreRisk,
          send: (s) => ({ orderId: s.sagaId, customerId: s.input.customerId, amount: s.input.total, shipToCountry: s.input.shipTo.country }),
          harmless: true,
        })
        .branch('shipping', (shipping) =>
          shipping
            .step('quote', {
              command: fulfillment.QuoteShipping,
              send: (s) => ({ orderId: s.sagaId, lines: s.input.lines.map(({ sku, quantity }) => ({ sku, quantity })), shipTo: s.input.shipTo }),
              harmless: true,
            })
            .sleep('breather', '1s'),
        ),
    { onFailure: (failure) => (failure.causes.some(({ code }) => code === 'AMOUNT_INVALID') ? 'compensate' : 'retry') },
  )
  .sleep('afterwards', (s) => (s.checks.fraud.score > 50 || s.checks.shipping.quote.days > 5 ? '1h' : '1m'))
  .build();

export const choice = begun
  .when('expensive', (s) => s.input.total.amountMinor > 100_000, (expensive) => expensive.step('offer', { ...message, harmless: true }))
  .otherwise((cheap) => cheap.step('thank', { ...message, harmless: true }))
  .sleep('afterwards', (s) => (s.offer === undefined ? '1m' : '1h'))
  .build();

export const signal = begun
  .signal('approval', {
    of: ManualApproval,
    judge: (approval, s) => (approval.by === s.input.customerId ? 'ignore' : approval.approved ? 'take' : 'refuse'),
    timeout: { after: '24h', then: 'compensate' },
  })
  .signal('verified', { of: EmailVerified, timeout: { after: '7d', then: 'continue' } })
  .sleep('afterwards', (s) => (s.verified === undefined ? '1d' : '1h'))
  .build();

export const sleeps = begun
  .sleep('grace', '15m')
  .sleep('longer', (s) => (s.input.total.amountMinor > 100_000 ? '1d' : '15m'))
  .build();

export const loop = begun
  .each(
    'quotes',
    (s) => s.input.lines,
    (line) =>
      line.step('quote', {
        command: fulfillment.QuoteShipping,
        send: (s) => ({ orderId: `${s.sagaId}/${s.index}`, lines: [{ sku: s.item.sku, quantity: s.item.quantity }], shipTo: s.input.shipTo }),
        harmless: true,
      }),
    { max: 50, until: (s) => s.quote.days > 10 },
  )
  .sleep('afterwards', (s) => (s.quotes.some(({ quote }) => quote.days > 10) ? '1h' : '1m'))
  .build();

const settlePayment = sagaContract({ name: 'settle-payment', domain: 'orders', input: orders.SettlePayment.request, result: PaymentSettled });

export const child = begun
  .child('settle', {
    of: settlePayment,
    input: (s) => ({ paymentId: s.sagaId, orderId: s.sagaId, amount: s.input.total, cardToken: s.input.cardToken }),
    undo: { command: payment.RefundPayment, send: (s) => ({ paymentId: s.sagaId, amount: s.input.total, reason: 'The order is undone.' }) },
    onParentClose: 'compensate',
    timeout: '1h',
  })
  .build();

export const dropped = begun
  .step('score', { command: payment.ScoreRisk, send: (s) => ({ orderId: s.sagaId, customerId: s.input.customerId, amount: s.input.total, shipToCountry: s.input.shipTo.country }), harmless: true })
  .when('risky', (s) => s.score.score > 80, (risky) => risky.signal('approval', { of: ManualApproval }))
  .drop('score')
  .pivot()
  .step('ship', { command: fulfillment.ShipParcel, send: (s) => ({ shipmentId: s.sagaId, orderId: s.sagaId, reservationId: s.sagaId, shipTo: s.input.shipTo }) })
  .build({
    result: OrderPlaced,
    from: (s) => ({
      orderId: s.sagaId,
      shipmentId: s.ship.shipmentId,
      trackingNumber: s.ship.trackingNumber,
      shipping: s.input.total,
      approvedBy: s.approval?.by ?? null,
    }),
  });

export const hooks = begun
  .step('welcome', {
    ...message,
    harmless: true,
    onFailure: (failure) => {
      if (failure.code === 'ADDRESS_UNREACHABLE') return 'continue'; // the saga goes on without it
      return failure.code === 'MESSENGER_UNAVAILABLE' ? 'retry' : 'compensate';
    },
  })
  .build();

export const placeOrder2 = saga('place-order', { version: 2, domain: 'orders', input: PlaceOrder, idField: 'orderId' })
  .step('hold', {
    command: fulfillment.ReserveStock,
    send: (s) => ({ reservationId: s.sagaId, orderId: s.sagaId, lines: s.input.lines.map(({ sku, quantity }) => ({ sku, quantity })) }),
    undo: { command: fulfillment.ReleaseStock, send: (s) => ({ reservationId: s.sagaId, reason: 'The order is undone.' }) },
  })
  .sleep('grace', '15m')
  .pivot()
  .step('ship', {
    command: fulfillment.ShipParcel,
    send: (s) => ({ shipmentId: s.sagaId, orderId: s.sagaId, reservationId: s.hold.reservationId, shipTo: s.input.shipTo }),
  })
  .migrate(placeOrder, {
    cursor: { reserve: 'hold', ship: 'ship' },
    data: (old) => ({ input: old.input, hold: old.reserve, ship: old.ship }),
  })
  .build();

/** What the page says of locks and tests. */
export function runThePage(): Pick<Played, 'outcome' | 'failure' | 'commands'> {
  const lock = lockOf(placeOrder); // written to a file when the version is released
  checkLock(placeOrder, lock); // throws SAGA_PLAN_LOCKED, naming every difference

  given(placeOrder, started())
    .when(replied.done('reserve'))
    .then('StepDone', { kind: 'CommandSent', step: 'ship', participant: 'fulfillment' })
    .when(later('1m'))
    .then('AttemptFailed', { kind: 'CommandSent', step: 'ship', attempt: 2 });

  const { outcome, failure, commands } = play(policies, { participants: { 'payment.AuthorizePayment': () => rejected('CARD_DECLINED') } });
  return { outcome, failure, commands };
}
