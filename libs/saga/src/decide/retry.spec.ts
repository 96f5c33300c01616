import { given, later, replied, started, undoReplied, type SagaUnderTest } from '../testing/index.js';
import { order, orderPlan, plainRetry } from '../spec/order.js';
import { nextDueMs } from '../state.js';

function dueInSeconds(saga: SagaUnderTest): number | undefined {
  const dueMs = saga.state === undefined ? undefined : nextDueMs(saga.state);
  return dueMs === undefined ? undefined : (dueMs - saga.nowMs) / 1000;
}

describe('a step whose attempt fails', () => {
  it('waits for its pause, longer every time, and is sent again', () => {
    const saga = given(orderPlan()).when(started(order));
    expect(dueInSeconds(saga)).toBe(30);
    expect(saga.when(replied.failed('reserve')).kinds).toEqual(['AttemptFailed']);
    expect(dueInSeconds(saga)).toBe(1);
    expect(saga.when(later('1s')).sent).toEqual(['do reserve #2']);
    saga.when(replied.failed('reserve', undefined, { attempt: 2 }));
    expect(dueInSeconds(saga)).toBe(2);
    expect(saga.when(later('2s')).sent).toEqual(['do reserve #3']);
  });

  it('is given up after its last attempt, and every attempt is a cause', () => {
    const saga = given(orderPlan()).when(started(order), replied.failed('reserve')).when(later('1s')).when(replied.failed('reserve', undefined, { attempt: 2 })).when(later('2s'));
    saga.when(replied.failed('reserve', undefined, { attempt: 3 }));
    expect(saga.status).toBe('compensated');
    expect(saga.effects).toMatchObject([
      { failure: { code: 'AWAY', attempt: 3, causes: [{ attempt: 1 }, { attempt: 2 }] } },
    ]);
  });

  it('is given up at once for a final code', () => {
    const plan = orderPlan({ reserve: { ...plainRetry, final: ['WAREHOUSE_GONE'] } });
    const saga = given(plan).when(started(order), replied.failed('reserve', 'WAREHOUSE_GONE'));
    expect(saga.kinds).toEqual(['StepFailed', 'CompensationStarted', 'SagaCompensated']);
  });

  it('is given up when no attempt fits before its deadline', () => {
    const plan = orderPlan({ reserve: { ...plainRetry, attempts: 'forever', deadline: '32s' } });
    const saga = given(plan).when(started(order)).when(later('30s'));
    expect(saga.kinds).toEqual(['AttemptFailed']);
    saga.when(later('1s')).when(replied.failed('reserve', undefined, { attempt: 2 }));
    expect(saga.kinds).toContain('CompensationStarted');
  });

  it('is given up at its deadline, though its last attempt is out', () => {
    const plan = orderPlan({ reserve: { ...plainRetry, attempts: 'forever', deadline: '40s' } });
    const saga = given(plan).when(started(order)).when(later('30s')).when(later('1s'));
    expect(dueInSeconds(saga)).toBe(9);
    saga.when(later('9s'));
    expect(saga.events).toMatchObject([
      { kind: 'StepFailed', outcome: 'unknown', failure: { code: 'DEADLINE_PASSED', causes: [{ code: 'ATTEMPT_TIMED_OUT' }] } },
      { kind: 'CompensationStarted' },
      { kind: 'CommandSent', action: 'undo' },
    ]);
  });
});

describe('a step whose attempt gets no reply', () => {
  it('is sent again under the same key', () => {
    const saga = given(orderPlan()).when(started(order));
    const [first] = saga.effects;
    saga.when(later('30s')).when(later('1s'));
    expect(saga.sent).toEqual(['do reserve #2']);
    expect(saga.effects[0]).toMatchObject({ idempotencyKey: (first as { idempotencyKey: string }).idempotencyKey });
  });

  it('is undone with its outcome unknown when it is given up', () => {
    const saga = given(orderPlan()).when(started(order), replied.done('reserve')).when(later('30s')).when(later('1s')).when(later('30s')).when(later('2s')).when(later('30s'));
    expect(saga.kinds).toEqual(['StepFailed', 'CompensationStarted', 'CommandSent']);
    expect(saga.sent).toEqual(['undo authorize #1']);
    expect(saga.effects).toMatchObject([{ value: { value: { outcome: 'unknown' } } }]);
    expect(saga.when(undoReplied.done('authorize')).sent).toEqual(['undo reserve #1']);
    expect(saga.when(undoReplied.done('reserve')).status).toBe('compensated');
  });

  it('is undone too when a later attempt is known to have failed', () => {
    const saga = given(orderPlan()).when(started(order)).when(later('30s')).when(later('1s')).when(replied.failed('reserve', undefined, { attempt: 2 })).when(later('2s'));
    saga.when(replied.failed('reserve', undefined, { attempt: 3 }));
    expect(saga.sent).toEqual(['undo reserve #1']);
  });

  it('is not undone when it is refused after all: a refusal holds for every attempt', () => {
    const saga = given(orderPlan()).when(started(order)).when(later('30s')).when(later('1s')).when(replied.rejected('reserve', undefined, { attempt: 2 }));
    expect(saga.status).toBe('compensated');
    expect(saga.sent).toEqual([]);
  });
});

describe('a reply to an earlier attempt', () => {
  it('is only recorded when it failed', () => {
    const saga = given(orderPlan()).when(started(order)).when(later('30s')).when(later('1s'));
    expect(saga.when(replied.failed('reserve', 'AWAY', { attempt: 1 })).kinds).toEqual(['LateReply']);
    expect(saga.when(replied.rejected('reserve', 'NO', { attempt: 1 })).kinds).toEqual(['LateReply']);
    expect(saga.status).toBe('running');
  });

  it('completes the step when it is done', () => {
    const saga = given(orderPlan()).when(started(order)).when(later('30s')).when(later('1s')).when(replied.done('reserve'));
    expect(saga.kinds).toEqual(['StepDone', 'CommandSent']);
    expect(saga.sent).toEqual(['do authorize #1']);
    expect(saga.when(replied.done('reserve', undefined, { attempt: 2 })).events).toMatchObject([{ kind: 'InputIgnored', reason: 'REPLY_REPEATED' }]);
  });

  it('completes the step while the next attempt waits', () => {
    const saga = given(orderPlan()).when(started(order)).when(later('30s')).when(replied.done('reserve'));
    expect(saga.sent).toEqual(['do authorize #1']);
  });
});

describe('a step past the pivot', () => {
  const captured = (): SagaUnderTest => given(orderPlan()).when(started(order), replied.done('reserve'), replied.done('authorize'));

  it('is tried for as long as it takes', () => {
    const saga = captured();
    for (let attempt = 1; attempt <= 40; attempt += 1) saga.when(replied.failed('capture'), later('310s'));
    expect(saga.status).toBe('running');
        expect(saga.state).toMatchObject({ active: [{ causes: { length: 8 } }] });
  });

  it('parks the saga when it is refused, and goes on when it is done after all', () => {
    const saga = captured().when(later('30s')).when(replied.rejected('capture'));
    expect(saga.kinds).toEqual(['StepFailed', 'SagaStuck']);
    expect(saga.status).toBe('stuck');
    expect(saga.effects).toMatchObject([
      { kind: 'stuck', commandId: 'c1', failure: { code: 'NO', step: 'capture', causes: [{ code: 'ATTEMPT_TIMED_OUT' }] } },
    ]);
    saga.when(replied.done('capture'));
    expect(saga.status).toBe('running');
    expect(saga.sent).toEqual(['do ship #1']);
  });
});
