import { jest } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { customers, customersContract } from '@onward/contracts';
import type { ConsumedRecord } from '@onward/kafka';
import { outcomeOf, ParticipantFixture } from '../../../test/support/participant-fixture.js';
import { seededRandom } from '../../../test/support/seeded-random.js';
import { AccountCommands } from './handlers/account-commands.js';
import { Greetings } from './handlers/greetings.js';

jest.setTimeout(60_000);

describe('customers', () => {
  let fixture: ParticipantFixture;

  beforeEach(async () => {
    fixture = await ParticipantFixture.open(customersContract, [new AccountCommands(), new Greetings()], fileURLToPath(new URL('../migrations/', import.meta.url)));
  });
  afterEach(() => fixture.close());

  interface Options {
    readonly attempt?: number;
    readonly edit?: number;
    /** When another saga asks for the same account. */
    readonly sagaId?: string;
  }
  const greet = (id: string, name = 'Ada', options: Options = {}): Promise<ConsumedRecord> =>
    fixture.command(customers.SendGreeting, { name, language: null }, { sagaId: id, step: 'greet', ...options });
  const open = (id: string, options: Options & { email?: string } = {}): Promise<ConsumedRecord> =>
    fixture.command(customers.OpenAccount, { accountId: id, email: options.email ?? 'ada@example.org', name: 'Ada' }, { sagaId: id, step: 'open', ...options });
  const close = (id: string, options: Options = {}): Promise<ConsumedRecord> =>
    fixture.command(customers.CloseAccount, { accountId: id, reason: 'test' }, { sagaId: id, step: 'open', action: 'undo', ...options });
  const activate = (id: string, code: string | null = null, options: Options = {}): Promise<ConsumedRecord> =>
    fixture.command(customers.ActivateAccount, { accountId: id, code }, { sagaId: id, step: 'activate', ...options });
  const send = (id: string, template: string, sequence = 1, options: Options & { step?: string } = {}): Promise<ConsumedRecord> =>
    fixture.command(customers.SendMessage, { accountId: id, template, sequence }, { sagaId: id, step: `${template}-${sequence}`, ...options });
  const handle = async (...commands: Promise<ConsumedRecord>[]): Promise<string[]> => (await fixture.handle(await Promise.all(commands))).map(outcomeOf);
  const stateOf = async (id: string): Promise<unknown> => (await fixture.rows.query('SELECT state, email, name FROM account WHERE account_id = $1', [id])).rows[0];

  it('greets once a command, however often it is asked', async () => {
    expect(await handle(greet('a'), greet('a'), greet('b', ' '))).toEqual(['done', 'done', 'rejected NAME_INVALID']);
    expect(await handle(greet('a', 'Ada', { attempt: 2 }))).toEqual(['done']);
    const { rows } = await fixture.rows.query('SELECT idempotency_key, text FROM greeting');
    expect(rows).toEqual([{ idempotency_key: 'orders/a/greet/do/0', text: 'Hello, Ada!' }]);
    expect((await fixture.takeAllEvents()).map(({ type, aggregateId }) => [type, aggregateId])).toEqual([['onward.customers.GreetingSent', 'a']]);
  });

  it('opens an account, writes to its owner, takes the code back and activates it', async () => {
    expect(await handle(open('a'), send('a', 'verification'), send('a', 'reminder'), send('a', 'reminder', 2), activate('a', 'wrong'))).toEqual(['done', 'done', 'done', 'done', 'rejected CODE_WRONG']);
    const { rows } = await fixture.rows.query<{ code: string }>('SELECT code FROM account');
    expect(rows).toEqual([{ code: expect.stringMatching(/^\d{6}$/) as string }]);
    expect(await handle(activate('a', rows[0]!.code, { edit: 1 }), send('a', 'welcome'))).toEqual(['done', 'done']);
    expect(await stateOf('a')).toEqual({ state: 'active', email: 'ada@example.org', name: 'Ada' });
    expect([await fixture.count('message'), await fixture.count('message', `template = 'reminder'`)]).toEqual([4, 2]);
    const events = await fixture.takeAllEvents();
    expect(events.map(({ type }) => type.split('.').at(-1))).toEqual(['AccountOpened', 'MessageSent', 'MessageSent', 'MessageSent', 'AccountActivated', 'MessageSent']);
    expect(new Set(events.map(({ aggregateId }) => aggregateId))).toEqual(new Set(['a']));
  });

  it('closes an account and forgets who had it', async () => {
    expect(await handle(open('a'), send('a', 'verification'), close('a'), send('a', 'reminder'), activate('a'))).toEqual(['done', 'done', 'done', 'rejected NOT_OPEN', 'rejected NOT_OPEN']);
    expect(await stateOf('a')).toEqual({ state: 'closed', email: null, name: null });
  });

  it('refuses an opening that comes after its close (R8)', async () => {
    expect(await handle(close('a'))).toEqual(['done']);
    expect(await handle(open('a'))).toEqual(['rejected ALREADY_UNDONE']);
    expect(await handle(close('b'), open('b'), close('b', { attempt: 2 }))).toEqual(['done', 'rejected ALREADY_UNDONE', 'done']);
    expect(await stateOf('a')).toEqual({ state: 'closed', email: null, name: null });
    expect(await fixture.takeAllEvents()).toEqual([]);
  });

  it('writes nobody the same thing twice', async () => {
    expect(await handle(open('a'), send('a', 'reminder'), send('a', 'reminder', 1, { step: 'again' }))).toEqual(['done', 'done', 'rejected MESSAGE_EXISTS']);
    expect(await handle(send('a', 'reminder', 1, { attempt: 2 }), send('a', 'reminder', 1, { step: 'once-more' }))).toEqual(['done', 'rejected MESSAGE_EXISTS']);
    expect(await fixture.count('message')).toBe(1);
  });

  it('says when nobody can be reached', async () => {
    expect(await handle(open('a', { email: 'ada@mail.invalid' }), send('a', 'verification'))).toEqual(['done', 'rejected ADDRESS_UNREACHABLE']);
    expect(await fixture.count('message')).toBe(0);
  });

  it('gives the same answer again when the stored reply was pruned: the effect is keyed too (R9)', async () => {
    const commands = [open('a'), send('a', 'verification'), activate('a'), greet('a'), close('b'), close('a')];
    const first = await fixture.handle(await Promise.all(commands));
    await fixture.rows.query('DELETE FROM onward_inbox');
    expect(await fixture.handle(await Promise.all(commands))).toEqual(first);
    expect([await fixture.count('message'), await fixture.count('greeting')]).toEqual([1, 1]);
    expect(await handle(open('b'))).toEqual(['rejected ALREADY_UNDONE']);
  });

  it('opens an account once, also when two sagas ask for it at the same time on different partitions (I1)', async () => {
    const results = await Promise.all([fixture.handle([await open('a')], 1, 0), fixture.handle([await open('a', { sagaId: 'other' })], 1, 1)]);
    expect(results.flat().map(outcomeOf).sort()).toEqual(['done', 'rejected ACCOUNT_EXISTS']);
  });

  it('answers what cannot be stored as failed, and goes on', async () => {
    expect(await handle(greet('a'), greet('b', 'zero\0character'), open('zero\0character', { sagaId: 'c' }), open('d'))).toEqual(['done', 'failed INTERNAL', 'failed INTERNAL', 'done']);
  });

  it('holds its rules under any sequence of commands (I1)', async () => {
    const random = seededRandom(20_263);
    const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
    for (let round = 0; round < 20; round += 1) {
      const commands = Array.from({ length: 40 }, () => {
        const id = `r${round % 2}-${Math.floor(random() * 20)}`;
        const edit = random() < 0.15 ? 1 : 0;
        const message = (): Promise<ConsumedRecord> => send(id, pick(['verification', 'reminder']), pick([1, 2]), { edit });
        // Closing is for good, so it is rare.
        return pick([() => open(id, { edit }), message, message, message, () => activate(id, null, { edit }), () => greet(id, 'Ada', { edit }), random() < 0.2 ? () => close(id, { edit }) : message])();
      });
      await handle(...commands);
    }
    const { rows } = await fixture.rows.query(`
      SELECT 'done twice' AS broken FROM account_effect WHERE outcome = 'done' GROUP BY account_id, kind HAVING count(*) > 1
      UNION ALL SELECT 'open after close' FROM account a JOIN account_effect e USING (account_id) WHERE e.kind = 'close' AND a.state <> 'closed'
      UNION ALL SELECT 'message without account' FROM message m WHERE NOT EXISTS (SELECT FROM account_effect e WHERE e.account_id = m.account_id AND e.kind = 'open' AND e.outcome = 'done')
      UNION ALL SELECT 'failed' FROM onward_inbox WHERE outcome = 'failed'`);
    expect(rows).toEqual([]);
    const done = (kind: string): Promise<number> => fixture.count('account_effect', `outcome = 'done' AND kind = '${kind}'`);
    expect(Math.min(...(await Promise.all([done('open'), done('activate'), done('close'), fixture.count('message'), fixture.count('greeting')])))).toBeGreaterThan(10);
  });
});
