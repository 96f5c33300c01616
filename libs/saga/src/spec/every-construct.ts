import { saga } from '../define/builder.js';
import type { Plan } from '../plan/plan.js';
import { fulfillment, Order, OrderResult, payment } from './contracts.js';

const reserve = {
  command: fulfillment.Reserve,
  send: () => ({ orderId: '', skus: [] }),
  undo: { command: fulfillment.Release, send: () => ({ orderId: '', reservationId: null, outcome: '' }) },
} as const;
const ship = { command: fulfillment.Ship, send: () => ({ reservationId: '' }), harmless: true } as const;

/** A plan with every construct, and blocks in blocks: what its functions answer does not matter to the specs. */
export const everyConstruct: Plan = saga('every-construct-2', { version: 3, domain: 'orders', input: Order, idField: 'orderId' })
  .step('reserve', reserve)
  .parallel('checks', (checks) =>
    checks
      .branch('fraud', { command: payment.Authorize, send: (s) => ({ orderId: '', amount: s.input.total }), harmless: true })
      .branch('quote', (quote) => quote.step('carrier', ship).sleep('pause', '5s').step('insurance', ship)),
  )
  .when('risky', () => true, (then) => then.signal('approval', { of: Order, timeout: { after: '1h', then: 'continue' } }))
  .otherwise((other) => other.step('note', ship))
  .each(
    'parcels',
    (s) => s.input.skus,
    (parcel) =>
      parcel
        .step('pack', reserve)
        .parallel('labels', (labels) => labels.branch('inner', ship).branch('outer', (outer) => outer.step('print', ship)))
        .each('stamps', () => [1, 2], (stamp) => stamp.step('stick', ship), { max: 3 }),
    { max: 10 },
  )
  .each('naps', () => [1], (nap) => nap.sleep('nap', '1s'), { max: 2 })
  .child('settle', { of: { name: 'settle', domain: 'orders', input: Order, result: OrderResult }, input: (s) => s.input, undo: reserve.undo })
  .pivot()
  .step('capture', { command: payment.Capture, send: () => ({ authorizationId: '' }) })
  .build({ result: OrderResult, from: () => ({ trackingId: '' }) });
