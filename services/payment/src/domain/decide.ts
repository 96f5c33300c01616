import { payment as contracts } from '@onward/contracts';
import { isCommand, type BatchedCommand } from '@onward/participant';
import { authorize } from './authorize.js';
import { capture } from './capture.js';
import type { AnyPaymentCommand, Decision, Known } from './decision.js';
import { refund } from './refund.js';
import { voidPayment } from './void.js';

/** Decides one payment command. Pure: everything it needs is given. */
export function decide(command: BatchedCommand<AnyPaymentCommand>, known: Known): Decision {
  const { context } = command;
  if (isCommand(command, contracts.AuthorizePayment)) return authorize(command.request, context, known);
  if (isCommand(command, contracts.CapturePayment)) return capture(command.request, context, known);
  if (isCommand(command, contracts.VoidPayment)) return voidPayment(command.request, context, known);
  return refund(command.request, context, known);
}
