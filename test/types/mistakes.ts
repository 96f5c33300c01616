// What must not compile in a definition with blocks. `tsc` holds every line: an `@ts-expect-error` with nothing wrong under it
// is an error itself. The file is checked, never run.
import { saga, sagaContract, type RecordType } from '@onward/saga';
import { Approval, Charge, Order, Quote, Reserve, Score, Ship, Tracking } from './contracts.js';

const begun = saga('order', { version: 2, domain: 'orders', input: Order, grants: ['payments'] });
const reserved = begun.step('reserve', { command: Reserve, send: () => ({ orderId: '' }), harmless: true });
const score = { command: Score, send: () => ({ orderId: '' }), harmless: true } as const;
const quote = { command: Quote, send: () => ({ orderId: '' }), harmless: true } as const;

interface Payment {
  readonly orderId: string;
  readonly minor: number;
}
declare const Payment: RecordType<Payment>;
const settlePayment = sagaContract({ name: 'settle-payment', domain: 'payments', input: Payment, result: Tracking });
const settleElsewhere = sagaContract({ name: 'settle-payment', domain: 'billing', input: Payment, result: Tracking });
const ownChild = sagaContract({ name: 'check-order', domain: 'orders', input: Payment, result: Tracking });

// Ids, in blocks too.
// @ts-expect-error: taken by the step
reserved.sleep('reserve', '1s');
// @ts-expect-error: taken by the sleep
begun.sleep('nap', '1s').signal('nap', { of: Approval });
// @ts-expect-error: two branches of one id
begun.parallel('checks', (p) => p.branch('fraud', score).branch('fraud', score));
// @ts-expect-error: taken around the block
reserved.parallel('checks', (p) => p.branch('both', (b) => b.step('reserve', score)));
// @ts-expect-error: the block's own id
begun.each('parcels', (s) => s.input.parcels, (b) => b.step('parcels', score), { max: 3 });
// @ts-expect-error: taken on one side of the choice
begun.when('risky', () => true, (b) => b.step('fraud', score)).otherwise((b) => b.step('fraud', score));
// @ts-expect-error: taken on one side of the choice
begun.when('risky', () => true, (b) => b.step('fraud', score)).step('fraud', score);
// @ts-expect-error: a dropped id stays taken
reserved.drop('reserve').step('reserve', score);
// @ts-expect-error: items have that name
begun.step('item', score);

// Results that are not there.
// @ts-expect-error: branches do not see each other
begun.parallel('checks', (p) => p.branch('fraud', score).branch('quote', { ...quote, send: (s) => ({ orderId: s.checks.fraud }) }));
// @ts-expect-error: the other branch's step
begun.parallel('checks', (p) => p.branch('a', (b) => b.step('fraud', score)).branch('b', (b) => b.step('quote', { ...quote, send: (s) => ({ orderId: `${s.fraud.score}` }) })));
// @ts-expect-error: recorded under the branch
begun.parallel('checks', (p) => p.branch('fraud', score)).build({ result: Tracking, from: (s) => ({ trackingId: `${s.fraud.score}` }) });
// @ts-expect-error: the other side of the choice
begun.when('risky', () => true, (b) => b.step('fraud', score)).otherwise((b) => b.step('quote', { ...quote, send: (s) => ({ orderId: `${s.fraud.score}` }) }));
// @ts-expect-error: outside of the loop there is no item
begun.step('reserve', { command: Reserve, send: (s) => ({ orderId: s.item }), harmless: true });
// @ts-expect-error: an iteration's result is in the list of all
begun.each('parcels', (s) => s.input.parcels, (b) => b.step('fraud', score), { max: 3 }).build({ result: Tracking, from: (s) => ({ trackingId: `${s.fraud.score}` }) });
// @ts-expect-error: dropped
reserved.drop('reserve').build({ result: Tracking, from: (s) => ({ trackingId: s.reserve.reservationId }) });
// @ts-expect-error: nothing of that name to drop
reserved.drop('charge');
// @ts-expect-error: recorded outside of the block
reserved.when('risky', () => true, (b) => b.step('fraud', score).drop('reserve'));
// @ts-expect-error: the field is not in the item
begun.each('parcels', (s) => s.input.parcels, (b) => b.step('ship', { command: Ship, send: (s) => ({ sku: s.item.name }) }), { max: 3 });

// Results that may be missing.
const risky = begun.when('risky', () => true, (b) => b.step('fraud', score));
// @ts-expect-error: the choice may have left it out
risky.step('reserve', { command: Reserve, send: (s) => ({ orderId: `${s.fraud.score}` }) });
risky.step('reserve', { command: Reserve, send: (s) => ({ orderId: `${s.fraud?.score}` }) });
const perhaps = begun.signal('approval', { of: Approval, timeout: { after: '1h', then: 'continue' } });
// @ts-expect-error: the time may have run out
perhaps.step('reserve', { command: Reserve, send: (s) => ({ orderId: s.approval.by }) });
perhaps.step('reserve', { command: Reserve, send: (s) => ({ orderId: s.approval?.by ?? '' }) });
const surely = begun.signal('approval', { of: Approval, timeout: { after: '1h', then: 'compensate' } });
surely.step('reserve', { command: Reserve, send: (s) => ({ orderId: s.approval.by }) });
const forgiving = begun.step('reserve', { command: Reserve, send: () => ({ orderId: '' }), harmless: true, onFailure: (failure) => (failure.code === 'OUT_OF_STOCK' ? 'continue' : 'compensate') });
// @ts-expect-error: the policy may have gone on without it
forgiving.build({ result: Tracking, from: (s) => ({ trackingId: s.reserve.reservationId }) });
const someChecks = begun.parallel('checks', (p) => p.branch('fraud', score).branch('quote', quote), { onFailure: () => 'continue' });
// @ts-expect-error: the policy may have gone on without the branch
someChecks.build({ result: Tracking, from: (s) => ({ trackingId: `${s.checks.fraud.score}` }) });
someChecks.build({ result: Tracking, from: (s) => ({ trackingId: `${s.checks.fraud?.score}` }) });

