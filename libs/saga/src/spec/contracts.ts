import type { CommandType, RecordType } from '../contract.js';

/** Contracts as the generator makes them, small enough for the specs of the engine. */
function record<T>(name: string, fields: Readonly<Record<string, unknown>>): RecordType<T> {
  return {
    name: `onward.test.${name}`,
    schema: {
      type: 'record',
      name,
      namespace: 'onward.test',
      fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
    },
    check: (value) => (typeof value === 'object' && value !== null ? undefined : 'it should be a record'),
  };
}

function command<Request, Done>(
  participant: string,
  request: RecordType<Request>,
  done: RecordType<Done>,
  failures: readonly string[] = [],
): CommandType<string, Request, Done> {
  return { participant, name: request.name, request, done, rejections: ['NO'], failures };
}

const money = {
  type: 'record',
  name: 'Money',
  fields: [
    { name: 'amountMinor', type: 'long' },
    { name: 'currency', type: 'string' },
  ],
};

export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

export const Order = record<{ readonly orderId: string; readonly skus: readonly string[]; readonly total: Money }>('Order', {
  orderId: 'string',
  skus: { type: 'array', items: 'string' },
  total: money,
});
export const OrderResult = record<{ readonly trackingId: string }>('OrderResult', { trackingId: 'string' });

export const fulfillment = {
  Reserve: command(
    'fulfillment',
    record<{ readonly orderId: string; readonly skus: readonly string[] }>('Reserve', {
      orderId: 'string',
      skus: { type: 'array', items: 'string' },
    }),
    record<{ readonly reservationId: string }>('Reserved', { reservationId: 'string' }),
    ['WAREHOUSE_AWAY', 'WAREHOUSE_GONE'],
  ),
  Release: command(
    'fulfillment',
    record<{ readonly orderId: string; readonly reservationId: string | null; readonly outcome: string }>('Release', {
      orderId: 'string',
      reservationId: ['null', 'string'],
      outcome: 'string',
    }),
    record<{ readonly orderId: string }>('Released', { orderId: 'string' }),
    ['WAREHOUSE_AWAY'],
  ),
  Ship: command(
    'fulfillment',
    record<{ readonly reservationId: string }>('Ship', { reservationId: 'string' }),
    record<{ readonly trackingId: string }>('Shipped', { trackingId: 'string' }),
  ),
};

export const payment = {
  Authorize: command(
    'payment',
    record<{ readonly orderId: string; readonly amount: Money }>('Authorize', { orderId: 'string', amount: money }),
    record<{ readonly authorizationId: string; readonly amount: Money }>('Authorized', {
      authorizationId: 'string',
      amount: money,
    }),
    ['PROVIDER_AWAY'],
  ),
  Void: command(
    'payment',
    record<{ readonly orderId: string; readonly outcome: string }>('Void', { orderId: 'string', outcome: 'string' }),
    record<{ readonly orderId: string }>('Voided', { orderId: 'string' }),
    ['PROVIDER_AWAY'],
  ),
  Capture: command(
    'payment',
    record<{ readonly authorizationId: string }>('Capture', { authorizationId: 'string' }),
    record<{ readonly captureId: string }>('Captured', { captureId: 'string' }),
    ['PROVIDER_AWAY'],
  ),
};
