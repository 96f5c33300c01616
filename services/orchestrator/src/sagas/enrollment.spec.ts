import { given, later, replied, retried, signalled, skipped, started, undoReplied, type SagaUnderTest } from '@onward/saga/testing';
import { enrollment } from './enrollment.js';

const ada = { enrollmentId: 'enrollment-1', email: 'ada@example.org', name: 'Ada' };
const verified = (to: string) => signalled(to, { sagaId: 'enrollment-1', code: '123456' });

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

function activated(saga: SagaUnderTest): SagaUnderTest {
  expect(saga.sent).toEqual([expect.stringMatching(/^do activate #/)]);
  saga.when(replied.done('activate'));
  expect(saga.sent).toEqual(['do welcome #1']);
  return saga.when(replied.done('welcome'));
}

describe('enrollment', () => {
  it('verified at once: the account is active, without a reminder', () => {
    const saga = activated(asked().when(verified('weeks[].verified')));
    expect(saga.status).toBe('completed');
    expect(saga.effects).toMatchObject([{ outcome: 'completed', result: { value: { accountId: 'enrollment-1' } } }]);
    expect(told(saga)).toEqual(['OpenAccount', 'verification 1', 'ActivateAccount', 'welcome 1']);
  });

  it('verified before it was asked: the answer is kept until it is waited for', () => {
    const saga = given(enrollment, started(ada), verified('weeks[].verified'), replied.done('open'), replied.done('ask'));
    expect(saga.sent).toEqual(['do activate #1']);
  });

  it('verified after the third reminder: the account is active', () => {
    const saga = silentWeeks(asked(), 0, 3);
    activated(saga.when(later('6d'), verified('weeks[].verified')));
    expect(saga.status).toBe('completed');
    expect(told(saga)).toEqual(['OpenAccount', 'verification 1', 'reminder 1', 'reminder 2', 'reminder 3', 'ActivateAccount', 'welcome 1']);
  });

  it('verified at the last call: the account is active', () => {
    const saga = silentWeeks(asked(), 0, 4);
    activated(saga.when(later('1d'), verified('lastCall')));
    expect(saga.status).toBe('completed');
  });

  it('verified while a reminder is on its way: the next week begins with the answer', () => {
    const saga = asked().when(later('7d'), verified('weeks[].verified'), replied.done('weeks[0].remind'));
    expect(saga.sent).toEqual(['do activate #1']);
  });

  it('never verified: after four reminders and 30 days the account is closed', () => {
    const saga = silentWeeks(asked(), 0, 4);
    const begunMs = saga.history[0]!.atMs;
    saga.when(later('2d'));
    expect((saga.nowMs - begunMs) / 86_400_000).toBe(30);
    expect(saga.sent).toEqual(['undo open #1']);
    saga.when(undoReplied.done('open'));
    expect(saga.status).toBe('compensated');
    expect(saga.effects).toMatchObject([{ outcome: 'compensated', failure: { code: 'SIGNAL_TIMED_OUT', step: 'lastCall' } }]);
    expect(told(saga)).toEqual(['OpenAccount', 'verification 1', 'reminder 1', 'reminder 2', 'reminder 3', 'reminder 4', 'CloseAccount']);
  });

  it('with an address that is none: refused, with nothing to undo', () => {
    const saga = given(enrollment, started({ ...ada, email: 'nobody' }), replied.rejected('open', 'EMAIL_INVALID'));
    expect(saga.status).toBe('compensated');
    expect(saga.answered).toEqual(['c1 EMAIL_INVALID']);
    expect(saga.sent).toEqual([]);
  });

  it('with an address that cannot be reached: the account is closed again', () => {
    const saga = given(enrollment, started(ada), replied.done('open'), replied.rejected('ask', 'ADDRESS_UNREACHABLE'));
    expect(saga.sent).toEqual(['undo open #1']);
    saga.when(undoReplied.done('open'));
    expect(saga.answered).toEqual(['c1 ADDRESS_UNREACHABLE']);
  });

  it('with a welcome that cannot be delivered: the account is active all the same', () => {
    const saga = asked().when(verified('weeks[].verified'), replied.done('activate'), replied.rejected('welcome', 'ADDRESS_UNREACHABLE'));
    expect(saga.status).toBe('completed');
  });

  it('with an activation that is refused: a person decides, and it goes on', () => {
    const saga = asked().when(verified('weeks[].verified'), replied.rejected('activate', 'NOT_OPEN'));
    expect(saga.status).toBe('stuck');
    activated(saga.when(retried('activate')));
  });

  it('with an activation that an operator leaves out: it goes on without', () => {
    const saga = asked().when(verified('weeks[].verified'), replied.rejected('activate', 'NOT_OPEN'), skipped('activate', 'activated by hand'));
    expect(saga.sent).toEqual(['do welcome #1']);
    expect(saga.when(replied.done('welcome')).status).toBe('completed');
  });
});
