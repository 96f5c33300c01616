import { AccountActivated, type ActivateAccount } from '@onward/contracts';
import { done, rejected } from '@onward/participant';
import type { AccountContracts, CommandFacts, Decision, Known } from './decision.js';

type Activate = Decision<AccountContracts['ActivateAccount']>;

/** Makes an open account usable, for who has the code or is known already. */
export function activate({ accountId, code }: ActivateAccount, { idempotencyKey, now }: CommandFacts, { account, effect }: Known): Activate {
  if (effect !== undefined) return { reply: done({ accountId, activatedAt: effect.at }) };
  if (account?.state !== 'open') return { reply: rejected('NOT_OPEN', `Account ${accountId} is ${account?.state ?? 'unknown'}; only an open one can be activated.`) };
  if (code !== null && code !== account.owner?.code) return { reply: rejected('CODE_WRONG', 'This is not the code of the verification message.') };
  const value: AccountActivated = { accountId, activatedAt: now };
  return {
    reply: done(value),
    account: { ...account, state: 'active' },
    effects: [{ idempotencyKey, accountId, kind: 'activate', outcome: 'done', at: now }],
    event: { type: AccountActivated, value },
  };
}
