import { MessageSent, type SendMessage } from '@onward/contracts';
import { done, rejected } from '@onward/participant';
import type { Message } from './account.js';
import type { AccountContracts, CommandFacts, Decision, Known } from './decision.js';
import { canBeReached, messageIdOf } from './messenger.js';

type Send = Decision<AccountContracts['SendMessage']>;

const TEMPLATES: readonly string[] = ['verification', 'reminder', 'welcome', 'farewell'];

/** Writes to an account's owner, each message once. */
export function sendMessage({ accountId, template, sequence }: SendMessage, { idempotencyKey, now }: CommandFacts, { account, message }: Known): Send {
  if (message?.idempotencyKey === idempotencyKey) return { reply: done(sentValue(message)) };
  if (message !== undefined) return { reply: rejected('MESSAGE_EXISTS', `Message ${sequence} of the template ${template} was sent by another command. Choose another sequence.`) };
  if (!TEMPLATES.includes(template)) return { reply: rejected('TEMPLATE_UNKNOWN', `There is no template ${template}, but ${TEMPLATES.join(', ')}.`) };
  if (sequence < 1) return { reply: rejected('SEQUENCE_INVALID', 'The first message of a template has the sequence 1.') };
  const owner = account?.owner ?? null;
  if (owner === null) return { reply: rejected('NOT_OPEN', `Account ${accountId} is ${account?.state ?? 'unknown'}; nobody can be written to.`) };
  if (!canBeReached(owner.email)) return { reply: rejected('ADDRESS_UNREACHABLE', `No message arrives at the address of account ${accountId}.`) };
  const sent: Message = { idempotencyKey, accountId, template, sequence, messageId: messageIdOf(idempotencyKey), sentAt: now };
  const value = sentValue(sent);
  return { reply: done(value), message: sent, event: { type: MessageSent, value } };
}

function sentValue({ accountId, template, sequence, messageId, sentAt }: Message): MessageSent {
  return { accountId, template, sequence, messageId, sentAt };
}
