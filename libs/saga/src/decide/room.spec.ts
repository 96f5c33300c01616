import { authorize, begin, look, reserve } from '../spec/steps.js';
import { order, orderPlan } from '../spec/order.js';
import { advance } from '../transition.js';
import type { InputOf } from '../inputs.js';
import { cancelled, given, later, replied, retried, skipped, started, undoReplied } from '../testing/index.js';

const oversize = { bytes: 2_000_000, bytesMax: 1_000_000 };

describe('a saga that there is no room for', () => {
  it('is not started', () => {
    const saga = given(orderPlan(), started(order, { oversize }));
    expect(saga.answered).toEqual(['c1 SNAPSHOT_TOO_LARGE']);
    expect(saga.state).toBeUndefined();
  });

  it('is parked with the step whose reply there is no room for; that step may not happen again', () => {
    const saga = given(orderPlan(), started(order), replied.done('reserve', undefined, { oversize }));
    saga.then({ kind: 'StepFailed', outcome: 'unknown', failure: { code: 'SNAPSHOT_TOO_LARGE' } }, 'SagaStuck');
    expect(saga.when(retried()).effects).toMatchObject([{ id: 'orders/order-1/reserve/do/0#2' }]);
    expect(saga.when(replied.done('reserve', { reservationId: '' })).sent).toEqual(['do authorize #1']);
  });

  it('undoes that step without its reply when it turns back', () => {
    const saga = given(orderPlan(), started(order), replied.done('reserve', undefined, { oversize }), cancelled());
    expect(saga.effects).toMatchObject([{ action: 'undo', value: { value: { reservationId: null, outcome: 'unknown' } } }]);
  });

  it('undoes a step without its reply when that comes late', () => {
    const saga = given(orderPlan(), started(order), replied.done('reserve'), cancelled(), later('30s'));
    expect(saga.sent).toEqual(['undo authorize #1']);
    const plan = begin().step('a', { ...reserve }).step('b', { ...authorize, onFailure: () => 'continue' }).step('c', { ...look }).build();
    const late = given(plan, started(order), replied.done('a'), later('30s'), replied.done('b', undefined, { oversize }));
    late.then({ kind: 'LateReply', outcome: 'done', value: null });
    expect(late.when(replied.rejected('c')).effects).toMatchObject([{ step: 'b', action: 'undo', value: { value: { outcome: 'unknown' } } }]);
  });

  it('can leave that step out, and it is undone all the same if the saga turns back later', () => {
    const plan = begin().step('a', { ...reserve }).step('b', { ...authorize }).build();
    const saga = given(plan, started(order), replied.done('a', undefined, { oversize }), skipped('a', 'not read'));
    expect(saga.sent).toEqual(['do b #1']);
    expect(saga.when(replied.rejected('b')).sent).toEqual(['undo a #1']);
    expect(saga.when(undoReplied.done('a')).status).toBe('compensated');
  });
});

describe('what was deferred', () => {
  it('is taken as it would have been, and leaves the list', () => {
    const plan = orderPlan();
    const saga = given(plan, started(order));
    const [reply] = [...(replied.done('reserve') as (given: typeof saga) => InputOf<'reply'>[])(saga)];
    if (saga.state?.kind !== 'open' || reply === undefined) throw new TypeError('The saga should run.');
    const waiting = { ...saga.state, deferred: [Uint8Array.of(1), Uint8Array.of(2)] };
    const taken = advance(plan, waiting, reply, saga.nowMs, null, { deferred: true });
    expect(taken).toMatchObject({ transition: { events: [{ kind: 'DeferredTaken' }, { kind: 'StepDone' }, { kind: 'CommandSent' }] }, state: { deferred: [Uint8Array.of(2)] } });
  });
});
