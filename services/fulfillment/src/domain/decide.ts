import { fulfillment } from '@onward/contracts';
import { isCommand, type BatchedCommand } from '@onward/participant';
import type { AnyFulfillmentCommand, Decision, Known } from './decision.js';
import { release } from './release.js';
import { reserve } from './reserve.js';
import { ship } from './ship.js';

/** Decides one fulfillment command. Pure: everything it needs is given. */
export function decide(command: BatchedCommand<AnyFulfillmentCommand>, known: Known): Decision {
  const { context } = command;
  if (isCommand(command, fulfillment.ReserveStock)) return reserve(command.request, context, known);
  if (isCommand(command, fulfillment.ReleaseStock)) return release(command.request, context, known);
  return ship(command.request, context, known);
}
