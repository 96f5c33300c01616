import { randomInt } from 'node:crypto';
import { customers } from '@onward/contracts';
import { HandleCommands, isCommand, Participant, type BatchedCommand, type Queryable } from '@onward/participant';
import type { Account, Effect, Message } from '../domain/account.js';
import { decide } from '../domain/decide.js';
import type { AccountReply, AnyAccountCommand } from '../domain/decision.js';
import { loadAccounts, writeAccounts } from '../storage/account-rows.js';

type AccountCommand = BatchedCommand<AnyAccountCommand>;

/** Carries out commands of accounts, a batch at a time: load and lock, decide in memory in the order of the commands, write. */
@Participant()
export class AccountCommands {
  @HandleCommands(customers.OpenAccount, customers.CloseAccount, customers.ActivateAccount, customers.SendMessage)
  async handle(commands: readonly AccountCommand[], db: Queryable): Promise<readonly AccountReply[]> {
    const loaded = await loadAccounts(db, {
      accountIds: [...new Set(commands.map((c) => c.request.accountId))],
      keys: commands.flatMap(keysOf),
      messages: commands.flatMap((c) => (isCommand(c, customers.SendMessage) ? [c.request] : [])),
    });
    const accounts = new Map(loaded.accounts.map((a) => [a.accountId, a]));
    const effects = new Map(loaded.effects.map((e) => [e.idempotencyKey, e]));
    const messages = new Map(loaded.messages.flatMap((m) => [[m.idempotencyKey, m] as const, [placeOf(m), m] as const]));
    const existing = new Set(accounts.keys());
    const changed = new Map<string, Account>();
    const newEffects: Effect[] = [];
    const newMessages: Message[] = [];

    const replies = commands.map((command) => {
      const { request, context } = command;
      const decision = decide(command, {
        account: accounts.get(request.accountId),
        effect: effects.get(context.idempotencyKey),
        doEffect: context.doKey === null ? undefined : effects.get(context.doKey),
        message: isCommand(command, customers.SendMessage) ? (messages.get(context.idempotencyKey) ?? messages.get(placeOf(command.request))) : undefined,
        freshCode: freshCode(),
      });
      if (decision.account !== undefined) {
        accounts.set(request.accountId, decision.account);
        changed.set(request.accountId, decision.account);
      }
      for (const effect of decision.effects ?? []) {
        effects.set(effect.idempotencyKey, effect);
        newEffects.push(effect);
      }
      if (decision.message !== undefined) {
        messages.set(decision.message.idempotencyKey, decision.message).set(placeOf(decision.message), decision.message);
        newMessages.push(decision.message);
      }
      if (decision.event !== undefined) context.emit(decision.event.type, request.accountId, decision.event.value);
      return decision.reply;
    });

    const changes = [...changed.values()];
    writeAccounts(db, {
      created: changes.filter((a) => !existing.has(a.accountId)),
      updated: changes.filter((a) => existing.has(a.accountId)),
      effects: newEffects,
      messages: newMessages,
    });
    return replies;
  }
}

/** The command's own key, and its do's. */
function keysOf({ context }: AccountCommand): string[] {
  return context.doKey === null ? [context.idempotencyKey] : [context.idempotencyKey, context.doKey];
}

/** What makes a message the same; no idempotency key begins with a bracket. */
function placeOf({ accountId, template, sequence }: Pick<Message, 'accountId' | 'template' | 'sequence'>): string {
  return JSON.stringify([accountId, template, sequence]);
}

function freshCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}
