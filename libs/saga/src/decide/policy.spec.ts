import type { Failure } from '../failure.js';
import type { FailureChoice } from '../plan/plan.js';
import { authorize, begin, look, reserve, ship } from '../spec/steps.js';
import { order, plainRetry } from '../spec/order.js';
import { cancelled, edited, given, later, replied, retried, skipped, started, undoReplied, type Happening, type SagaUnderTest } from '../testing/index.js';

/** Chooses by the failure's code, of a block by those of its branches. */
const byCode = ({ code, causes }: Failure): FailureChoice => {
  const codes = code === 'BRANCHES_FAILED' ? causes.map((cause) => cause.code) : [code];
  if (codes.includes('AGAIN') || codes.includes('ATTEMPT_TIMED_OUT')) return 'retry';
  return codes.includes('WITHOUT') ? 'continue' : 'compensate';
};

describe("a step's onFailure", () => {
  const plan = begin()
    .step('reserve', { ...reserve })
    .step('pay', { ...authorize, onFailure: byCode })
    .pivot()
    .step('ship', { ...ship, retry: { ...plainRetry, attempts: 2 }, onFailure: byCode })
    .build();
  const paying = (...then: readonly Happening[]): SagaUnderTest => given(plan, started(order), replied.done('reserve')).when(...then);

  it('is asked after the last attempt, and may compensate', () => {
    const saga = paying(replied.failed('pay', 'AWAY'));
    expect(saga.kinds).toEqual(['StepFailed', 'CompensationStarted', 'CommandSent']);
  });

  it('may go on without the step', () => {
    const saga = paying(replied.rejected('pay', 'WITHOUT'));
    saga.then({ kind: 'StepFailed', outcome: 'notDone' }, { kind: 'StepSkipped', by: 'policy', detail: 'WITHOUT' }, { kind: 'CommandSent', step: 'ship' });
    expect(saga.status).toBe('running');
  });

  it('may begin another round after a pause: under a new key when the old one was refused', () => {
    const saga = paying(replied.rejected('pay', 'AGAIN'));
    saga.then({ kind: 'AttemptFailed', attempt: 1 }, { kind: 'StepRetried', by: 'policy', edit: 1 });
    saga.when(later('1s'));
    expect(saga.effects).toMatchObject([{ attempt: 2, idempotencyKey: 'orders/order-1/pay/do/1' }]);
    expect(saga.when(replied.done('pay')).sent).toEqual(['do ship #1']);
  });

  it('keeps the key when nobody knows what became of it', () => {
    const saga = paying(later('30s'));
    saga.then({ kind: 'AttemptFailed' }, { kind: 'StepRetried', edit: 0 });
    saga.when(later('1s'));
    expect(saga.effects).toMatchObject([{ attempt: 2, idempotencyKey: 'orders/order-1/pay/do/0' }]);
    expect(saga.when(replied.rejected('pay', 'AGAIN'), later('2s')).effects).toMatchObject([{ idempotencyKey: 'orders/order-1/pay/do/1' }]);
  });

  it('is asked once for one refusal, however often it comes', () => {
    const saga = paying(replied.rejected('pay', 'AGAIN'), replied.rejected('pay', 'AGAIN'));
    expect(saga.kinds).toEqual(['LateReply']);
    expect(saga.when(later('1s')).effects).toMatchObject([{ idempotencyKey: 'orders/order-1/pay/do/1' }]);
    expect(saga.when(replied.failed('pay', 'X', { attempt: 1 })).kinds).toEqual(['LateReply']);
  });

  it('cannot turn a saga back that is past the pivot: it is parked', () => {
    const saga = paying(replied.done('pay'), replied.rejected('ship'));
    expect(saga.kinds).toEqual(['StepFailed', 'SagaStuck']);
    expect(saga.when(cancelled()).answered).toEqual(['c2 PAST_PIVOT']);
    expect(saga.when(retried()).sent).toEqual(['do ship #2']);
  });

  it('counts attempts anew in every round', () => {
    const saga = paying(replied.done('pay'), replied.rejected('ship', 'AGAIN'), later('1s'), replied.failed('ship'));
    expect(saga.kinds).toEqual(['AttemptFailed']);
    expect(saga.when(later('2s'), replied.failed('ship', 'WITHOUT')).status).toBe('completed');
  });

  it('that throws parks its step, which may have happened if it was not heard of', () => {
    const broken = begin()
      .step('pay', { ...authorize, onFailure: ({ step, kind }) => (step === 'pay' && kind === 'timeout' ? ('what' as never) : 'compensate') })
      .build();
    const saga = given(broken, started(order), later('30s'));
    saga.then({ kind: 'StepFailed', outcome: 'unknown', failure: { code: 'USER_VALUE_INVALID', causes: [{ code: 'ATTEMPT_TIMED_OUT' }] } }, 'SagaStuck');
    expect(saga.when(edited('pay', { orderId: '', amount: order.total }, 'try')).answered).toEqual(['c2 OUTCOME_UNKNOWN']);
    expect(saga.when(cancelled()).sent).toEqual(['undo pay #1']);
  });

  it('is not asked while the saga goes back', () => {
    const saga = paying(cancelled(), replied.rejected('pay', 'AGAIN'));
    expect(saga.kinds).toEqual(['StepFailed', 'CommandSent']);
  });
});

