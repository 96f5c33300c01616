import { saga } from '../define/builder.js';
import { fulfillment, Order, OrderResult, payment } from './contracts.js';
import { plainRetry } from './order.js';

/** The beginning of a saga that specs go on with. */
export const begin = (name = 'spec', version = 1) => saga(name, { version, domain: 'orders', input: Order, idField: 'orderId' });

export const total = { amountMinor: 4200, currency: 'EUR' };
const once = { ...plainRetry, attempts: 1 } as const;

/** A step of payment that is tried once and has an undo. */
export const authorize = {
  command: payment.Authorize,
  send: () => ({ orderId: '', amount: total }),
  retry: once,
  undo: { command: payment.Void, send: (_s: unknown, _r: unknown, outcome: string) => ({ orderId: '', outcome }), retry: once },
} as const;

/** A step of fulfillment that is tried once and has an undo. */
export const reserve = {
  command: fulfillment.Reserve,
  send: () => ({ orderId: '', skus: [] }),
  retry: once,
  undo: {
    command: fulfillment.Release,
    send: (_s: unknown, reply: { reservationId: string } | undefined, outcome: string) => ({ orderId: '', reservationId: reply?.reservationId ?? null, outcome }),
    retry: once,
  },
} as const;

/** A step that leaves nothing behind, tried once. */
export const look = { command: payment.Capture, send: () => ({ authorizationId: '' }), retry: once, harmless: true } as const;

/** A step of fulfillment from the pivot on. */
export const ship = { command: fulfillment.Ship, send: () => ({ reservationId: '' }) } as const;

/** A saga that settles something for another one. */
export const settlePlan = saga('settle', { version: 1, domain: 'orders', input: Order, idField: 'orderId' })
  .step('reserve', { ...reserve })
  .build({ result: OrderResult, from: () => ({ trackingId: '' }) });
