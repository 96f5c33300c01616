import type { ParentRef } from '@onward/saga';
import { cancelled, given, later, replied, started, terminated, undoReplied } from '@onward/saga/testing';
import { settlePayment } from './settle-payment.js';

const amount = { amountMinor: 3400, currency: 'EUR' };
const input = { paymentId: 'order-1', orderId: 'order-1', amount, cardToken: 'tok_ok' };
const parent: ParentRef = { domain: 'orders', sagaId: 'order-1', step: 'settle', attempt: 1, idempotencyKey: 'orders/order-1/settle/do/0' };
const begun = () => given(settlePayment, started(input, { sagaId: 'order-1/settle', parent }));
const authorized = { paymentId: 'order-1', authorizationId: 'auth_1', amount, authorizedAt: 1 };
const captured = { paymentId: 'order-1', captureId: 'capt_1', amount, capturedAt: 2 };

describe('settle-payment', () => {
  it('reserves the money, takes it, and tells its parent', () => {
    const saga = begun();
    expect(saga.sent).toEqual(['do authorize #1']);
    expect(saga.when(replied.done('authorize', authorized)).sent).toEqual(['do capture #1']);
    saga.when(replied.done('capture', captured));
    expect(saga.status).toBe('completed');
    expect(saga.effects).toMatchObject([
      { kind: 'reply', parent, reply: { outcome: 'done', value: { type: 'onward.orders.PaymentSettled', value: { paymentId: 'order-1', captureId: 'capt_1', amount } } } },
    ]);
  });

  it('tells its parent why the card was declined', () => {
    const saga = begun().when(replied.rejected('authorize', 'CARD_DECLINED'));
    expect(saga.status).toBe('compensated');
    expect(saga.effects).toMatchObject([{ kind: 'reply', reply: { outcome: 'rejected', failure: { code: 'CARD_DECLINED', step: 'authorize', participant: 'payment' } } }]);
  });

  it('gives back what it may have reserved when payment was away for too long', () => {
    const saga = begun().when(later('10m'));
    expect(saga.status).toBe('compensating');
    expect(saga.history.flatMap(({ events }) => events)).toContainEqual(expect.objectContaining({ kind: 'CommandSent', step: 'authorize', action: 'undo' }));
    saga.when(undoReplied.done('authorize'));
    expect(saga.status).toBe('compensated');
  });

  it('gives the money back when its parent turns back before it was taken', () => {
    const saga = begun().when(cancelled('The parent saga order-1 turned back.', { by: 'parent' }));
    // What is out is awaited, then undone.
    expect(saga.sent).toEqual([]);
    expect(saga.when(replied.done('authorize', authorized)).sent).toEqual(['undo authorize #1']);
    saga.when(undoReplied.done('authorize'));
    expect(saga.effects).toMatchObject([{ kind: 'reply', reply: { outcome: 'rejected', failure: { code: 'CANCELLED' } } }]);
  });

  it('takes the money all the same when its parent turns back after that was asked for', () => {
    const saga = begun().when(replied.done('authorize', authorized), cancelled('too late', { by: 'parent' }));
    expect(saga.status).toBe('running');
    saga.when(replied.done('capture', captured));
    expect(saga.effects).toMatchObject([{ kind: 'reply', reply: { outcome: 'done' } }]);
  });

  it('keeps asking for the money until it is taken', () => {
    const saga = begun().when(replied.done('authorize', authorized));
    for (let day = 0; day < 3; day += 1) saga.when(later('24h'));
    expect(saga.status).toBe('running');
    expect(saga.when(replied.done('capture', captured)).status).toBe('completed');
  });

  it('says what it leaves in place when it is stopped on the spot', () => {
    const saga = begun().when(replied.done('authorize', authorized), terminated('The bank closed the account.'));
    expect(saga.status).toBe('terminated');
    const left = [
      { code: 'LEFT_IN_PLACE', step: 'authorize' },
      { code: 'LEFT_IN_PLACE', step: 'capture' },
    ];
    expect(saga.effects).toMatchObject([{ kind: 'reply', reply: { outcome: 'rejected', failure: { code: 'TERMINATED', causes: left } } }]);
  });
});
