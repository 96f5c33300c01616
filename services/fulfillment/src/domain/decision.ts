import type { CommandType, fulfillment, RecordType } from '@onward/contracts';
import type { BatchedCommand, Reply } from '@onward/participant';
import type { Effect, Pieces, Reservation, Shipment } from './warehouse.js';

/** The command contracts of the warehouse: what moves stock. */
export type FulfillmentContracts = Omit<typeof fulfillment, 'QuoteShipping'>;
export type AnyFulfillmentCommand = FulfillmentContracts[keyof FulfillmentContracts];
export type FulfillmentReply = Reply<AnyFulfillmentCommand>;

/** What a decision needs to know of the command besides the request; its context has it. */
export type CommandFacts = Pick<BatchedCommand<AnyFulfillmentCommand>['context'], 'idempotencyKey' | 'doKey' | 'now'>;

/** What is known when a command is decided. */
export interface Known {
  readonly reservation: Reservation | undefined;
  /** What the same command came to earlier. */
  readonly effect: Effect | undefined;
  /** For an undo: what its do came to. */
  readonly doEffect: Effect | undefined;
  /** Pieces that can be reserved, of every product that the batch touches; a product that is not in here is unknown. */
  readonly available: Pieces;
  /** The shipment with the id asked for, or the one of the reservation. */
  readonly shipment: Shipment | undefined;
}

/** What is to happen; only a reply when it was decided before or is refused. */
export interface Decision<C extends CommandType = AnyFulfillmentCommand> {
  readonly reply: Reply<C>;
  readonly reservation?: Reservation;
  readonly shipment?: Shipment;
  readonly effects?: readonly Effect[];
  /** Added to what is available, by product. */
  readonly stock?: Pieces;
  readonly event?: { readonly type: RecordType<unknown>; readonly aggregateId: string; readonly value: unknown };
}
