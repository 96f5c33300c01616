import type { AccountState } from './account.js';
import { activate } from './activate.js';
import { close } from './close.js';
import type { CommandFacts, Known } from './decision.js';
import { open } from './open.js';
import { sendMessage } from './send-message.js';

const owner = { email: 'ada@example.org', name: 'Ada', code: '123456' };
const facts: CommandFacts = { idempotencyKey: 'k', doKey: null, now: 5 };
const undo: CommandFacts = { idempotencyKey: 'u', doKey: 'd', now: 5 };
const given = (state: AccountState | 'none'): Known => ({
  account: state === 'none' ? undefined : { accountId: 'a', state, owner: state === 'closed' ? null : owner },
  effect: undefined,
  doEffect: undefined,
  message: undefined,
  freshCode: '654321',
});
const commands = {
  open: (known: Known) => open({ accountId: 'a', email: owner.email, name: owner.name }, facts, known),
  close: (known: Known) => close({ accountId: 'a', reason: 'r' }, undo, known),
  activate: (known: Known) => activate({ accountId: 'a', code: '123456' }, facts, known),
  message: (known: Known) => sendMessage({ accountId: 'a', template: 'verification', sequence: 1 }, facts, known),
};
const answerOf = ({ reply }: ReturnType<(typeof commands)[keyof typeof commands]>): string => (reply.outcome === 'done' ? 'done' : reply.code);

describe('an account', () => {
  /** Command, state before, how it is answered, state after, whether a fact is told. */
  it.each([
    ['open', 'none', 'done', 'open', true],
    ['open', 'open', 'ACCOUNT_EXISTS', undefined, false],
    ['open', 'active', 'ACCOUNT_EXISTS', undefined, false],
    ['open', 'closed', 'ALREADY_UNDONE', undefined, false],
    ['close', 'none', 'done', 'closed', false],
    ['close', 'open', 'done', 'closed', true],
    ['close', 'active', 'done', 'closed', true],
    ['close', 'closed', 'done', 'closed', false],
    ['activate', 'none', 'NOT_OPEN', undefined, false],
    ['activate', 'open', 'done', 'active', true],
    ['activate', 'active', 'NOT_OPEN', undefined, false],
    ['activate', 'closed', 'NOT_OPEN', undefined, false],
    ['message', 'none', 'NOT_OPEN', undefined, false],
    ['message', 'open', 'done', undefined, true],
    ['message', 'active', 'done', undefined, true],
    ['message', 'closed', 'NOT_OPEN', undefined, false],
  ] as const)('%s of one that is %s: %s', (command, before, answer, after, told) => {
    const decision = commands[command](given(before));
    expect([answerOf(decision), decision.account?.state, decision.event !== undefined]).toEqual([answer, after, told]);
  });

  it('forgets its owner when it is closed', () => {
    expect(commands.close(given('active')).account?.owner).toBeNull();
  });

  it('leaves a mark that refuses the opening when its close comes first, and only then', () => {
    expect(commands.close(given('none')).effects?.map(({ idempotencyKey, kind, outcome }) => [idempotencyKey, kind, outcome])).toEqual([['u', 'close', 'nothing'], ['d', 'open', 'refused']]);
    const doEffect = commands.open(given('none')).effects?.[0];
    expect(commands.close({ ...given('open'), doEffect }).effects?.map(({ kind, outcome }) => [kind, outcome])).toEqual([['close', 'done']]);
  });

  it.each([
    ['EMAIL_INVALID', { email: 'nobody' }],
    ['EMAIL_INVALID', { email: 'no body@example.org' }],
    ['EMAIL_INVALID', { email: `${'a'.repeat(250)}@b.org` }],
    ['NAME_INVALID', { name: ' ' }],
  ])('is not opened with %s for %j', (code, change) => {
    expect(answerOf(open({ accountId: 'a', ...owner, ...change }, facts, given('none')))).toBe(code);
  });

  it.each([
    ['123456', 'done'],
    [null, 'done'],
    ['000000', 'CODE_WRONG'],
    ['', 'CODE_WRONG'],
  ])('is activated with the code %j: %s', (code, answer) => {
    expect(answerOf(activate({ accountId: 'a', code }, facts, given('open')))).toBe(answer);
  });
});

describe('a message', () => {
  it('is sent once a template and sequence, and answered the same when its command comes again', () => {
    const sent = commands.message(given('open'));
    expect(commands.message({ ...given('closed'), message: sent.message }).reply).toEqual(sent.reply);
    expect(answerOf(sendMessage({ accountId: 'a', template: 'verification', sequence: 1 }, { ...facts, idempotencyKey: 'other' }, { ...given('open'), message: sent.message }))).toBe('MESSAGE_EXISTS');
  });

  it.each([
    ['spam', 1, owner.email, 'TEMPLATE_UNKNOWN'],
    ['reminder', 0, owner.email, 'SEQUENCE_INVALID'],
    ['reminder', 1, 'ada@mail.invalid', 'ADDRESS_UNREACHABLE'],
    ['reminder', 1, 'ada@invalid', 'ADDRESS_UNREACHABLE'],
    ['reminder', 1, 'ada@notinvalid', 'done'],
  ])('%s %i to %s: %s', (template, sequence, email, answer) => {
    const known: Known = { ...given('open'), account: { accountId: 'a', state: 'open', owner: { ...owner, email } } };
    expect(answerOf(sendMessage({ accountId: 'a', template, sequence }, facts, known))).toBe(answer);
  });
});
