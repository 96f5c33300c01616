import { saga } from '../define/builder.js';
import { fulfillment, Order, OrderResult, payment } from './contracts.js';
import { plainRetry } from './order.js';
import { settlePlan } from './steps.js';

const reserve = {
  command: fulfillment.Reserve,
  send: () => ({ orderId: '', skus: [] }),
  retry: plainRetry,
  undo: { command: fulfillment.Release, send: () => ({ orderId: '', reservationId: null, outcome: '' }), retry: plainRetry },
} as const;
const ship = { command: fulfillment.Ship, send: () => ({ reservationId: '' }), retry: plainRetry, harmless: true } as const;

const define = (version: number) =>
  saga('every-construct-2', { version, domain: 'orders', input: Order, idField: 'orderId' })
    .step('reserve', reserve)
    .parallel('checks', (checks) =>
      checks
        .branch('fraud', { command: payment.Authorize, send: (s) => ({ orderId: '', amount: s.input.total }), retry: plainRetry, harmless: true })
        .branch('quote', (quote) => quote.step('carrier', ship).sleep('pause', '5s').step('insurance', reserve)),
    )
    .parallel('offers', (offers) => offers.branch('one', ship).branch('two', (two) => two.step('ask', reserve)), { onFailure: () => 'continue' })
    .when('risky', (s) => s.checks.quote.carrier.trackingId !== 'safe', (then) =>
      then.signal('approval', { of: Order, judge: (order) => (order.skus.length > 2 ? 'refuse' : 'take'), timeout: { after: '1h', then: 'continue' } }),
    )
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
    .child('settle', { of: settlePlan.contract, input: (s) => s.input, undo: reserve.undo })
    .pivot()
    .step('capture', { command: payment.Capture, send: () => ({ authorizationId: '' }) })
    .drop('parcels', 'offers')
    .step('thank', { command: fulfillment.Ship, send: () => ({ reservationId: '' }) });

/** A plan with every construct, and blocks in blocks: what its functions answer does not matter to the specs. */
export const everyConstruct = define(3).build({ result: OrderResult, from: () => ({ trackingId: '' }) });

/** The same as the next version, and how sagas come to it. */
export const everyConstructNext = define(4)
  .migrate(everyConstruct, { cursor: {}, data: ({ sagaId: _, ...old }) => old })
  .build({ result: OrderResult, from: () => ({ trackingId: '' }) });
