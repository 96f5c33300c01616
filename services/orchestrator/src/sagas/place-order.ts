import { fulfillment, ManualApproval, OrderPlaced, payment, PlaceOrder } from '@onward/contracts';
import { saga } from '@onward/saga';
import { placeOrderV1 } from './earlier/place-order-v1.js';
import { settlePayment } from './settle-payment.js';

/** A risk score above it needs a person's approval. */
const RISK_SCORE_MAX = 80;

/**
 * An order: set the goods aside, look at the risk and at what shipping costs, let a person approve what is risky, give the
 * customer a while to think again, settle the payment, ship.
 */
export const placeOrder = saga('place-order', { version: 2, domain: 'orders', input: PlaceOrder, idField: 'orderId' })
  .step('reserve', {
    command: fulfillment.ReserveStock,
    send: (s) => ({
      reservationId: s.sagaId,
      orderId: s.sagaId,
      lines: s.input.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    }),
    undo: { command: fulfillment.ReleaseStock, send: (s) => ({ reservationId: s.sagaId, reason: 'The order is undone.' }) },
  })
  .parallel('checks', (checks) =>
    checks
      .branch('fraud', {
        command: payment.ScoreRisk,
        send: (s) => ({ orderId: s.sagaId, customerId: s.input.customerId, amount: s.input.total, shipToCountry: s.input.shipTo.country }),
        harmless: true,
      })
      .branch('quote', {
        command: fulfillment.QuoteShipping,
        send: (s) => ({ orderId: s.sagaId, lines: s.input.lines.map(({ sku, quantity }) => ({ sku, quantity })), shipTo: s.input.shipTo }),
        harmless: true,
      }),
  )
  .when(
    'risky',
    (s) => s.checks.fraud.score > RISK_SCORE_MAX,
    (risky) =>
      risky.signal('approval', {
        of: ManualApproval,
        judge: ({ approved }) => (approved ? 'take' : 'refuse'),
        timeout: { after: '24h', then: 'compensate' },
      }),
  )
  .sleep('grace', '15m')
  .child('settle', {
    of: settlePayment.contract,
    input: (s) => ({ paymentId: s.sagaId, orderId: s.sagaId, amount: s.input.total, cardToken: s.input.cardToken }),
    undo: {
      command: payment.RefundPayment,
      send: (s) => ({ paymentId: s.sagaId, amount: s.input.total, reason: 'The order is undone.' }),
    },
  })
  .pivot()
  .step('ship', {
    command: fulfillment.ShipParcel,
    send: (s) => ({ shipmentId: s.sagaId, orderId: s.sagaId, reservationId: s.reserve.reservationId, shipTo: s.input.shipTo }),
  })
  // An order that is still reserving goes over; one that has its money authorized in the old way ends in the old way.
  .migrate(placeOrderV1, {
    cursor: { reserve: 'reserve' },
    data: (old) => ({ input: old.input, reserve: old.reserve, checks: undefined, approval: undefined, settle: undefined, ship: undefined }),
  })
  .build({
    result: OrderPlaced,
    from: (s) => ({
      orderId: s.sagaId,
      shipmentId: s.ship.shipmentId,
      trackingNumber: s.ship.trackingNumber,
      shipping: s.checks.quote.price,
      approvedBy: s.approval?.by ?? null,
    }),
  });
