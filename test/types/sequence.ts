// The plain case: steps that read the saga's id and input. Checked by `tsc`, never run.
import { saga, sequence, type Plan } from '@onward/saga';
import { Order, Quote, Release, Reserve } from './contracts.js';

const options = { version: 1, domain: 'orders', input: Order, idField: 'orderId' } as const;

const row = sequence('order', options, (step) => [
  step('reserve', {
    command: Reserve,
    send: (s) => ({ orderId: s.input.orderId }),
    undo: { command: Release, send: (_s, reply, outcome) => ({ reservationId: outcome === 'done' ? (reply?.reservationId ?? null) : null }) },
  }),
  step('quote', { pivot: true, command: Quote, send: (s) => ({ orderId: s.sagaId }) }),
]);
export const plain: Plan = row;

// A plan of that kind is migrated from like any other.
saga('order', { version: 2, domain: 'orders', input: Order })
  .step('reserve', { command: Reserve, send: (s) => ({ orderId: s.sagaId }), harmless: true })
  .migrate(row, { cursor: { quote: 'reserve' }, data: (old) => ({ input: old.input, reserve: old.reserve }) });

// @ts-expect-error: a number is no id
sequence('order', options, (step) => [step('reserve', { command: Reserve, harmless: true, send: () => ({ orderId: 1 }) })]);
sequence('order', options, (step) => [
  step('reserve', { command: Reserve, harmless: true, send: (s) => ({ orderId: s.sagaId }) }),
  // @ts-expect-error: it reads another step
  step('quote', { command: Quote, harmless: true, send: (s) => ({ orderId: s.reserve.reservationId }) }),
]);
sequence('order', options, (step) => [
  step('reserve', {
    command: Reserve,
    send: (s) => ({ orderId: s.sagaId }),
    // @ts-expect-error: the reply may be missing
    undo: { command: Release, send: (_s, reply) => ({ reservationId: reply.reservationId }) },
  }),
]);
