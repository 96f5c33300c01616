import { authorize, begin, look, reserve } from '../spec/steps.js';
import { Order } from '../spec/contracts.js';
import { order } from '../spec/order.js';
import { nextDueMs } from '../state.js';
import { cancelled, given, later, replied, retried, signalled, started, undoReplied } from '../testing/index.js';

/** Signals of these specs are orders: their id says what to do with them. */
const said = (orderId: string, commandId = orderId) => signalled('approval', { ...order, orderId }, { commandId });
const judge = ({ orderId }: { readonly orderId: string }) => {
  if (orderId === 'throw') throw new Error('boom');
  return orderId.startsWith('ignore') ? 'ignore' : orderId.startsWith('refuse') ? 'refuse' : 'take';
};

describe('a signal', () => {
  const plan = (then: 'compensate' | 'continue' = 'compensate') =>
    begin()
      .step('reserve', { ...reserve })
      .signal('approval', { of: Order, judge, timeout: { after: '1h', then } })
      .step('last', { ...look, send: (s) => ({ authorizationId: (s.approval as { orderId: string } | undefined)?.orderId ?? 'nobody' }) })
      .build();
  const waiting = (then?: 'continue') => given(plan(then), started(order), replied.done('reserve'));

  it('is awaited, taken and recorded', () => {
    const saga = waiting();
    saga.then('StepDone', { kind: 'SignalAwaited', step: 'approval', dueAtMs: saga.nowMs + 3_600_000 });
    saga.when(said('s1'));
    saga.then({ kind: 'SignalTaken', step: 'approval', commandId: 's1' }, { kind: 'CommandSent', value: { value: { authorizationId: 's1' } } });
  });

  it('that comes early is kept until its time', () => {
    const saga = given(plan(), started(order), said('s1'));
    expect(saga.kinds).toEqual(['SignalKept']);
    saga.when(replied.done('reserve'));
    expect(saga.kinds).toEqual(['StepDone', 'SignalAwaited', 'SignalTaken', 'CommandSent']);
    expect(saga.state).toMatchObject({ earlySignals: [] });
  });

  it('is read in the order it came, until one is taken', () => {
    const saga = given(plan(), started(order), said('ignore'), said('s1'), said('s2'), replied.done('reserve'));
    saga.then('StepDone', 'SignalAwaited', { kind: 'SignalRead', commandId: 'ignore', judgement: 'ignore' }, { kind: 'SignalTaken', commandId: 's1' }, 'CommandSent');
    expect(saga.state).toMatchObject({ earlySignals: [{ id: 's2' }] });
  });

  it('is taken once, however often it comes', () => {
    expect(waiting().when(said('s1'), said('s1')).events).toMatchObject([{ kind: 'InputIgnored', reason: 'COMMAND_SEEN' }]);
    expect(given(plan(), started(order), said('s1'), said('s1')).events).toMatchObject([{ reason: 'COMMAND_SEEN' }]);
  });

  it('that is ignored leaves the saga waiting', () => {
    const saga = waiting().when(said('ignore'));
    expect(saga.kinds).toEqual(['SignalRead']);
    expect(saga.when(said('s1')).kinds).toContain('SignalTaken');
  });

  it('that says no turns the saga back', () => {
    const saga = waiting().when(said('refuse'));
    saga.then({ kind: 'SignalRead', judgement: 'refuse' }, { kind: 'StepFailed', outcome: 'notDone', failure: { code: 'SIGNAL_REFUSED' } }, 'CompensationStarted', { kind: 'CommandSent', action: 'undo' });
  });

  it('whose judge throws is kept, and read again when a person says so', () => {
    const saga = waiting().when(said('throw'));
    expect(saga.kinds).toEqual(['SignalKept', 'StepFailed', 'SagaStuck']);
    expect(saga.when(said('throw')).events).toMatchObject([{ reason: 'COMMAND_SEEN' }]);
    expect(saga.when(retried()).kinds).toEqual(['OperatorActed', 'StepRetried', 'SignalAwaited', 'SignalKept', 'StepFailed', 'SagaStuck']);
    expect(saga.state).toMatchObject({ earlySignals: { length: 1 } });
  });

  it('that does not come in time turns the saga back', () => {
    const saga = waiting().when(later('1h'));
    saga.then({ kind: 'StepFailed', failure: { code: 'SIGNAL_TIMED_OUT' } }, 'CompensationStarted', { kind: 'CommandSent', action: 'undo' });
    expect(saga.when(said('s1')).answered).toEqual(['s1 SAGA_TURNED_BACK']);
    expect(saga.when(undoReplied.done('reserve')).status).toBe('compensated');
    expect(saga.when(said('s1')).answered).toEqual(['s1 SAGA_ENDED']);
  });

  it('that does not come in time is done without, if the plan says so', () => {
    const saga = waiting('continue').when(later('1h'));
    saga.then('SignalTimedOut', { kind: 'CommandSent', value: { value: { authorizationId: 'nobody' } } });
    expect(saga.when(said('s1')).kinds).toEqual(['SignalKept']);
  });

  it('of a kind that the plan never waits for is refused', () => {
    const saga = waiting().when(signalled('onward.test.Other', {}, { commandId: 's1' }));
    expect(saga.answered).toEqual(['s1 SIGNAL_UNKNOWN']);
  });

  it('is refused when too many wait already', () => {
    const saga = given(plan(), started(order));
    for (let n = 1; n <= 16; n += 1) saga.when(said(`s${n}`));
    expect(saga.when(said('s17')).answered).toEqual(['s17 TOO_MANY_SIGNALS']);
  });

  it('that there is no room for is refused', () => {
    const value = { type: 'onward.test.Order', value: order };
    const signal = { kind: 'signal', sagaId: 'order-1', commandId: 's1', value, oversize: { bytes: 9, bytesMax: 8 } } as const;
    expect(waiting().when(signal).answered).toEqual(['s1 SNAPSHOT_TOO_LARGE']);
  });

  it('is offered to every place that waits for it', () => {
    const two = begin()
      .parallel('both', (both) =>
        both
          .branch('left', (left) => left.signal('approval', { of: Order, judge: ({ orderId }) => (orderId === 'left' ? 'take' : 'ignore') }))
          .branch('right', (right) => right.signal('approval', { of: Order, judge: ({ orderId }) => (orderId === 'right' ? 'take' : 'ignore') })),
      )
      .build();
    const saga = given(two, started(order), signalled('onward.test.Order', { ...order, orderId: 'right' }));
    saga.then({ kind: 'SignalRead', step: 'both.left.approval' }, { kind: 'SignalTaken', step: 'both.right.approval' });
    expect(saga.when(signalled('onward.test.Order', { ...order, orderId: 'left' })).status).toBe('completed');
  });

  it('that came early is offered to every place that waits for it, too', () => {
    const judged = (name: string) => ({ of: Order, judge: ({ orderId }: { orderId: string }) => (orderId === name ? 'take' : 'ignore') }) as const;
    const two = begin()
      .step('reserve', { ...reserve })
      .parallel('both', (both) => both.branch('left', (left) => left.signal('approval', judged('left'))).branch('right', (right) => right.signal('approval', judged('right'))))
      .build();
    const early = (...names: string[]) => given(two, started(order), ...names.map((orderId) => signalled('onward.test.Order', { ...order, orderId })), replied.done('reserve'));
    early('right').then('StepDone', 'ParallelStarted', 'SignalAwaited', 'SignalAwaited', { kind: 'SignalRead', step: 'both.left.approval' }, { kind: 'SignalTaken', step: 'both.right.approval' });
    expect(early('nobody', 'right', 'left').status).toBe('completed');
    // What nobody takes who listens is read, early or not.
    expect(early('nobody').state).toMatchObject({ earlySignals: [], active: [{ phase: 'listening' }, { phase: 'listening' }] });
  });

  it('fails its branch alone, if the block has a policy', () => {
    const block = begin()
      .parallel('both', (both) => both.branch('left', (left) => left.signal('approval', { of: Order, judge })).branch('right', { ...authorize }), {
        onFailure: ({ causes: [first] }) => (first?.code === 'SIGNAL_REFUSED' ? 'retry' : 'compensate'),
      })
      .build();
    const saga = given(block, started(order), signalled('both.left.approval', { ...order, orderId: 'refuse' }));
    expect(saga.kinds).toEqual(['SignalRead', 'StepFailed']);
    expect(saga.when(replied.done('both.right')).kinds).toEqual(['StepDone', 'StepRetried', 'SignalAwaited']);
    expect(saga.when(signalled('both.left.approval', { ...order, orderId: 'yes' })).status).toBe('completed');
  });
});

