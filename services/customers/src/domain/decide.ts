import { customers } from '@onward/contracts';
import { isCommand, type BatchedCommand } from '@onward/participant';
import { activate } from './activate.js';
import { close } from './close.js';
import type { AnyAccountCommand, Decision, Known } from './decision.js';
import { open } from './open.js';
import { sendMessage } from './send-message.js';

/** Decides one command of an account. Pure: everything it needs is given. */
export function decide(command: BatchedCommand<AnyAccountCommand>, known: Known): Decision {
  const { context } = command;
  if (isCommand(command, customers.OpenAccount)) return open(command.request, context, known);
  if (isCommand(command, customers.CloseAccount)) return close(command.request, context, known);
  if (isCommand(command, customers.ActivateAccount)) return activate(command.request, context, known);
  return sendMessage(command.request, context, known);
}
