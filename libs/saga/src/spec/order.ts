import { saga } from '../define/builder.js';
import type { Plan } from '../plan/plan.js';
import { retry, type RetryOptions } from '../retry.js';
import { fulfillment, Order, OrderResult, payment } from './contracts.js';

/** No chance in it, short times: due times can be computed by head. */
export const plainRetry = {
  attempts: 3,
  firstDelay: '1s',
  factor: 2,
  maxDelay: '10s',
  jitter: 0,
  attemptTimeout: '30s',
} as const satisfies RetryOptions;

/** What the sagas of the specs are started with. */
export const order = { orderId: 'order-1', skus: ['a', 'b'], total: { amountMinor: 4200, currency: 'EUR' } };

/** The saga that most specs run: reserve → authorize → pivot → capture → ship. */
export function orderPlan(change: { reserve?: RetryOptions; release?: RetryOptions; void?: RetryOptions } = {}): Plan {
  return saga('test-order', { version: 1, domain: 'orders', input: Order, idField: 'orderId' })
    .step('reserve', {
      command: fulfillment.Reserve,
      send: (s) => ({ orderId: s.sagaId, skus: s.input.skus }),
      retry: change.reserve ?? plainRetry,
      undo: {
        command: fulfillment.Release,
        send: (s, reply, outcome) => ({ orderId: s.sagaId, reservationId: reply?.reservationId ?? null, outcome }),
        retry: change.release ?? { ...retry.untilDone, jitter: 0 },
      },
    })
    .step('authorize', {
      command: payment.Authorize,
      send: (s) => ({ orderId: s.sagaId, amount: s.input.total }),
      retry: plainRetry,
      undo: {
        command: payment.Void,
        send: (s, _reply, outcome) => ({ orderId: s.sagaId, outcome }),
        retry: change.void ?? { ...retry.untilDone, jitter: 0 },
      },
    })
    .pivot()
    .step('capture', { command: payment.Capture, send: (s) => ({ authorizationId: s.authorize.authorizationId }) })
    .step('ship', { command: fulfillment.Ship, send: (s) => ({ reservationId: s.reserve.reservationId }) })
    .build({ result: OrderResult, from: (s) => ({ trackingId: s.ship.trackingId }) });
}
