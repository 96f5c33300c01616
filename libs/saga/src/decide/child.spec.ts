import type { ParentClose, FailureChoice } from '../plan/plan.js';
import { authorize, begin, look, reserve, settlePlan } from '../spec/steps.js';
import { order } from '../spec/order.js';
import { failure } from '../failure.js';
import { cancelled, edited, given, later, replied, skipped, started, terminated, undoReplied, type SagaUnderTest } from '../testing/index.js';

const child = (onParentClose: ParentClose, onFailure?: (failure: { code: string }) => FailureChoice) =>
  begin()
    .step('reserve', { ...reserve })
    .parallel('both', (both) =>
      both
        .branch('paying', (paying) =>
          paying.child('settle', { of: settlePlan.contract, input: (s) => s.input, onParentClose, timeout: '1h', undo: { ...authorize.undo }, ...(onFailure === undefined ? {} : { onFailure }) }),
        )
        .branch('other', { ...authorize }),
    )
    .step('last', { ...look })
    .build();
const SETTLE = 'both.paying.settle';
const running = (policy: ParentClose = 'compensate', onFailure?: (failure: { code: string }) => FailureChoice): SagaUnderTest =>
  given(child(policy, onFailure), started(order), replied.done('reserve'), replied.done('both.other'));
const stops = ({ effects }: SagaUnderTest): string[] => effects.flatMap((effect) => (effect.kind === 'childStop' ? [`${effect.how} ${effect.childSagaId}`] : []));

describe('a child saga', () => {
  it('is started under an id of its own and awaited without attempts', () => {
    const saga = given(child('compensate'), started(order), replied.done('reserve'));
    expect(saga.effects).toMatchObject([{}, { kind: 'command', step: SETTLE, participant: 'orders', childSagaId: `order-1/${SETTLE}`, value: { type: 'onward.test.Order' } }].reverse());
    expect(saga.state).toMatchObject({ active: [{}, { phase: 'child', dueAtMs: null }].reverse() });
  });

  it('that completes is done with its result', () => {
    const saga = running().when(replied.done(SETTLE, { trackingId: 't1' }));
    expect(saga.state).toMatchObject({ data: { both: { paying: { settle: { trackingId: 't1' } } } } });
    expect(saga.sent).toEqual(['do last #1']);
  });

  it('that ends compensated turns its parent back, with its causes', () => {
    const causes = [failure('rejected', 'CARD_DECLINED', 'No.', {})];
    const saga = running().when(replied.rejected(SETTLE, 'CARD_DECLINED', { causes }));
    saga.then({ kind: 'StepFailed', outcome: 'notDone', failure: { code: 'CARD_DECLINED', causes: [{ code: 'CARD_DECLINED' }] } }, 'CompensationStarted', { kind: 'CommandSent', step: 'both.other', action: 'undo' });
  });

  it('that has completed is undone by the undo of its step', () => {
    const saga = running().when(replied.done(SETTLE), replied.rejected('last'));
    expect(saga.sent).toEqual([`undo ${SETTLE} #1`]);
    expect(saga.effects).toMatchObject([{ participant: 'payment', childSagaId: null }]);
  });
});

describe('a child whose parent turns back', () => {
  it.each([
    ['compensate', 'cancel'],
    ['terminate', 'terminate'],
  ] as const)('is told to stop and awaited, by the policy %s', (policy, how) => {
    const saga = running(policy).when(cancelled());
    saga.then('CancelAccepted', 'CompensationStarted', { kind: 'ChildClosing', policy });
    expect(stops(saga)).toEqual([`${how} order-1/${SETTLE}`]);
    saga.when(replied.rejected(SETTLE, 'CANCELLED'));
    expect(saga.sent).toEqual(['undo both.other #1']);
    saga.when(undoReplied.done('both.other'), undoReplied.done('reserve'));
    const causes = policy === 'terminate' ? [{ code: 'CANCELLED', step: SETTLE }] : [];
    expect(saga.effects[0]).toMatchObject({ failure: { code: 'CANCELLED', kind: 'cancelled', causes } });
  });

  it('and that completes all the same is undone', () => {
    const saga = running('compensate').when(cancelled(), replied.done(SETTLE));
    expect(saga.sent).toEqual([`undo ${SETTLE} #1`]);
  });

  it('is told to stop and not awaited, by the policy cancel; a late completion is undone', () => {
    const saga = running('cancel').when(cancelled());
    expect(stops(saga)).toEqual([`cancel order-1/${SETTLE}`]);
    expect(saga.sent).toEqual(['undo both.other #1']);
    expect(saga.when(replied.done(SETTLE)).kinds).toEqual(['LateReply']);
    expect(saga.when(undoReplied.done('both.other')).sent).toEqual([`undo ${SETTLE} #1`]);
  });

  it('runs on, by the policy abandon, and is not undone', () => {
    const saga = running('abandon').when(cancelled());
    expect(stops(saga)).toEqual([]);
    expect(saga.sent).toEqual(['undo both.other #1']);
    saga.when(replied.done(SETTLE), undoReplied.done('both.other'), undoReplied.done('reserve'));
    expect(saga.status).toBe('compensated');
  });

  it('is terminated with its parent, whatever its policy', () => {
    const saga = running('abandon').when(terminated('enough'));
    expect(stops(saga)).toEqual([`terminate order-1/${SETTLE}`]);
    expect(saga.effects).toMatchObject([{}, { outcome: 'terminated', failure: { causes: [{ step: 'reserve' }, { step: 'both.other' }, { step: SETTLE }] } }]);
  });
});

