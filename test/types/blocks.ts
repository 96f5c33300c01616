// Blocks of a saga: what is recorded in them, and who can read it. Checked by `tsc`, never run.
import { saga, sagaContract, type Plan, type RecordType } from '@onward/saga';
import { Approval, Order, Quote, Release, Reserve, Score, Ship, Tracking } from './contracts.js';

const begun = saga('order', { version: 1, domain: 'orders', input: Order, idField: 'orderId', grants: ['payments'] });

interface Payment {
  readonly orderId: string;
  readonly minor: number;
}
interface Receipt {
  readonly chargeId: string;
}
declare const Payment: RecordType<Payment>;
declare const Receipt: RecordType<Receipt>;
const settlePayment = sagaContract({ name: 'settle-payment', domain: 'payments', input: Payment, result: Receipt });

/** Everything in one. */
export const whole = begun
  .step('reserve', {
    command: Reserve,
    send: (s) => ({ orderId: s.input.orderId }),
    undo: { command: Release, send: (_s, reply) => ({ reservationId: reply?.reservationId ?? null }) },
  })
  .parallel('checks', (p) =>
    p
      .branch('fraud', { command: Score, send: (s) => ({ orderId: s.reserve.reservationId }), harmless: true })
      .branch('quote', (b) =>
        b
          .step('cheap', { command: Quote, send: (s) => ({ orderId: s.sagaId }), harmless: true })
          .step('fast', { command: Quote, send: (s) => ({ orderId: `${s.cheap.minor}` }), harmless: true }),
      ),
  )
  .when(
    'risky',
    (s) => s.checks.fraud.score > 80,
    (b) => b.signal('approval', { of: Approval, judge: (signal, s) => (signal.by === s.sagaId ? 'refuse' : 'take'), timeout: { after: '24h', then: 'compensate' } }),
  )
  .otherwise((b) => b.sleep('nap', '1s').step('note', { command: Quote, send: (s) => ({ orderId: s.sagaId }), harmless: true }))
  .sleep('grace', (s) => (s.input.totalMinor > 100 ? '15m' : '5m'))
  .pivot()
  .child('settle', { of: settlePayment, input: (s) => ({ orderId: s.sagaId, minor: s.checks.quote.cheap.minor + s.checks.fraud.score }) })
  .each(
    'parcels',
    (s) => s.input.parcels,
    (b) =>
      b
        .step('ship', { command: Ship, send: (s) => ({ sku: `${s.item.sku}${s.index.toFixed()}` }) })
        .signal('seen', { of: Approval, timeout: { after: '1d', then: 'continue' } }),
    { max: 10, until: (s) => s.ship.trackingId === s.item.sku },
  )
  .drop('reserve', 'checks')
  .build({ result: Tracking, from: (s) => ({ trackingId: `${s.parcels[0]?.ship.trackingId}${s.settle.chargeId}${s.approval?.by}${s.note?.minor}${s.parcels[0]?.seen?.by}` }) });

/** A plan is a plan, whatever it records. */
export const plain: Plan = whole;

/** A plan's own contract makes it a child. */
export const parent: Plan = begun
  .child('order', { of: whole.contract, input: (s) => s.input, harmless: true })
  .build({ result: Tracking, from: (s) => ({ trackingId: s.order.trackingId }) });
