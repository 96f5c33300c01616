import { authorize, begin, look, reserve } from '../spec/steps.js';
import { order } from '../spec/order.js';
import { cancelled, given, later, replied, retried, started, undoReplied } from '../testing/index.js';

const plan = begin()
  .step('first', { ...look })
  .parallel('both', (both) =>
    both
      .branch('left', { ...authorize })
      .branch('right', (right) => right.step('hold', { ...reserve }).step('hold2', { ...reserve })),
  )
  .step('last', { ...look, send: (s) => ({ authorizationId: `${s.both.left.authorizationId} ${s.both.right.hold2.reservationId}` }) })
  .build();
const begun = () => given(plan, started(order), replied.done('first'));

describe('a parallel block', () => {
  it('starts its branches at once and ends with its last one', () => {
    const saga = begun();
    expect(saga.kinds).toEqual(['StepDone', 'ParallelStarted', 'CommandSent', 'CommandSent']);
    expect(saga.sent).toEqual(['do both.left #1', 'do both.right.hold #1']);
    expect(saga.when(replied.done('both.left')).sent).toEqual([]);
    expect(saga.when(replied.done('both.right.hold')).sent).toEqual(['do both.right.hold2 #1']);
    saga.when(replied.done('both.right.hold2'));
    expect(saga.effects).toMatchObject([{ step: 'last', value: { value: { authorizationId: 'authorizationId reservationId' } } }]);
    expect(saga.when(replied.done('last')).status).toBe('completed');
  });

  it('records its results under its id', () => {
    const saga = begun().when(replied.done('both.left'), replied.done('both.right.hold', { reservationId: 'r1' }));
    expect(saga.state).toMatchObject({ data: { both: { left: { authorizationId: 'authorizationId' }, right: { hold: { reservationId: 'r1' } } } } });
  });

  it('starts no new step when a branch has failed, and awaits what is under way', () => {
    const saga = begun().when(replied.rejected('both.left', 'CARD_DECLINED'));
    saga.then({ kind: 'StepFailed', step: 'both.left' }, { kind: 'CompensationStarted', failure: { code: 'CARD_DECLINED' } });
    expect(saga.status).toBe('compensating');
    expect(saga.when(replied.done('both.right.hold')).sent).toEqual(['undo both.right.hold #1']);
    expect(saga.when(undoReplied.done('both.right.hold')).answered).toEqual(['c1 CARD_DECLINED']);
  });

  it('keeps the failures of all its branches, as a tree', () => {
    const saga = begun().when(replied.rejected('both.left', 'CARD_DECLINED'), replied.failed('both.right.hold', 'WAREHOUSE_GONE'));
    expect(saga.effects).toMatchObject([
      { outcome: 'compensated', failure: { code: 'SEVERAL_FAILED', causes: [{ code: 'CARD_DECLINED', step: 'both.left' }, { code: 'WAREHOUSE_GONE', step: 'both.right.hold' }] } },
    ]);
  });

  it('undoes in reverse order of completion, whatever order its branches stand in', () => {
    const left = begun().when(replied.done('both.left'), replied.done('both.right.hold'), replied.rejected('both.right.hold2'));
    expect(left.sent).toEqual(['undo both.right.hold #1']);
    const right = begun().when(replied.done('both.right.hold'), replied.done('both.left'), replied.rejected('both.right.hold2'));
    expect(right.sent).toEqual(['undo both.left #1']);
    expect(right.when(undoReplied.done('both.left')).sent).toEqual(['undo both.right.hold #1']);
  });

  it('undoes a branch that was not heard of, with its outcome unknown', () => {
    const saga = begun().when(replied.rejected('both.left'), later('30s'));
    expect(saga.effects).toMatchObject([{ step: 'both.right.hold', action: 'undo', value: { value: { outcome: 'unknown', reservationId: null } } }]);
    saga.when(undoReplied.done('both.right.hold'));
    expect(saga.effects).toMatchObject([{ failure: { causes: [{ code: 'NO' }, { code: 'ATTEMPT_TIMED_OUT' }] } }]);
  });

  it('waits for all of its branches when it is cancelled', () => {
    const saga = begun().when(cancelled(), replied.done('both.left'));
    expect(saga.sent).toEqual([]);
    expect(saga.when(replied.done('both.right.hold')).sent).toEqual(['undo both.right.hold #1']);
    saga.when(undoReplied.done('both.right.hold'), undoReplied.done('both.left'));
    expect(saga.answered).toEqual(['c1 CANCELLED', 'c2 CANCELLED']);
  });
});

describe('a branch whose code throws', () => {
  const throwing = begin()
    .parallel('both', (both) =>
      both
        .branch('left', (left) => left.step('look', { ...look, send: (s) => (s.sagaId === 'order-1' ? boom() : { authorizationId: '' }) }))
        .branch('right', (right) => right.step('hold', { ...reserve }).step('hold2', { ...reserve })),
    )
    .build();
  const boom = (): never => {
    throw new Error('boom');
  };

  it('is parked, and the other branches go on; the saga is said to be stuck once', () => {
    const saga = given(throwing, started(order));
    expect(saga.kinds).toEqual(['SagaStarted', 'ParallelStarted', 'StepFailed', 'CommandSent', 'SagaStuck']);
    expect(saga.when(replied.done('both.right.hold')).kinds).toEqual(['StepDone', 'CommandSent']);
    expect(saga.when(replied.done('both.right.hold2')).kinds).toEqual(['StepDone']);
    expect(saga.status).toBe('stuck');
    expect(saga.when(retried()).kinds).toEqual(['OperatorActed', 'StepRetried', 'StepFailed', 'SagaStuck']);
  });

  it('is named beside the branch that turns the saga back', () => {
    const saga = given(throwing, started(order), replied.rejected('both.right.hold'));
    expect(saga.effects).toMatchObject([{ kind: 'outcome', failure: { causes: [{ code: 'USER_CODE_THREW' }, { code: 'NO' }] } }]);
  });
});

describe('a parallel block in a branch', () => {
  const nested = begin()
    .parallel('outer', (outer) =>
      outer
        .branch('a', (a) => a.parallel('inner', (inner) => inner.branch('x', { ...authorize }).branch('y', { ...authorize })).step('after', { ...reserve }))
        .branch('b', { ...authorize }),
    )
    .build();

  it('goes on in its branch when its own branches are through', () => {
    const saga = given(nested, started(order));
    expect(saga.sent).toEqual(['do outer.b #1', 'do outer.a.inner.x #1', 'do outer.a.inner.y #1']);
    saga.when(replied.done('outer.a.inner.x'), replied.done('outer.a.inner.y'));
    expect(saga.sent).toEqual(['do outer.a.after #1']);
    saga.when(replied.done('outer.a.after'), replied.done('outer.b'));
    expect(saga.status).toBe('completed');
  });
});
