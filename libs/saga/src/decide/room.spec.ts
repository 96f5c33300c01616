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

describe('a saga whose commands there is no room for', () => {
  const tight = { ...oversize, without: 'commands' } as const;
  const three = () =>
    begin()
      .step('reserve', { ...reserve })
      .sleep('rest', '1h')
      .parallel('all', (all) => all.branch('a', { ...reserve }).branch('b', { ...reserve }).branch('c', { ...authorize }))
      .build();
  const rested = (): ReturnType<typeof given> => {
    const saga = given(three(), started(order), replied.done('reserve'));
    saga.nowMs += 3_600_000;
    return saga.when({ kind: 'timer', sagaId: 'order-1', oversize: tight });
  };

  it('is parked where they would be sent, and none is', () => {
    const saga = rested();
    expect(saga.kinds).toEqual(['SleepEnded', 'ParallelStarted', 'StepFailed', 'StepFailed', 'StepFailed', 'SagaStuck']);
    expect(saga.events[2]).toMatchObject({ step: 'all.a', outcome: 'notDone', failure: { code: 'SNAPSHOT_TOO_LARGE', kind: 'threw' } });
    expect(saga.effects).toMatchObject([{ kind: 'stuck' }]);
  });

  it('goes on step by step, as an operator has them tried again', () => {
    const saga = rested();
    for (const step of ['all.a', 'all.b', 'all.c']) expect(saga.when(retried(step)).sent).toEqual([`do ${step} #1`]);
    expect(saga.when(replied.done('all.a'), replied.done('all.b'), replied.done('all.c')).status).toBe('completed');
  });

  it('keeps the reply after which they would be sent', () => {
    const saga = given(orderPlan(), started(order), replied.done('reserve', undefined, { oversize: tight }));
    saga.then('StepDone', { kind: 'StepFailed', step: 'authorize', outcome: 'notDone', failure: { code: 'SNAPSHOT_TOO_LARGE' } }, 'SagaStuck');
  });

  it('has an undo parked that it cannot send', () => {
    const saga = given(orderPlan(), started(order), replied.done('reserve'));
    saga.when({ kind: 'reply', sagaId: 'order-1', participant: 'payment', step: 'authorize', action: 'do', attempt: 1, reply: { outcome: 'rejected', code: 'NO', message: 'No.' }, oversize: tight });
    saga.then('StepFailed', 'CompensationStarted', { kind: 'UndoFailed', step: 'reserve', failure: { code: 'SNAPSHOT_TOO_LARGE' } }, 'SagaStuck');
    expect(saga.when(retried('reserve')).sent).toEqual(['undo reserve #1']);
  });

  it('refuses a command that brings too much itself', () => {
    const saga = given(orderPlan(), started(order)).when({ kind: 'cancel', sagaId: 'order-1', commandId: 'c9', by: 'client', reason: 'x', oversize });
    expect(saga.answered).toEqual(['c9 SNAPSHOT_TOO_LARGE']);
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