describe('a child that does not end in time', () => {
  it('is told to stop, and its parent turns back', () => {
    const saga = running().when(later('1h'));
    saga.then({ kind: 'StepFailed', outcome: 'unknown', failure: { code: 'CHILD_TIMED_OUT' } }, 'CompensationStarted', 'ChildClosing');
    expect(saga.when(replied.rejected(SETTLE, 'CANCELLED')).sent).toEqual(['undo both.other #1']);
  });

  it('is asked again under the same id, if its policy says retry, for it still runs', () => {
    const saga = running('compensate', ({ code }) => (code === 'CHILD_TIMED_OUT' ? 'retry' : 'compensate')).when(later('1h'));
    saga.then('AttemptFailed', { kind: 'StepRetried', edit: 0 });
    saga.when(later('2s'));
    expect(saga.effects).toMatchObject([{ attempt: 2, childSagaId: `order-1/${SETTLE}` }]);
    expect(saga.when(replied.rejected(SETTLE, 'NO', { attempt: 1 })).kinds).toEqual(['StepFailed', 'CompensationStarted', 'CommandSent']);
  });

  it('is told to stop when its parent turns back before it is asked again', () => {
    const saga = running('compensate', () => 'retry').when(later('1h'), cancelled());
    expect(stops(saga)).toEqual([`cancel order-1/${SETTLE}`]);
    expect(saga.when(replied.rejected(SETTLE)).sent).toEqual(['undo both.other #1']);
  });

  it('is told to stop when it is left out', () => {
    const saga = running('compensate', () => 'continue').when(later('1h'));
    saga.then('StepFailed', 'ChildClosing', { kind: 'StepSkipped', by: 'policy' }, { kind: 'CommandSent', step: 'last' });
    expect(stops(saga)).toEqual([`cancel order-1/${SETTLE}`]);
    expect(saga.when(replied.rejected(SETTLE)).kinds).toEqual(['LateReply']);
  });

  it('is told to stop when the policy of its block leaves its branch out', () => {
    const plan = begin()
      .parallel('both', (both) => both.branch('paying', (paying) => paying.child('settle', { of: settlePlan.contract, input: (s) => s.input, timeout: '1h', undo: { ...authorize.undo } })).branch('other', { ...authorize }), {
        onFailure: () => 'continue',
      })
      .step('last', { ...look })
      .build();
    const saga = given(plan, started(order), replied.done('both.other'), later('1h'));
    saga.then('StepFailed', 'ChildClosing', 'BranchSkipped', { kind: 'CommandSent', step: 'last' });
    expect(stops(saga)).toEqual([`cancel order-1/${SETTLE}`]);
    expect(saga.when(replied.done(SETTLE)).kinds).toEqual(['LateReply']);
    expect(saga.when(replied.rejected('last')).sent).toEqual([`undo ${SETTLE} #1`]);
  });

  it('and is left out without being awaited may be done all the same, and is undone', () => {
    const late = running('cancel', () => 'continue').when(later('1h'), replied.done(SETTLE));
    expect(late.kinds).toEqual(['LateReply']);
    expect(late.when(replied.rejected('last')).sent).toEqual([`undo ${SETTLE} #1`]);
    const silent = running('cancel', () => 'continue').when(later('1h'), replied.rejected('last'));
    silent.when(undoReplied.done('both.other'));
    expect(silent.effects).toMatchObject([{ step: SETTLE, action: 'undo', value: { value: { outcome: 'unknown' } } }]);
  });

  it('past the pivot is parked and not turned back; its end still counts', () => {
    const plan = begin()
      .pivot()
      .child('settle', { of: settlePlan.contract, input: (s) => s.input, timeout: '1h', onFailure: () => 'compensate' })
      .build();
    const saga = given(plan, started(order), later('1h'));
    expect(saga.kinds).toEqual(['StepFailed', 'SagaStuck']);
    expect(saga.when(edited('settle', order, 'other')).answered).toEqual(['c2 OUTCOME_UNKNOWN']);
    const other = given(plan, saga.history);
    expect(other.when(replied.done('settle')).status).toBe('completed');
    saga.when(replied.rejected('settle'));
    expect(saga.kinds).toEqual(['LateReply']);
    expect(saga.when(edited('settle', order, 'other')).effects).toMatchObject([{ childSagaId: 'order-1/settle~1' }]);
    expect(stops(saga.when(terminated('enough')))).toEqual(['terminate order-1/settle~1']);
  });

  it('and is left out by a person is told to stop', () => {
    const plan = begin()
      .parallel('both', (both) => both.branch('paying', (paying) => paying.child('settle', { of: settlePlan.contract, input: (s) => s.input, timeout: '1h', harmless: true })).branch('other', { ...authorize, retry: { ...authorize.retry, attemptTimeout: '1d' } }), {
        onFailure: () => 'compensate',
      })
      .build();
    const saga = given(plan, started(order), later('1h'));
    expect(saga.kinds).toEqual(['StepFailed']);
    expect(stops(saga.when(skipped(SETTLE, 'never mind')))).toEqual([`cancel order-1/${SETTLE}`]);
    expect(saga.when(replied.done('both.other')).status).toBe('completed');
  });
});

