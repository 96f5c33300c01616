import { fulfillment, payment, PlaceOrder } from '@onward/contracts';
import { saga } from '@onward/saga';

/** An order: set the goods aside, reserve the money, then take it and ship. */
export const placeOrderV1 = saga('place-order', { version: 1, domain: 'orders', input: PlaceOrder, idField: 'orderId' })
  .step('reserve', {
    command: fulfillment.ReserveStock,
    send: (s) => ({
      reservationId: s.sagaId,
      orderId: s.sagaId,
      lines: s.input.lines.map(({ sku, quantity }) => ({ sku, quantity })),
    }),
    undo: { command: fulfillment.ReleaseStock, send: (s) => ({ reservationId: s.sagaId, reason: 'The order is undone.' }) },
  })
  .step('authorize', {
    command: payment.AuthorizePayment,
    send: (s) => ({ paymentId: s.sagaId, orderId: s.sagaId, amount: s.input.total, cardToken: s.input.cardToken }),
    undo: { command: payment.VoidPayment, send: (s) => ({ paymentId: s.sagaId, reason: 'The order is undone.' }) },
  })
  .pivot()
  .step('capture', {
    command: payment.CapturePayment,
    send: (s) => ({ paymentId: s.sagaId, amount: s.authorize.amount }),
  })
  .step('ship', {
    command: fulfillment.ShipParcel,
    send: (s) => ({ shipmentId: s.sagaId, orderId: s.sagaId, reservationId: s.reserve.reservationId, shipTo: s.input.shipTo }),
  })
  .build();
