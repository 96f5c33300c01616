import type { Failure } from '@onward/saga';
import { cancelled, edited, given, later, replied, signalled, skipped, started, undoReplied, type SagaUnderTest } from '@onward/saga/testing';
import { placeOrder } from './place-order.js';

const shipTo = { name: 'Ada', line1: '1 Sample Street', line2: null, postcode: '10115', city: 'Berlin', country: 'DE' };
const total = { amountMinor: 3400, currency: 'EUR' };
const order = {
  orderId: 'order-1',
  customerId: 'customer-ada',
  email: null,
  lines: [{ sku: 'SKU-BOOK', quantity: 2, unitPrice: { amountMinor: 1700, currency: 'EUR' } }],
  total,
  cardToken: 'tok_ok',
  shipTo,
  placedAt: null,
};
const price = { amountMinor: 540, currency: 'EUR' };
const shipped = { shipmentId: 'order-1', reservationId: 'order-1', carrier: 'Onward Post', trackingNumber: 'OP1', shippedAt: 9 };

const reserved = () => given(placeOrder, started(order), replied.done('reserve', { reservationId: 'order-1', lines: [], reservedAt: 1 }));
const scored = (score: number) => replied.done('checks.fraud', { orderId: 'order-1', score, reasons: [] });
const quoted = replied.done('checks.quote', { orderId: 'order-1', price, carrier: 'Onward Post', days: 2 });
const settled = replied.done('settle', { paymentId: 'order-1', captureId: 'capt_1', amount: total });
const approval = (approved: boolean) => signalled('approval', { sagaId: 'order-1', approved, by: 'olga', comment: null });

/** Reserved and checked: an order that is not risky. */
const checked = () => reserved().when(scored(10), quoted);
/** An order that waits for a person. */
const risky = () => reserved().when(scored(90), quoted);
/** An order whose payment is being settled. */
const settling = () => checked().when(later('15m'));

/** Everything is given back, and the client is told why. */
function compensated(saga: SagaUnderTest, failure: Partial<Failure> | object): void {
  saga.when(undoReplied.done('reserve'));
  expect(saga.status).toBe('compensated');
  expect(saga.effects).toMatchObject([{ kind: 'outcome', commandId: 'c1', outcome: 'compensated', failure }, ...saga.effects.slice(1)]);
}

describe('an order', () => {
  it('is reserved, checked, held for its grace period, paid for and shipped', () => {
    const saga = reserved();
    expect(saga.sent).toEqual(['do checks.fraud #1', 'do checks.quote #1']);
    saga.when(quoted, scored(80));
    expect(saga.sent).toEqual([]);
    saga.when(later('14m'));
    expect(saga.sent).toEqual([]);
    saga.when(later('1m'));
    expect(saga.effects).toMatchObject([
      {
        kind: 'command',
        step: 'settle',
        participant: 'orders',
        childSagaId: 'order-1/settle',
        value: { type: 'onward.orders.SettlePayment', value: { paymentId: 'order-1', orderId: 'order-1', amount: total, cardToken: 'tok_ok' } },
      },
    ]);
    expect(saga.when(settled).sent).toEqual(['do ship #1']);
    saga.when(replied.done('ship', shipped));
    expect(saga.effects).toMatchObject([
      { outcome: 'completed', result: { type: 'onward.orders.OrderPlaced', value: { orderId: 'order-1', shipmentId: 'order-1', trackingNumber: 'OP1', shipping: price, approvedBy: null } } },
    ]);
  });

  it('out of stock ends there', () => {
    const saga = given(placeOrder, started(order), replied.rejected('reserve', 'OUT_OF_STOCK'));
    expect(saga.status).toBe('compensated');
    expect(saga.answered).toEqual(['c1 OUT_OF_STOCK']);
  });

  it('to where nobody delivers goes back', () => {
    compensated(reserved().when(scored(10), replied.rejected('checks.quote', 'DESTINATION_NOT_SERVED')), {
      code: 'DESTINATION_NOT_SERVED',
      step: 'checks.quote',
      participant: 'fulfillment',
      causes: [],
    });
  });

  it('that fails both checks goes back with both reasons', () => {
    const saga = reserved().when(replied.rejected('checks.fraud', 'AMOUNT_INVALID'));
    // The other branch is awaited.
    expect(saga.sent).toEqual([]);
    saga.when(replied.rejected('checks.quote', 'DESTINATION_NOT_SERVED'));
    expect(saga.sent).toEqual(['undo reserve #1']);
    compensated(saga, {
      causes: [
        { code: 'AMOUNT_INVALID', step: 'checks.fraud', participant: 'payment' },
        { code: 'DESTINATION_NOT_SERVED', step: 'checks.quote', participant: 'fulfillment' },
      ],
    });
  });

  it('whose card is declined goes back with the reasons of the payment', () => {
    const declined: Failure = { code: 'CARD_DECLINED', message: 'The card was declined.', kind: 'rejected', step: 'authorize', attempt: 1, participant: 'payment', causes: [] };
    const saga = settling().when(replied.rejected('settle', 'CARD_DECLINED', { causes: [declined] }));
    expect(saga.sent).toEqual(['undo reserve #1']);
    compensated(saga, { code: 'CARD_DECLINED', step: 'settle', participant: 'orders', causes: [declined] });
  });
});

