import { recordType, fulfillment, payment, PlaceOrder, type RecordType } from '@onward/contracts';
import { saga, type AnyCommand, type Plan } from '@onward/saga';

/** A saga whose transitions are measured. */
export interface Subject {
  readonly name: string;
  readonly plan: Plan;
  readonly input: unknown;
  /** What a participant answers, by the full name of the reply's record. */
  readonly reply: (record: string) => unknown;
}

const ORDER_ID = '5f0e6a30-6a41-4f8e-9d0c-0d2a4a9f7a11';
const IDS = ['reserve', 'authorize', 'label', 'insure', 'pick', 'pack', 'weigh', 'book', 'notify', 'archive', 'close'] as const;
const BUILD = { version: 1, domain: 'orders', idField: 'orderId' } as const;
const AMOUNT = { amountMinor: 3400, currency: 'EUR' };
const LINES = [{ sku: 'SKU-BOOK', quantity: 2 }, { sku: 'SKU-LAMP', quantity: 1 }];
const AT = 1_767_225_600_000_000;

/** An order of a few fields; every step answers with an id. */
export function smallOrder(): Subject {
  const record = <T>(name: string, fields: Readonly<Record<string, unknown>>): RecordType<T> =>
    recordType<T>({ type: 'record', name: `onward.bench.${name}`, fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })) });
  const input = record('Order', {
    orderId: 'string',
    skus: { type: 'array', items: 'string' },
    total: { type: 'record', name: 'Money', fields: [{ name: 'amountMinor', type: 'long' }, { name: 'currency', type: 'string' }] },
  });
  const request = record('Reserve', { orderId: 'string', skus: { type: 'array', items: 'string' } });
  const undo = record('Release', { orderId: 'string', reason: 'string' });
  const done = record('Reserved', { reservationId: 'string' });
  const command = (name: RecordType<unknown>): AnyCommand => ({ participant: 'fulfillment', name: name.name, request: name, done, rejections: [], failures: [] });
  const step = {
    command: command(request),
    send: (s: { input: { orderId: string; skus: readonly string[] } }) => ({ orderId: s.input.orderId, skus: s.input.skus }),
    undo: { command: command(undo), send: () => ({ orderId: ORDER_ID, reason: 'The order is undone.' }) },
  };
  // Which steps there are is of no interest to the types here.
  let builder = saga('small-order', { ...BUILD, input: input as RecordType<{ orderId: string }> }) as unknown as AnyBuilder;
  for (const id of IDS) builder = builder.step(id, step);
  const order = { orderId: ORDER_ID, skus: LINES.map(({ sku }) => sku), total: AMOUNT };
  return { name: 'ten steps, small records', plan: builder.build(), input: order, reply: () => ({ reservationId: 'reservation-1' }) };
}

/** The order of the ready sagas, with steps of their commands one after the other. */
export function order(): Subject {
  let builder = saga('order', { ...BUILD, input: PlaceOrder }) as unknown as AnyBuilder;
  IDS.forEach((id, n) => (builder = builder.step(id, n % 2 === 0 ? RESERVE : AUTHORIZE)));
  return { name: 'ten steps', plan: builder.build(), input: PLACED, reply: replyOf };
}

/** The same steps, eight of them in the branches of a parallel block. */
export function parallelOrder(): Subject {
  let builder = saga('parallel-order', { ...BUILD, input: PlaceOrder }) as unknown as AnyBuilder;
  builder = builder.step('reserve', RESERVE).parallel('checks', (checks) => {
    for (const id of IDS.slice(1, 5)) {
      checks = checks.branch(id, (branch) => branch.step('first', RESERVE).step('second', AUTHORIZE));
    }
    return checks;
  });
  return { name: 'ten steps, eight in four branches', plan: builder.step('book', AUTHORIZE).step('close', RESERVE).build(), input: PLACED, reply: replyOf };
}

interface AnyBuilder {
  step(id: string, step: unknown): AnyBuilder;
  parallel(id: string, body: (branches: AnyBranches) => AnyBranches): AnyBuilder;
  build(): Plan;
}

interface AnyBranches {
  branch(id: string, body: (branch: AnyBuilder) => AnyBuilder): AnyBranches;
}

const RESERVE = {
  command: fulfillment.ReserveStock,
  send: (s: { sagaId: string; input: PlaceOrder }) => ({
    reservationId: s.sagaId,
    orderId: s.sagaId,
    lines: s.input.lines.map(({ sku, quantity }) => ({ sku, quantity })),
  }),
  undo: { command: fulfillment.ReleaseStock, send: (s: { sagaId: string }) => ({ reservationId: s.sagaId, reason: 'The order is undone.' }) },
};
const AUTHORIZE = {
  command: payment.AuthorizePayment,
  send: (s: { sagaId: string; input: PlaceOrder }) => ({ paymentId: s.sagaId, orderId: s.sagaId, amount: s.input.total, cardToken: s.input.cardToken }),
  undo: { command: payment.VoidPayment, send: (s: { sagaId: string }) => ({ paymentId: s.sagaId, reason: 'The order is undone.' }) },
};
const PLACED: PlaceOrder = {
  orderId: ORDER_ID,
  customerId: 'customer-ada',
  email: 'ada@example.org',
  lines: LINES.map((line) => ({ ...line, unitPrice: { amountMinor: 1250, currency: 'EUR' } })),
  total: AMOUNT,
  cardToken: 'tok_ok',
  shipTo: { name: 'Ada Example', line1: '1 Sample Street', line2: null, postcode: '10115', city: 'Berlin', country: 'DE' },
  placedAt: null,
};

function replyOf(record: string): unknown {
  return record === fulfillment.ReserveStock.done.name
    ? { reservationId: ORDER_ID, lines: LINES, reservedAt: AT }
    : { paymentId: ORDER_ID, authorizationId: 'auth-0123456789', amount: AMOUNT, authorizedAt: AT };
}
