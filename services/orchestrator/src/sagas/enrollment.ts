import { customers, EmailVerified, Enroll, Enrolled } from '@onward/contracts';
import { retry, saga } from '@onward/saga';

/** A reminder follows every week without an answer; with the last call they make 30 days. */
const REMINDERS = [1, 2, 3, 4] as const;

/**
 * A customer enrolls: open the account, ask for the address to be verified, remind for 30 days, activate it or close it again. Each
 * answer uses up one of the weeks, so that a code cannot be guessed.
 */
export const enrollment = saga('enrollment', { version: 1, domain: 'orders', input: Enroll, idField: 'enrollmentId' })
  .step('open', {
    command: customers.OpenAccount,
    send: (s) => ({ accountId: s.sagaId, email: s.input.email, name: s.input.name }),
    // Closes an account that is active as well: what activates it needs no undo of its own.
    undo: { command: customers.CloseAccount, send: (s) => ({ accountId: s.sagaId, reason: 'The enrollment is undone.' }) },
  })
  .step('ask', {
    command: customers.SendMessage,
    send: (s) => ({ accountId: s.sagaId, template: 'verification', sequence: 1 }),
    harmless: true,
  })
  .each(
    'weeks',
    () => REMINDERS,
    (week) =>
      week
        .signal('verified', { of: EmailVerified, timeout: { after: '7d', then: 'continue' } })
        .when(
          'answered',
          (s) => s.verified !== undefined,
          (answered) =>
            answered.step('activate', {
              command: customers.ActivateAccount,
              send: (s) => ({ accountId: s.sagaId, code: s.verified?.code ?? '' }),
              harmless: true,
              onFailure: ({ code }) => (code === 'CODE_WRONG' ? 'continue' : 'compensate'),
            }),
        )
        .otherwise((silent) =>
          silent.step('remind', {
            command: customers.SendMessage,
            send: (s) => ({ accountId: s.sagaId, template: 'reminder', sequence: s.item }),
            harmless: true,
          }),
        ),
    { max: REMINDERS.length, until: (s) => s.activate !== undefined },
  )
  .when(
    'inactive',
    (s) => s.weeks.every(({ activate }) => activate === undefined),
    (last) =>
      last.signal('lastCall', { of: EmailVerified, timeout: { after: '2d', then: 'compensate' } }).step('activateLast', {
        command: customers.ActivateAccount,
        send: (s) => ({ accountId: s.sagaId, code: s.lastCall.code }),
        harmless: true,
      }),
  )
  .pivot()
  .step('welcome', {
    command: customers.SendMessage,
    send: (s) => ({ accountId: s.sagaId, template: 'welcome', sequence: 1 }),
    retry: retry.patient,
    // The account is active; a welcome that cannot be delivered changes nothing of that.
    onFailure: () => 'continue',
  })
  .build({ result: Enrolled, from: (s) => ({ accountId: s.sagaId }) });
