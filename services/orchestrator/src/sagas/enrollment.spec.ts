import { cancelled, given, later, replied, signalled, started, undoReplied, type SagaUnderTest } from '@onward/saga/testing';
import { enrollment } from './enrollment.js';

const ada = { enrollmentId: 'enrollment-1', email: 'ada@example.org', name: 'Ada' };
const verified = signalled('weeks[].verified', { sagaId: 'enrollment-1', code: '123456' });

/** Enrolled, and asked to verify the address. */
const asked = (): SagaUnderTest => given(enrollment, started(ada), replied.done('open'), replied.done('ask'));

/** Every command the saga sent, as `reminder 2` or the command's own name. */
const told = (saga: SagaUnderTest): string[] =>
  saga.history.flatMap(({ events }) =>
    events.flatMap((event) => {
      if (event.kind !== 'CommandSent') return [];
      const { template, sequence } = event.value.value as { template?: string; sequence?: number };
      return [template === undefined ? event.value.type.slice(event.value.type.lastIndexOf('.') + 1) : `${template} ${sequence}`];
    }),
  );

/** Lets a number of weeks go by in silence; every reminder is delivered. */
function silentWeeks(saga: SagaUnderTest, from: number, to: number): SagaUnderTest {
  for (let week = from; week < to; week += 1) saga.when(later('7d'), replied.done(`weeks[${week}].remind`));
  return saga;
}

/** The code was right, and the account is made active at this step. */
function completes(saga: SagaUnderTest, step: string): void {
  expect(saga.sent).toEqual([`do ${step} #1`]);
  expect(saga.effects).toMatchObject([{ value: { type: 'onward.customers.ActivateAccount', value: { code: '123456' } } }]);
  saga.when(replied.done(step));
  expect(saga.sent).toEqual(['do welcome #1']);
  saga.when(replied.done('welcome'));
  expect(saga.effects).toMatchObject([{ outcome: 'completed', result: { value: { accountId: 'enrollment-1' } } }]);
}

/** The account is closed again, for this reason. */
function closes(saga: SagaUnderTest, failure: object): void {
  expect(saga.sent).toEqual(['undo open #1']);
  saga.when(undoReplied.done('open'));
  expect(saga.effects.slice(0, 1)).toMatchObject([{ outcome: 'compensated', failure }]);
}

describe('enrollment', () => {
  it('verified at once: the account is active, without a reminder', () => {
    const saga = asked().when(verified);
    completes(saga, 'weeks[0].activate');
    expect(told(saga)).toEqual(['OpenAccount', 'verification 1', 'ActivateAccount', 'welcome 1']);
  });

  it('verified before it was asked: the answer is kept until it is waited for', () => {
    completes(given(enrollment, started(ada), verified, replied.done('open'), replied.done('ask')), 'weeks[0].activate');
  });

  it('verified after the third reminder: the account is active', () => {
    const saga = silentWeeks(asked(), 0, 3).when(later('6d'), verified);
    completes(saga, 'weeks[3].activate');
    expect(told(saga)).toEqual(['OpenAccount', 'verification 1', 'reminder 1', 'reminder 2', 'reminder 3', 'ActivateAccount', 'welcome 1']);
  });

  it('verified while a reminder is on its way: the next week begins with the answer', () => {
    completes(asked().when(later('7d'), verified, replied.done('weeks[0].remind')), 'weeks[1].activate');
  });

  it('verified at the last call: the account is active', () => {
    completes(silentWeeks(asked(), 0, 4).when(later('1d'), verified), 'activateLast');
  });

  it('with a wrong code: the next one counts', () => {
    const saga = asked().when(verified, replied.rejected('weeks[0].activate', 'CODE_WRONG'));
    expect(saga.status).toBe('running');
    completes(saga.when(verified), 'weeks[1].activate');
  });

  it('with nothing but wrong codes: the account is closed', () => {
    const saga = asked();
    for (const week of [0, 1, 2, 3]) saga.when(verified, replied.rejected(`weeks[${week}].activate`, 'CODE_WRONG'));
    closes(saga.when(verified, replied.rejected('activateLast', 'CODE_WRONG')), { code: 'CODE_WRONG', step: 'activateLast' });
  });

  it('never verified: after four reminders and 30 days the account is closed', () => {
    const saga = silentWeeks(asked(), 0, 4);
    const begunMs = saga.history[0]!.atMs;
    saga.when(later('2d'));
    expect((saga.nowMs - begunMs) / 86_400_000).toBe(30);
    closes(saga, { code: 'SIGNAL_TIMED_OUT', step: 'lastCall' });
    expect(told(saga)).toEqual(['OpenAccount', 'verification 1', 'reminder 1', 'reminder 2', 'reminder 3', 'reminder 4', 'CloseAccount']);
  });

  it('with an address that is none: refused, with nothing to undo', () => {
    const saga = given(enrollment, started({ ...ada, email: 'nobody' }), replied.rejected('open', 'EMAIL_INVALID'));
    expect(saga.status).toBe('compensated');
    expect(saga.answered).toEqual(['c1 EMAIL_INVALID']);
    expect(saga.sent).toEqual([]);
  });

  it('with an address that cannot be reached: the account is closed again', () => {
    closes(given(enrollment, started(ada), replied.done('open'), replied.rejected('ask', 'ADDRESS_UNREACHABLE')), { code: 'ADDRESS_UNREACHABLE', step: 'ask' });
  });

  it('of an account that somebody closed: there is nothing to activate', () => {
    closes(asked().when(verified, replied.rejected('weeks[0].activate', 'NOT_OPEN')), { code: 'NOT_OPEN', step: 'weeks[0].activate' });
  });

  it('cancelled while the account is being activated: it is closed', () => {
    const saga = asked().when(verified, cancelled('changed my mind'));
    expect(saga.sent).toEqual([]);
    closes(saga.when(replied.done('weeks[0].activate')), { code: 'CANCELLED' });
  });

  it('with a welcome that cannot be delivered: the account is active all the same', () => {
    const saga = asked().when(verified, replied.done('weeks[0].activate'), replied.rejected('welcome', 'ADDRESS_UNREACHABLE'));
    expect(saga.status).toBe('completed');
  });
});