describe('a risky order', () => {
  it('waits for a person and goes on when it is approved', () => {
    const saga = risky().when(later('23h'));
    expect(saga.status).toBe('running');
    expect(saga.sent).toEqual([]);
    saga.when(approval(true), later('15m'), settled, replied.done('ship', shipped));
    expect(saga.effects).toMatchObject([{ outcome: 'completed', result: { value: { approvedBy: 'olga' } } }]);
  });

  it('takes an approval that came before it was asked for', () => {
    const saga = reserved().when(approval(true), scored(90), quoted);
    saga.when(later('15m'));
    expect(saga.sent).toEqual(['do settle #1']);
  });

  it('goes back when it is refused', () => {
    compensated(risky().when(approval(false)), { code: 'SIGNAL_REFUSED', step: 'approval' });
  });

  it('goes back when nobody says anything for a day', () => {
    compensated(risky().when(later('24h')), { code: 'SIGNAL_TIMED_OUT', step: 'approval' });
  });
});

describe('a customer who cancels', () => {
  it('in the grace period has the goods released, and no payment', () => {
    const saga = checked().when(later('14m'), cancelled('changed my mind'));
    expect(saga.sent).toEqual(['undo reserve #1']);
    compensated(saga, { code: 'CANCELLED' });
    expect(saga.answered).toEqual(['c1 CANCELLED', 'c2 CANCELLED']);
  });

  it('while the money is being reserved has that stopped first', () => {
    const saga = settling().when(cancelled('changed my mind'));
    expect(saga.effects).toMatchObject([{ kind: 'childStop', childSagaId: 'order-1/settle', how: 'cancel' }]);
    saga.when(replied.rejected('settle', 'CANCELLED'));
    expect(saga.sent).toEqual(['undo reserve #1']);
    compensated(saga, { code: 'CANCELLED' });
  });

  it('after the money was taken has it refunded', () => {
    const saga = settling().when(cancelled('changed my mind'), settled);
    expect(saga.sent).toEqual(['undo settle #1']);
    expect(saga.effects).toMatchObject([{ participant: 'payment', value: { type: 'onward.payment.RefundPayment', value: { paymentId: 'order-1', amount: total } } }]);
    saga.when(undoReplied.done('settle'));
    expect(saga.sent).toEqual(['undo reserve #1']);
    compensated(saga, { code: 'CANCELLED' });
  });

  it('after the parcel was asked for is told that it is too late', () => {
    const saga = settling().when(settled, cancelled('changed my mind'));
    expect(saga.answered).toEqual(['c2 PAST_PIVOT']);
    expect(saga.when(replied.done('ship', shipped)).status).toBe('completed');
  });
});

describe('a parcel that is refused', () => {
  const parked = () => settling().when(settled, replied.rejected('ship', 'SHIPMENT_EXISTS'));

  it('waits for a person', () => {
    const saga = parked();
    expect(saga.status).toBe('stuck');
    expect(saga.effects).toMatchObject([{ kind: 'stuck', failure: { code: 'SHIPMENT_EXISTS', step: 'ship' } }]);
  });

  it('goes out as an operator says', () => {
    const saga = parked().when(edited('ship', { shipmentId: 'order-1-b', orderId: 'order-1', reservationId: 'order-1', shipTo }, 'the first number was taken'));
    expect(saga.effects).toMatchObject([{ kind: 'command', idempotencyKey: 'orders/order-1/ship/do/1', value: { value: { shipmentId: 'order-1-b' } } }]);
    expect(saga.when(replied.done('ship', { ...shipped, shipmentId: 'order-1-b' })).status).toBe('completed');
  });

  it('parks again when it is left out: the order has no shipment to tell of', () => {
    const saga = parked().when(skipped('ship', 'carried there by hand'));
    expect(saga.status).toBe('stuck');
  });
});