describe('a child that was refused', () => {
  it('is another saga when it is tried again', () => {
    const saga = running('compensate', ({ code }) => (code === 'AGAIN' ? 'retry' : 'compensate')).when(replied.rejected(SETTLE, 'AGAIN'), later('2s'));
    expect(saga.effects).toMatchObject([{ childSagaId: `order-1/${SETTLE}~1`, id: `orders/order-1/${SETTLE}/do/1#2` }]);
    expect(saga.when(replied.rejected(SETTLE, 'AGAIN', { attempt: 1 })).kinds).toEqual(['LateReply']);
    expect(saga.when(replied.done(SETTLE)).sent).toEqual(['do last #1']);
  });
});

describe('a saga that is a child', () => {
  const parent = { domain: 'orders', sagaId: 'p1', step: 'settle', attempt: 1, idempotencyKey: 'orders/p1/settle/do/0' };
  const begun = () => given(settlePlan, started(order, { parent, commandId: `${parent.idempotencyKey}#1` }));

  it('answers its parent when it has ended', () => {
    const completed = begun().when(replied.done('reserve'));
    expect(completed.effects).toMatchObject([{ kind: 'reply', id: `${parent.idempotencyKey}#done`, parent, reply: { outcome: 'done', value: { type: 'onward.test.OrderResult' } } }]);
    expect(begun().when(replied.rejected('reserve')).effects).toMatchObject([{ kind: 'reply', reply: { outcome: 'rejected', failure: { code: 'NO' } } }]);
  });

  it('answers again when its parent asks again, at its end or after it', () => {
    const again = started(order, { parent: { ...parent, attempt: 2 }, commandId: `${parent.idempotencyKey}#2` });
    const saga = begun().when(again);
    expect(saga.kinds).toEqual(['StartRepeated']);
    expect(saga.when(replied.done('reserve')).effects).toHaveLength(1);
    expect(saga.when(again).effects).toMatchObject([{ kind: 'reply', parent: { attempt: 2 } }]);
  });

  it('answers a parent however many clients wait', () => {
    const saga = begun();
    for (let n = 2; n <= 17; n += 1) saga.when(started(order));
    expect(saga.answered).toEqual(['c16 DUPLICATE_START']);
    expect(saga.when(started(order, { parent: { ...parent, attempt: 2 } })).kinds).toEqual(['StartRepeated']);
    expect(saga.when(cancelled(null, { by: 'parent' })).kinds).toContain('CompensationStarted');
  });

  it('belongs to one parent', () => {
    const saga = begun().when(started(order, { parent: { ...parent, sagaId: 'p2', idempotencyKey: 'orders/p2/settle/do/0' } }));
    expect(saga.effects).toMatchObject([{ kind: 'reply', reply: { outcome: 'rejected', failure: { code: 'START_CONFLICT' } } }]);
  });

  it('is not stopped by a saga that is not its parent', () => {
    for (const stranger of [{ domain: 'billing', sagaId: 'p1' }, { domain: 'orders', sagaId: 'p2' }]) {
      const saga = begun().when(cancelled(null, { by: 'parent', parent: stranger }));
      saga.then({ kind: 'InputIgnored', reason: 'PARENT_WRONG' });
      expect(saga.when(terminated('enough', { by: 'parent', parent: stranger })).events).toMatchObject([{ reason: 'PARENT_WRONG' }]);
    }
    const nobodys = given(settlePlan, started(order), terminated('enough', { by: 'parent', parent: { domain: 'orders', sagaId: 'p1' } }));
    nobodys.then({ kind: 'InputIgnored', reason: 'PARENT_WRONG' });
    expect(given(settlePlan, started(order), cancelled(null, { by: 'parent' })).events).toMatchObject([{ reason: 'PARENT_WRONG' }]);
  });

  it('is cancelled and terminated by its parent, and tells it of the end only', () => {
    const compensated = begun().when(cancelled('turned back', { by: 'parent' }), replied.rejected('reserve'));
    expect(compensated.effects).toMatchObject([{ kind: 'reply', reply: { failure: { code: 'CANCELLED' } } }]);
    const stopped = begun().when(replied.failed('reserve')).when(terminated('turned back', { by: 'parent' }));
    expect(stopped.kinds).toEqual(['InputIgnored']);
    expect(begun().when(terminated('turned back', { by: 'parent' })).effects).toMatchObject([
      { kind: 'reply', reply: { outcome: 'rejected', failure: { code: 'TERMINATED', causes: [{ code: 'LEFT_IN_PLACE', step: 'reserve' }] } } },
    ]);
  });

  it('that cannot start tells its parent why', () => {
    const saga = given(settlePlan, started(order, { parent, sagaId: 'other' }));
    expect(saga.effects).toMatchObject([{ kind: 'reply', reply: { outcome: 'rejected', failure: { code: 'SAGA_ID_MISMATCH' } } }]);
  });
});

