import { ParcelShipped, PaymentAuthorized, PaymentCaptured, PaymentVoided, SagaTransition, StockReleased, StockReserved, type RecordType } from '@onward/contracts';
import { settlePayment } from '../../services/orchestrator/src/sagas/settle-payment.js';
import { outboxesDrained, readEffects, type Effects } from './support/effects.js';
import { kindOf, order, type OrderKind } from './support/orders.js';
import { commandIdOf, Suite } from './support/suite.js';

const ORDERS = 200;
const OPEN_MIN = 50;

describe('a service killed with sagas under way', () => {
  let suite: Suite;
  beforeAll(async () => {
    suite = await Suite.start();
  }, 180_000);
  afterAll(() => suite.stop(), 60_000);

  it.each(['orchestrator', 'payment', 'fulfillment'] as const)(
    '%s: every order reaches exactly one outcome, and no effect is missing or there twice',
    async (service) => {
      const orders = Array.from({ length: ORDERS }, (_, i) => ({ kind: kindOf(i), ...order(kindOf(i), `${service}-${i}`) }));
      await suite.publish(orders.map(({ kind: _, ...value }) => value));
      await suite.stack.kill9(service);
      const ended = await suite.outcomes();
      const open = orders.filter(({ orderId }) => !ended.has(commandIdOf(orderId)));
      expect(open.length).toBeGreaterThanOrEqual(OPEN_MIN);

      await suite.stack.start(service);
      const outcomes = await suite.allOutcomes(orders.map(({ orderId }) => commandIdOf(orderId)));
      for (const { orderId, kind } of orders) {
        expect(outcomes.get(commandIdOf(orderId))).toEqual([expect.objectContaining({ sagaId: orderId, outcome: kind === 'ok' ? 'completed' : 'compensated' })]);
      }
      await outboxesDrained(suite.stack);
      const effects = await readEffects(suite.stack);
      expectEffects(effects, orders);
      await expectChildren(suite, orders);
      await expectFacts(suite, effects, service);
    },
    240_000,
  );
});

/** I1, I2, I5: what the databases hold is what the outcomes say. */
function expectEffects(effects: Effects, orders: readonly { orderId: string; kind: OrderKind }[]): void {
  const did = (id: string, kind: string): number => effects.payments.filter((p) => p.paymentId === id && p.kind === kind && p.outcome === 'done').length;
  for (const { orderId, kind } of orders) {
    const ok = Number(kind === 'ok');
    const counted = {
      authorizations: did(orderId, 'authorize'),
      captures: did(orderId, 'capture'),
      voids: did(orderId, 'void'),
      refunds: did(orderId, 'refund'),
      shipments: effects.shipments.filter((id) => id === orderId).length,
      reservation: effects.reservations.get(orderId),
    };
    expect({ orderId, ...counted }).toEqual({
      orderId,
      authorizations: ok,
      captures: ok,
      voids: 0,
      refunds: 0,
      shipments: ok,
      reservation: kind === 'ok' ? 'shipped' : kind === 'declined' ? 'released' : undefined,
    });
  }
  // No payment but the orders': none was made under another id.
  const known = new Set(orders.map(({ orderId }) => orderId));
  const prefix = orders[0]!.orderId.replace(/\d+$/, '');
  expect(effects.payments.map((p) => p.paymentId).filter((id) => id.startsWith(prefix) && !known.has(id))).toEqual([]);
  expect(effects.ledgerSums.every((sum) => sum === '0')).toBe(true);
}

/** Every payment is a saga of its own, which ended once. */
async function expectChildren(suite: Suite, orders: readonly { orderId: string; kind: OrderKind }[]): Promise<void> {
  const transitions = await suite.readValues(suite.topology.orchestrator('orders').events, SagaTransition);
  const endings = new Map<string, string[]>();
  for (const { value } of transitions) {
    if (value.sagaType !== settlePayment.name) continue;
    const ends = value.events.map(({ kind }) => kind).filter((kind) => /^Saga(Completed|Compensated|Terminated)$/.test(kind));
    endings.set(value.sagaId, [...(endings.get(value.sagaId) ?? []), ...ends]);
  }
  for (const { orderId, kind } of orders) {
    const ending = kind === 'ok' ? ['SagaCompleted'] : kind === 'declined' ? ['SagaCompensated'] : undefined;
    expect([orderId, endings.get(`${orderId}/settle`)]).toEqual([orderId, ending]);
  }
}

/** Every effect in the databases is on the participants' topics, read from offset 0: each once by its sequence number, which has no gap (R11). */
async function expectFacts(suite: Suite, effects: Effects, prefix: string): Promise<void> {
  const own = (id: string): boolean => id.startsWith(`${prefix}-`);
  const did = (kind: string): string[] => effects.payments.filter((p) => p.kind === kind && p.outcome === 'done' && own(p.paymentId)).map((p) => p.paymentId).sort();
  const told = async <T>(topic: string, type: RecordType<T>, idOf: (value: T) => string): Promise<string[]> => {
    const bySequence = new Map((await suite.readValues(topic, type)).map(({ record, value }) => [record.headers['ce_sequence']?.toString(), idOf(value)]));
    return [...bySequence.values()].filter(own).sort();
  };
  expect(await told('payment.events', PaymentAuthorized, (v) => v.paymentId)).toEqual(did('authorize'));
  expect(await told('payment.events', PaymentCaptured, (v) => v.paymentId)).toEqual(did('capture'));
  expect(await told('payment.events', PaymentVoided, (v) => v.paymentId)).toEqual(did('void'));
  expect(await told('fulfillment.events', ParcelShipped, (v) => v.reservationId)).toEqual(effects.shipments.filter(own).sort());
  const reserved = [...effects.reservations].filter(([id]) => own(id));
  expect(await told('fulfillment.events', StockReserved, (v) => v.reservationId)).toEqual(reserved.map(([id]) => id).sort());
  expect(await told('fulfillment.events', StockReleased, (v) => v.reservationId)).toEqual(reserved.filter(([, state]) => state === 'released').map(([id]) => id).sort());
  for (const topic of ['payment.events', 'fulfillment.events']) {
    const sequences = [...new Set((await suite.readAll(topic)).map((r) => Number(r.headers['ce_sequence']?.toString())))].sort((a, b) => a - b);
    expect(sequences).toEqual(Array.from({ length: sequences.length }, (_, i) => i + 1));
  }
}
