import { AccountClosed, type CloseAccount } from '@onward/contracts';
import { done } from '@onward/participant';
import type { Effect } from './account.js';
import type { AccountContracts, CommandFacts, Decision, Known } from './decision.js';

type Close = Decision<AccountContracts['CloseAccount']>;

/** Closes an account and forgets its owner. Right also when it is not open; then an opening that comes late is refused (R8). */
export function close({ accountId }: CloseAccount, facts: CommandFacts, known: Known): Close {
  const { account, effect } = known;
  if (effect !== undefined) return { reply: done({ accountId, closedAt: effect.at }) };
  const { idempotencyKey, now } = facts;
  const value: AccountClosed = { accountId, closedAt: now };
  const closes = account !== undefined && account.state !== 'closed';
  const mark: Effect[] = facts.doKey === null || known.doEffect !== undefined ? [] : [{ idempotencyKey: facts.doKey, accountId, kind: 'open', outcome: 'refused', at: now }];
  return {
    reply: done(value),
    account: { accountId, state: 'closed', owner: null },
    effects: [{ idempotencyKey, accountId, kind: 'close', outcome: closes ? 'done' : 'nothing', at: now }, ...mark],
    ...(closes && { event: { type: AccountClosed, value } }),
  };
}