describe('a child that somebody terminated', () => {
  const tree = { causes: [failure('cancelled', 'LEFT_IN_PLACE', 'It is done and was not undone.', { step: 'capture' })] };

  it('may have happened: its parent turns back, and undoes it without knowing', () => {
    const saga = running().when(replied.rejected(SETTLE, 'TERMINATED', tree));
    saga.then({ kind: 'StepFailed', outcome: 'unknown', failure: { code: 'TERMINATED', causes: [{ code: 'LEFT_IN_PLACE' }] } }, 'CompensationStarted', { kind: 'CommandSent', step: 'both.other', action: 'undo' });
    saga.when(undoReplied.done('both.other'));
    expect(saga.effects).toMatchObject([{ action: 'undo', step: SETTLE, value: { value: { outcome: 'unknown' } } }]);
  });

  it('while its parent turned back says what is left in place, and is undone', () => {
    const saga = running('compensate').when(cancelled(), replied.rejected(SETTLE, 'TERMINATED', tree));
    saga.when(undoReplied.done('both.other'), undoReplied.done(SETTLE), undoReplied.done('reserve'));
    expect(saga.effects[0]).toMatchObject({ outcome: 'compensated', failure: { code: 'CANCELLED', causes: [{ code: 'TERMINATED', causes: [{ code: 'LEFT_IN_PLACE' }] }] } });
  });

  it('is not asked again by a policy: it would answer the same for ever', () => {
    const saga = running('compensate', () => 'retry').when(replied.rejected(SETTLE, 'TERMINATED', tree));
    expect(saga.kinds).toContain('CompensationStarted');
    expect(stops(saga)).toEqual([]);
    expect(saga.state).toMatchObject({ undo: expect.arrayContaining([expect.objectContaining({ path: SETTLE, outcome: 'unknown' })]) });
  });

  it('after it was given up for its time stays unknown', () => {
    const saga = given(begin().pivot().child('settle', { of: settlePlan.contract, input: (s) => s.input, timeout: '1h', onFailure: () => 'compensate' }).build(), started(order), later('1h'), replied.rejected('settle', 'TERMINATED'));
    expect(saga.kinds).toEqual(['LateReply']);
    expect(saga.when(edited('settle', order, 'other')).answered).toEqual(['c2 OUTCOME_UNKNOWN']);
  });
});

describe('a child that conflicts with its own first start', () => {
  it('may run all the same', () => {
    const saga = running('compensate', ({ code }) => (code === 'CHILD_TIMED_OUT' ? 'retry' : 'compensate')).when(later('1h'), later('2s'));
    saga.when(replied.rejected(SETTLE, 'START_CONFLICT', { attempt: 2 }));
    saga.then({ kind: 'StepFailed', outcome: 'unknown' }, 'CompensationStarted', 'ChildClosing');
    expect(stops(saga)).toEqual([`cancel order-1/${SETTLE}`]);
  });

  it('did not begin, when the first start is what conflicts', () => {
    const saga = running('compensate', ({ code }) => (code === 'CHILD_TIMED_OUT' ? 'retry' : 'compensate')).when(later('1h'), later('2s'));
    saga.when(replied.rejected(SETTLE, 'START_CONFLICT', { attempt: 1 }));
    expect(saga.events).toMatchObject([{ kind: 'StepFailed', outcome: 'notDone' }, {}, {}]);
  });
});
