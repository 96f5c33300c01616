// What must compile, and what must not, when a saga is written. `tsc` holds every line: an `@ts-expect-error` with nothing
// wrong under it is an error itself. The file is checked, never run.
import { saga, type CommandType, type Plan, type RecordType } from '@onward/saga';

interface Order {
  readonly orderId: string;
  readonly totalMinor: number;
}

declare const Order: RecordType<Order>;
declare const Result: RecordType<{ readonly trackingId: string }>;
declare const Reserve: CommandType<'Reserve', { readonly orderId: string }, { readonly reservationId: string }>;
declare const Release: CommandType<'Release', { readonly reservationId: string | null }, { readonly released: boolean }>;
declare const Charge: CommandType<'Charge', { readonly reservationId: string; readonly totalMinor: number }, { readonly chargeId: string }>;
declare const Ship: CommandType<'Ship', { readonly reservationId: string; readonly chargeId: string }, { readonly trackingId: string }>;

const begun = saga('order', { version: 1, domain: 'orders', input: Order });
const reserved = begun.step('reserve', {
  command: Reserve,
  send: (s) => ({ orderId: s.input.orderId }),
  undo: { command: Release, send: (_s, reply) => ({ reservationId: reply?.reservationId ?? null }) },
});

/** What was recorded flows through the types. */
export const plan: Plan = reserved
  .pivot()
  .step('charge', {
    command: Charge,
    send: (s) => ({ reservationId: s.reserve.reservationId, totalMinor: s.input.totalMinor }),
  })
  .step('ship', {
    command: Ship,
    send: (s) => ({ reservationId: s.reserve.reservationId, chargeId: s.charge.chargeId }),
    retry: { attempts: 'forever', firstDelay: '1s', factor: 2, maxDelay: '5m', jitter: 0.2, attemptTimeout: '30s' },
  })
  .build({ result: Result, from: (s) => ({ trackingId: s.ship.trackingId }) });

/** A saga without a result. */
export const plain: Plan = reserved.build();

// A result that is not there yet: of a later step, of the step itself, of a step that does not exist.
// @ts-expect-error: the step before has not run
begun.step('charge', { command: Charge, harmless: true, send: (s) => ({ reservationId: s.reserve.reservationId, totalMinor: 1 }) });
// @ts-expect-error: a step cannot read itself
begun.step('reserve', { command: Reserve, harmless: true, send: (s) => ({ orderId: s.reserve.reservationId }) });
// @ts-expect-error: no step ship
reserved.build({ result: Result, from: (s) => ({ trackingId: s.ship.trackingId }) });

// A field that the reply does not have.
// @ts-expect-error: the reply has no id
reserved.step('charge', { command: Charge, harmless: true, send: (s) => ({ reservationId: s.reserve.id, totalMinor: 1 }) });

// A repeated id, and the ids that are taken from the start.
// @ts-expect-error: the id is taken
reserved.step('reserve', { command: Reserve, harmless: true, send: () => ({ orderId: '' }) });
// @ts-expect-error: the input has that name
begun.step('input', { command: Reserve, harmless: true, send: () => ({ orderId: '' }) });
// @ts-expect-error: the saga id has that name
begun.step('sagaId', { command: Reserve, harmless: true, send: () => ({ orderId: '' }) });

// A value that is not the command's request.
// @ts-expect-error: a number is no id
begun.step('reserve', { command: Reserve, harmless: true, send: () => ({ orderId: 1 }) });
// @ts-expect-error: the order id is missing
begun.step('reserve', { command: Reserve, harmless: true, send: () => ({}) });
// @ts-expect-error: a promise is no value
begun.step('reserve', { command: Reserve, harmless: true, send: async () => ({ orderId: '' }) });

// An undo: its own request, and a reply that may be missing.
// @ts-expect-error: another request
begun.step('reserve', { command: Reserve, send: () => ({ orderId: '' }), undo: { command: Release, send: () => ({ orderId: '' }) } });
begun.step('reserve', {
  command: Reserve,
  send: () => ({ orderId: '' }),
  // @ts-expect-error: the reply may be missing
  undo: { command: Release, send: (_s, reply) => ({ reservationId: reply.reservationId }) },
});

// A step without its command, or without its value.
// @ts-expect-error: no command
begun.step('reserve', { harmless: true, send: () => ({ orderId: '' }) });
// @ts-expect-error: no value
begun.step('reserve', { command: Reserve, harmless: true });

// A length of time without a unit, or with one that does not exist.
// @ts-expect-error: no unit
begun.step('reserve', { command: Reserve, harmless: true, send: () => ({ orderId: '' }), retry: { attempts: 1, firstDelay: '1', factor: 1, maxDelay: '1s', jitter: 0, attemptTimeout: '1s' } });
// @ts-expect-error: no such unit
begun.step('reserve', { command: Reserve, harmless: true, send: () => ({ orderId: '' }), retry: { attempts: 1, firstDelay: '1s', factor: 1, maxDelay: '1y', jitter: 0, attemptTimeout: '1s' } });

// A result that is not its record.
// @ts-expect-error: a number is no tracking id
reserved.build({ result: Result, from: (s) => ({ trackingId: s.input.totalMinor }) });
