import { done, failed, Given, rejected, start } from '../spec/given.js';
import { orderPlan, plainRetry } from '../spec/order.js';
import { nextDueMs } from '../state.js';

function dueInSeconds(saga: Given): number | undefined {
  const dueMs = saga.state === undefined ? undefined : nextDueMs(saga.state);
  return dueMs === undefined ? undefined : (dueMs - saga.nowMs) / 1000;
}

describe('a step whose attempt fails', () => {
  it('waits for its pause, longer every time, and is sent again', () => {
    const saga = new Given().when(start());
    expect(dueInSeconds(saga)).toBe(30);
    expect(saga.when(failed('reserve')).kinds).toEqual(['AttemptFailed']);
    expect(dueInSeconds(saga)).toBe(1);
    expect(saga.after(1).sent).toEqual(['do reserve #2']);
    saga.when(failed('reserve', 'do', 2));
    expect(dueInSeconds(saga)).toBe(2);
    expect(saga.after(2).sent).toEqual(['do reserve #3']);
  });

  it('is given up after its last attempt, and every attempt is a cause', () => {
    const saga = new Given().when(start(), failed('reserve')).after(1).when(failed('reserve', 'do', 2)).after(2);
    saga.when(failed('reserve', 'do', 3));
    expect(saga.status).toBe('compensated');
    expect(saga.effects).toMatchObject([
      { failure: { code: 'AWAY', attempt: 3, causes: [{ attempt: 1 }, { attempt: 2 }] } },
    ]);
  });

  it('is given up at once for a final code', () => {
    const plan = orderPlan({ reserve: { ...plainRetry, final: ['WAREHOUSE_GONE'] } });
    const saga = new Given(plan).when(start(), failed('reserve', 'do', 1, 'WAREHOUSE_GONE'));
    expect(saga.kinds).toEqual(['StepFailed', 'CompensationStarted', 'SagaCompensated']);
  });

  it('is given up when no attempt fits before its deadline', () => {
    const plan = orderPlan({ reserve: { ...plainRetry, attempts: 'forever', deadline: '32s' } });
    const saga = new Given(plan).when(start()).after(30);
    expect(saga.kinds).toEqual(['AttemptFailed']);
    saga.after(1).when(failed('reserve', 'do', 2));
    expect(saga.kinds).toContain('CompensationStarted');
  });

  it('is given up at its deadline, though its last attempt is out', () => {
    const plan = orderPlan({ reserve: { ...plainRetry, attempts: 'forever', deadline: '40s' } });
    const saga = new Given(plan).when(start()).after(30).after(1);
    expect(dueInSeconds(saga)).toBe(9);
    saga.after(9);
    expect(saga.events).toMatchObject([
      { kind: 'StepFailed', outcome: 'unknown', failure: { code: 'DEADLINE_PASSED', causes: [{ code: 'ATTEMPT_TIMED_OUT' }] } },
      { kind: 'CompensationStarted' },
      { kind: 'CommandSent', action: 'undo' },
    ]);
  });
});

describe('a step whose attempt gets no reply', () => {
  it('is sent again under the same key', () => {
    const saga = new Given().when(start());
    const [first] = saga.effects;
    saga.after(30).after(1);
    expect(saga.sent).toEqual(['do reserve #2']);
    expect(saga.effects[0]).toMatchObject({ idempotencyKey: (first as { idempotencyKey: string }).idempotencyKey });
  });

  it('is undone with its outcome unknown when it is given up', () => {
    const saga = new Given().when(start(), done('reserve')).after(30).after(1).after(30).after(2).after(30);
    expect(saga.kinds).toEqual(['StepFailed', 'CompensationStarted', 'CommandSent']);
    expect(saga.sent).toEqual(['undo authorize #1']);
    expect(saga.effects).toMatchObject([{ value: { value: { outcome: 'unknown' } } }]);
    expect(saga.when(done('authorize', 'undo')).sent).toEqual(['undo reserve #1']);
    expect(saga.when(done('reserve', 'undo')).status).toBe('compensated');
  });

  it('is undone too when a later attempt is known to have failed', () => {
    const saga = new Given().when(start()).after(30).after(1).when(failed('reserve', 'do', 2)).after(2);
    saga.when(failed('reserve', 'do', 3));
    expect(saga.sent).toEqual(['undo reserve #1']);
  });

  it('is not undone when it is refused after all: a refusal holds for every attempt', () => {
    const saga = new Given().when(start()).after(30).after(1).when(rejected('reserve', 'do', 2));
    expect(saga.status).toBe('compensated');
    expect(saga.sent).toEqual([]);
  });
});

describe('a reply to an earlier attempt', () => {
  it('is only recorded when it failed', () => {
    const saga = new Given().when(start()).after(30).after(1);
    expect(saga.when(failed('reserve', 'do', 1)).kinds).toEqual(['LateReply']);
    expect(saga.when(rejected('reserve', 'do', 1)).kinds).toEqual(['LateReply']);
    expect(saga.status).toBe('running');
  });

  it('completes the step when it is done', () => {
    const saga = new Given().when(start()).after(30).after(1).when(done('reserve', 'do', 1));
    expect(saga.kinds).toEqual(['StepDone', 'CommandSent']);
    expect(saga.sent).toEqual(['do authorize #1']);
    expect(saga.when(done('reserve', 'do', 2)).events).toMatchObject([{ kind: 'InputIgnored', reason: 'REPLY_REPEATED' }]);
  });

  it('completes the step while the next attempt waits', () => {
    const saga = new Given().when(start()).after(30).when(done('reserve'));
    expect(saga.sent).toEqual(['do authorize #1']);
  });
});

describe('a step past the pivot', () => {
  const captured = (): Given => new Given().when(start(), done('reserve'), done('authorize'));

  it('is tried for as long as it takes', () => {
    const saga = captured();
    for (let attempt = 1; attempt <= 40; attempt += 1) saga.when(failed('capture', 'do', attempt)).after(600);
    expect(saga.status).toBe('running');
    expect(saga.sent).toEqual(['do capture #41']);
    expect(saga.state).toMatchObject({ active: [{ causes: { length: 8 } }] });
  });

  it('parks the saga when it is refused, and goes on when it is done after all', () => {
    const saga = captured().after(30).when(rejected('capture'));
    expect(saga.kinds).toEqual(['StepFailed', 'SagaStuck']);
    expect(saga.status).toBe('stuck');
    expect(saga.effects).toMatchObject([
      { kind: 'stuck', commandId: 'c1', failure: { code: 'NO', step: 'capture', causes: [{ code: 'ATTEMPT_TIMED_OUT' }] } },
    ]);
    saga.when(done('capture'));
    expect(saga.status).toBe('running');
    expect(saga.sent).toEqual(['do ship #1']);
  });
});
