import { foldTransition } from '../transition.js';
import type { Plan } from '../plan/plan.js';
import { order } from '../spec/order.js';
import { authorize, begin, look, reserve } from '../spec/steps.js';
import type { SagaState } from '../state.js';
import { cancelled, edited, given, later, migrated, replied, retried, started, undoReplied } from '../testing/index.js';

const insistent = begin('undoing')
  .step('reserve', { ...reserve, onFailure: ({ kind }) => (kind === 'rejected' ? 'retry' : 'compensate') })
  .step('look', { ...look })
  .build();
const plain = begin('undoing').step('reserve', { ...reserve }).step('look', { ...look }).build();

describe('the key that an undo names', () => {
  it('is the key of its do', () => {
    const saga = given(plain, started(order));
    expect(saga.effects).toMatchObject([{ action: 'do', undoes: null }]);
    saga.when(replied.done('reserve'), replied.rejected('look'));
    expect(saga.effects).toMatchObject([{ idempotencyKey: 'orders/order-1/reserve/undo/0', undoes: 'orders/order-1/reserve/do/0' }]);
  });

  it('is the one that the do was last sent under, after a retry', () => {
    const saga = given(insistent, started(order), replied.rejected('reserve'), later('1s'));
    expect(saga.effects).toMatchObject([{ idempotencyKey: 'orders/order-1/reserve/do/1' }]);
    saga.when(replied.done('reserve', undefined, { attempt: 2 }), replied.rejected('look'));
    expect(saga.state).toMatchObject({ undo: [{ path: 'reserve', doEdit: 1 }] });
    expect(saga.effects).toMatchObject([{ idempotencyKey: 'orders/order-1/reserve/undo/0', undoes: 'orders/order-1/reserve/do/1' }]);
  });

  it('is the one that the do was last sent under, after an edit of it', () => {
    const broken = begin('undoing').step('reserve', { ...reserve, send: (s) => (s.input.skus.length > 1 ? ('no' as never) : { orderId: '', skus: [] }) }).step('look', { ...look }).build();
    const saga = given(broken, started(order), edited('reserve', { orderId: 'order-1', skus: ['c'] }, 'One thing only.'));
    expect(saga.effects).toMatchObject([{ idempotencyKey: 'orders/order-1/reserve/do/1' }]);
    saga.when(replied.done('reserve'), replied.rejected('look'));
    expect(saga.effects).toMatchObject([{ action: 'undo', undoes: 'orders/order-1/reserve/do/1' }]);
  });

  it('stays when the undo itself gets another one', () => {
    const saga = given(plain, started(order), replied.done('reserve'), replied.rejected('look'), undoReplied.rejected('reserve', 'NO'), retried());
    expect(saga.effects).toMatchObject([{ idempotencyKey: 'orders/order-1/reserve/undo/1', undoes: 'orders/order-1/reserve/do/0' }]);
  });

  const rested = begin('undoing').step('hold', { ...insistentStep() }).sleep('rest', '1h').step('pay', { ...authorize }).build();
  const renamed = begin('undoing', 2)
    .step('keep', { ...insistentStep() })
    .sleep('rest', '1h')
    .step('pay', { ...authorize })
    .migrate(rested, { cursor: { hold: 'keep' }, data: (old) => ({ input: old.input, keep: old.hold, pay: old.pay }) })
    .build();

  it('is the old one after a migration', () => {
    const saga = given(rested, started(order), replied.rejected('hold'), later('1s'), replied.done('hold', undefined, { attempt: 2 }), migrated(renamed), cancelled());
    expect(saga.effects).toMatchObject([{ idempotencyKey: 'orders/order-1/hold/undo/0', undoes: 'orders/order-1/hold/do/1' }]);
    const plans = new Map<number, Plan>([rested, renamed].map((plan) => [plan.version, plan]));
    let folded: SagaState | undefined;
    for (const transition of saga.history) folded = foldTransition(plans.get(transition.planVersion)!, folded, transition);
    expect(folded).toEqual(saga.state);
  });

  it('is the new one when a migration put another do in the place of a refused one', () => {
    const refused = begin('undoing')
      .parallel('both', (p) => p.branch('one', (b) => b.step('hold', { ...reserve })).branch('two', { ...authorize }), { onFailure: () => 'continue' })
      .step('look', { ...look })
      .build();
    const release = { ...reserve.undo, send: () => ({ orderId: '', reservationId: null, outcome: '' }) };
    const other = begin('undoing', 2)
      .parallel('both', (p) => p.branch('one', (b) => b.step('take', { ...authorize, undo: release })).branch('two', { ...authorize }), { onFailure: () => 'continue' })
      .step('look', { ...look })
      .migrate(refused, { cursor: { 'both.one.hold': 'both.one.take' }, data: (old) => ({ input: old.input, both: { one: undefined, two: old.both?.two }, look: old.look }) })
      .build();
    const saga = given(refused, started(order), replied.rejected('both.one.hold'), migrated(other));
    expect(saga.effects).toMatchObject([{ idempotencyKey: 'orders/order-1/both.one.take/do/0' }]);
    saga.when(replied.done('both.two'), replied.done('both.one.take'), replied.rejected('look'));
    expect(saga.effects).toMatchObject([{ idempotencyKey: 'orders/order-1/both.one.take/undo/0', undoes: 'orders/order-1/both.one.take/do/0' }]);
  });
});

function insistentStep() {
  return { ...reserve, onFailure: ({ kind }: { readonly kind: string }) => (kind === 'rejected' ? ('retry' as const) : ('compensate' as const)) };
}
