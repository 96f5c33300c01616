import { customers, EmailVerified, Enroll, Enrolled } from '@onward/contracts';
import { retry, saga } from '@onward/saga';

/** A reminder follows every week without an answer; with the last wait they make 30 days. */
const REMINDERS = [1, 2, 3, 4] as const;

/** A customer enrolls: open the account, ask for the address to be verified, remind for 30 days, activate or close it again. */
export const enrollment = saga('enrollment', { version: 1, domain: 'orders', input: Enroll, idField: 'enrollmentId' })
  .step('open', {
    command: customers.OpenAccount,
    send: (s) => ({ accountId: s.sagaId, email: s.input.email, name: s.input.name }),
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
          'silent',
          (s) => s.verified === undefined,
          (silent) =>
            silent.step('remind', {
              command: customers.SendMessage,
              send: (s) => ({ accountId: s.sagaId, template: 'reminder', sequence: s.item }),
              harmless: true,
            }),
        ),
    { max: REMINDERS.length, until: (s) => s.verified !== undefined },
  )
  .when(
    'unverified',
    (s) => s.weeks.every(({ verified }) => verified === undefined),
    (last) => last.signal('lastCall', { of: EmailVerified, timeout: { after: '2d', then: 'compensate' } }),
  )
  .pivot()
  .step('activate', { command: customers.ActivateAccount, send: (s) => ({ accountId: s.sagaId, code: null }) })
  .step('welcome', {
    command: customers.SendMessage,
    send: (s) => ({ accountId: s.sagaId, template: 'welcome', sequence: 1 }),
    retry: { ...retry.patient },
    // The account is active; a welcome that cannot be delivered changes nothing of that.
    onFailure: () => 'continue',
  })
  .build({ result: Enrolled, from: (s) => ({ accountId: s.sagaId }) });
