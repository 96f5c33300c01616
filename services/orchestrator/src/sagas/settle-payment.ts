import { orders, payment, PaymentSettled } from '@onward/contracts';
import { saga } from '@onward/saga';

/**
 * One payment, settled: reserve the money, then take it. Started by a parent saga over the link from its domain to this one; a
 * client cannot start it.
 */
export const settlePayment = saga('settle-payment', { version: 1, domain: 'orders', input: orders.SettlePayment.request })
  .step('authorize', {
    command: payment.AuthorizePayment,
    send: ({ input }) => ({ paymentId: input.paymentId, orderId: input.orderId, amount: input.amount, cardToken: input.cardToken }),
    undo: { command: payment.VoidPayment, send: ({ input }) => ({ paymentId: input.paymentId, reason: 'The payment is undone.' }) },
  })
  .pivot()
  .step('capture', {
    command: payment.CapturePayment,
    send: (s) => ({ paymentId: s.input.paymentId, amount: s.authorize.amount }),
  })
  .build({
    result: PaymentSettled,
    from: (s) => ({ paymentId: s.input.paymentId, captureId: s.capture.captureId, amount: s.capture.amount }),
  });