describe('a sleep', () => {
  const plan = begin()
    .step('reserve', { ...reserve })
    .sleep('grace', '15m')
    .sleep('more', (s) => (s.input.skus.length > 2 ? ('soon' as never) : '1d'))
    .build();

  it('ends when its time has come, and no sooner', () => {
    const saga = given(plan, started(order), replied.done('reserve'));
    expect(nextDueMs(saga.state!)).toBe(saga.nowMs + 900_000);
    expect(saga.when({ kind: 'timer', sagaId: 'order-1' }).events).toMatchObject([{ kind: 'InputIgnored', reason: 'NOT_DUE' }]);
    expect(saga.when(later('15m')).kinds).toEqual(['SleepEnded', 'SleepStarted']);
    expect(saga.when(later('1d')).status).toBe('completed');
  });

  it('ends at once when the saga turns back', () => {
    const saga = given(plan, started(order), replied.done('reserve'), cancelled());
    expect(saga.sent).toEqual(['undo reserve #1']);
  });

  it('of no length parks the saga', () => {
    const saga = given(plan, started({ ...order, skus: ['a', 'b', 'c'] }), replied.done('reserve'), later('15m'));
    expect(saga.kinds).toEqual(['SleepEnded', 'StepFailed', 'SagaStuck']);
  });

  it('takes 30 days in no time', () => {
    const month = begin().each('days', () => Array.from({ length: 30 }), (day) => day.sleep('night', '1d'), { max: 30 }).build();
    const saga = given(month, started(order), later('30d'));
    expect(saga.status).toBe('completed');
    expect(saga.state?.lastAtMs).toBe(saga.nowMs);
  });
});
