import { AccountOpened, type OpenAccount } from '@onward/contracts';
import { done, rejected } from '@onward/participant';
import { isName } from './account.js';
import type { AccountContracts, CommandFacts, Decision, Known } from './decision.js';

type Open = Decision<AccountContracts['OpenAccount']>;

const ALREADY_UNDONE = rejected('ALREADY_UNDONE', 'The account was closed before its opening came; it stays closed.');
/** Longest address that a mail server takes (RFC 5321, section 4.5.3.1.3, less the angle brackets). */
const EMAIL_LENGTH_MAX = 254;

/** Opens an account that nobody has had. */
export function open({ accountId, email, name }: OpenAccount, { idempotencyKey, now }: CommandFacts, { account, effect, freshCode }: Known): Open {
  if (effect !== undefined) return { reply: effect.outcome === 'refused' ? ALREADY_UNDONE : done({ accountId, openedAt: effect.at }) };
  if (account?.state === 'closed') return { reply: ALREADY_UNDONE };
  if (account !== undefined) return { reply: rejected('ACCOUNT_EXISTS', `Account ${accountId} was opened by another command. Choose another account id.`) };
  if (!isEmail(email)) return { reply: rejected('EMAIL_INVALID', 'The email address must have a part before and after one @, and no spaces.') };
  if (!isName(name)) return { reply: rejected('NAME_INVALID', 'The name must not be blank, nor longer than 200 characters.') };
  const value: AccountOpened = { accountId, openedAt: now };
  return {
    reply: done(value),
    account: { accountId, state: 'open', owner: { email, name, code: freshCode } },
    effects: [{ idempotencyKey, accountId, kind: 'open', outcome: 'done', at: now }],
    event: { type: AccountOpened, value },
  };
}

function isEmail(email: string): boolean {
  return email.length <= EMAIL_LENGTH_MAX && /^[^\s@]+@[^\s@]+$/.test(email);
}