// Policies know the codes of the contracts.
// @ts-expect-error: the command cannot be refused so
begun.step('reserve', { command: Reserve, send: () => ({ orderId: '' }), onFailure: (failure) => (failure.code === 'CARD_DECLINED' ? 'retry' : 'compensate') });
// @ts-expect-error: no such choice
begun.step('reserve', { command: Reserve, send: () => ({ orderId: '' }), onFailure: () => 'ignore' });
begun.parallel('checks', (p) => p.branch('fraud', score).branch('quote', quote), {
  // @ts-expect-error: no branch fails so
  onFailure: (failure) => (failure.causes.some(({ code }) => code === 'CARD_DECLINED') ? 'retry' : 'compensate'),
});
begun.parallel('checks', (p) => p.branch('fraud', score).branch('quote', quote), {
  onFailure: (failure) => (failure.causes.some(({ code }) => code === 'CUSTOMER_UNKNOWN' || code === 'ATTEMPT_TIMED_OUT') ? 'retry' : 'compensate'),
});

// Child sagas.
// @ts-expect-error: no grant for that domain
begun.child('settle', { of: settleElsewhere, input: () => ({ orderId: '', minor: 1 }), harmless: true });
begun.child('settle', { of: settlePayment, input: () => ({ orderId: '', minor: 1 }), harmless: true });
begun.child('check', { of: ownChild, input: () => ({ orderId: '', minor: 1 }), harmless: true });
// @ts-expect-error: a text is no amount
begun.child('settle', { of: settlePayment, input: () => ({ orderId: '', minor: '1' }), harmless: true });
// @ts-expect-error: the amount is missing
begun.child('settle', { of: settlePayment, input: () => ({ orderId: '' }), harmless: true });
// @ts-expect-error: not in the child's result
begun.child('settle', { of: settlePayment, input: () => ({ orderId: '', minor: 1 }), harmless: true }).build({ result: Tracking, from: (s) => ({ trackingId: s.settle.id }) });
// @ts-expect-error: a saga without a result
begun.child('other', { of: saga('other', { version: 1, domain: 'orders', input: Payment }).step('fraud', score).build().contract, input: () => ({ orderId: '', minor: 1 }), harmless: true });

// Blocks.
// @ts-expect-error: a loop has a bound
begun.each('parcels', (s) => s.input.parcels, (b) => b.step('fraud', score), {});
// @ts-expect-error: no list
begun.each('parcels', (s) => s.input.orderId.length, (b) => b.step('fraud', score), { max: 3 });
// @ts-expect-error: a predicate says yes or no
begun.when('risky', (s) => s.input.orderId, (b) => b.step('fraud', score));
// @ts-expect-error: a block is not built
begun.when('risky', () => true, (b) => b.step('fraud', score).build());
// @ts-expect-error: otherwise belongs to a choice
begun.step('fraud', score).otherwise((b) => b.step('quote', quote));
// @ts-expect-error: one otherwise
risky.otherwise((b) => b.step('quote', quote)).otherwise((b) => b.step('more', quote));
// @ts-expect-error: no such judgement
begun.signal('approval', { of: Approval, judge: () => 'accept' });
// @ts-expect-error: no length of time
begun.sleep('nap', '5 minutes');

// Migrations.
const first = saga('order', { version: 1, domain: 'orders', input: Order })
  .step('reserve', { command: Reserve, send: () => ({ orderId: '' }), harmless: true })
  .parallel('checks', (p) => p.branch('fraud', score).branch('both', (b) => b.step('quote', quote)))
  .step('charge', { command: Charge, send: () => ({ reservationId: '', totalMinor: 1 }), harmless: true })
  .build();
const second = reserved.step('fraud', score).child('settle', { of: settlePayment, input: () => ({ orderId: '', minor: 1 }), harmless: true });
second.migrate(first, {
  cursor: { charge: 'settle', 'checks.fraud': 'fraud', 'checks.both.quote': 'fraud' },
  data: (old) => ({ input: old.input, reserve: old.reserve, fraud: old.checks?.fraud, settle: old.charge && { trackingId: old.charge.chargeId } }),
});
second.migrate(first, {
  // @ts-expect-error: the new plan has no such place
  cursor: { charge: 'nope' },
  data: (old) => ({ input: old.input, reserve: old.reserve, fraud: undefined, settle: undefined }),
});
second.migrate(first, {
  // @ts-expect-error: the old plan has no such place
  cursor: { nope: 'settle' },
  data: (old) => ({ input: old.input, reserve: old.reserve, fraud: undefined, settle: undefined }),
});
second.migrate(first, {
  cursor: { charge: 'settle' },
  // @ts-expect-error: what was reserved is forgotten
  data: (old) => ({ input: old.input, fraud: old.checks?.fraud, settle: undefined }),
});
second.migrate(first, {
  cursor: {},
  // @ts-expect-error: the input is forgotten
  data: (old) => ({ reserve: old.reserve, fraud: old.checks?.fraud, settle: undefined }),
});
second.migrate(first, {
  cursor: {},
  // @ts-expect-error: another step's result
  data: (old) => ({ input: old.input, reserve: old.charge, fraud: old.checks?.fraud, settle: undefined }),
});
// @ts-expect-error: a step after the migration, which knows nothing of it
second.migrate(first, { cursor: {}, data: (old) => ({ input: old.input, reserve: old.reserve, fraud: undefined, settle: undefined }) }).step('late', score);