describe("a block's onFailure", () => {
  const plan = begin()
    .step('reserve', { ...reserve })
    .parallel(
      'both',
      (both) =>
        both
          .branch('left', { ...authorize })
          .branch('right', (right) => right.step('hold', { ...reserve }).each('parts', (s) => s.input.skus, (part) => part.step('look', { ...look }), { max: 3 }).step('hold2', { ...reserve })),
      { onFailure: byCode },
    )
    .step('last', { ...look })
    .build();
  const begun = (...then: readonly Happening[]): SagaUnderTest => given(plan, started(order), replied.done('reserve')).when(...then);

  it('is asked when the others have come to rest; meanwhile no new step starts', () => {
    const saga = begun(replied.rejected('both.left', 'AGAIN'));
    expect(saga.kinds).toEqual(['StepFailed']);
    expect(saga.status).toBe('running');
    saga.when(replied.done('both.right.hold'));
    saga.then('StepDone', { kind: 'StepRetried', step: 'both.left', by: 'policy', edit: 1 }, { kind: 'LoopStarted' }, 'IterationStarted', { kind: 'CommandSent', step: 'both.right.parts[0].look' });
    expect(saga.when(later('1s')).sent).toEqual(['do both.left #2']);
  });

  it('may go on without the branches that failed', () => {
    const saga = begun(replied.rejected('both.left', 'WITHOUT'), replied.rejected('both.right.hold', 'X'));
    saga.then('StepFailed', { kind: 'BranchSkipped', step: 'both.left' }, { kind: 'BranchSkipped', step: 'both.right' }, { kind: 'CommandSent', step: 'last' });
    expect(saga.when(replied.done('last')).status).toBe('completed');
  });

  it('leaves a branch out as a whole, loops and all; what it has done is undone if the saga turns back later', () => {
    const saga = begun(replied.done('both.left'), replied.done('both.right.hold'), replied.done('both.right.parts[0].look'), replied.rejected('both.right.parts[1].look', 'WITHOUT'));
    expect(saga.sent).toEqual(['do last #1']);
    expect(saga.state).toMatchObject({ loops: [], active: [{ path: 'last' }] });
    expect(saga.when(replied.rejected('last')).sent).toEqual(['undo both.right.hold #1']);
  });

  it('leaves nothing of a half branch to be read, but for its own undos', () => {
    const half = begin()
      .parallel(
        'both',
        (both) =>
          both
            .branch('a', (a) => a.step('hold', { ...reserve, undo: { ...reserve.undo, send: (s, reply) => ({ orderId: s.sagaId, reservationId: reply?.reservationId ?? null, outcome: '' }) } }).step('more', { ...reserve }))
            .branch('b', (b) => b.step('hold', { ...reserve }).parallel('deep', (deep) => deep.branch('c', (c) => c.step('x', { ...look }).step('y', { ...look })), { onFailure: () => 'continue' })),
        { onFailure: () => 'continue' },
      )
      .step('last', { ...look, send: (s) => ({ authorizationId: JSON.stringify([s.both.a?.more.reservationId ?? null, s.both.b?.hold.reservationId ?? null, s.both.b?.deep.c?.y.captureId ?? null]) }) })
      .build();
    const saga = given(half, started(order), replied.done('both.a.hold'), replied.done('both.b.hold'), replied.done('both.b.deep.c.x'), replied.rejected('both.b.deep.c.y'), replied.rejected('both.a.more'));
    expect(saga.effects).toMatchObject([{ step: 'last', value: { value: { authorizationId: '[null,"reservationId",null]' } } }]);
    saga.when(replied.rejected('last'), undoReplied.done('both.b.hold'));
    expect(saga.effects).toMatchObject([{ step: 'both.a.hold', action: 'undo', value: { value: { reservationId: 'reservationId' } } }]);
  });

  it('may compensate with the failures of all', () => {
    const saga = begun(replied.rejected('both.left', 'X'), replied.rejected('both.right.hold', 'Y'));
    saga.then('StepFailed', { kind: 'CompensationStarted', failure: { code: 'SEVERAL_FAILED', step: 'both', causes: [{ code: 'X' }, { code: 'Y' }] } }, { kind: 'CommandSent', step: 'reserve', action: 'undo' });
  });

  it('is left aside when the saga is cancelled first', () => {
    const saga = begun(replied.rejected('both.left', 'AGAIN'), cancelled(), replied.rejected('both.right.hold'));
    expect(saga.sent).toEqual(['undo reserve #1']);
    expect(saga.when(undoReplied.done('reserve')).effects[0]).toMatchObject({ failure: { code: 'CANCELLED', causes: [{ code: 'AGAIN' }, { code: 'NO' }] } });
  });

  it('lets a person act on a branch before it is asked', () => {
    expect(begun(replied.rejected('both.left', 'X'), skipped('both.left', 'not needed'), replied.done('both.right.hold')).sent).toEqual(['do both.right.parts[0].look #1']);
  });

  it('that throws parks the block until a person has looked', () => {
    const broken = begin()
      .parallel('both', (both) => both.branch('left', { ...authorize }).branch('right', { ...authorize }), { onFailure: ({ causes }) => (causes.some(({ code }) => code === 'UNHEARD_OF') ? ('what' as never) : 'retry') })
      .build();
    const saga = given(broken, started(order), replied.done('both.left'), replied.rejected('both.right', 'UNHEARD_OF'));
    expect(saga.kinds).toEqual(['StepFailed', 'SagaStuck']);
    expect(saga.when(skipped('both.right', 'never mind')).status).toBe('completed');
  });
});
