import { HandleCommand, Participant, type CommandContext, type Reply } from '@onward/participant';
import { book, cancelBooking } from './booking.js';
import { lockBooking, saveBooking } from './booking-rows.js';
import { Booked, BookingCancelled, mydesk, type Book, type CancelBooking } from './generated/index.js';

/** Carries out commands: load and lock, decide, save. All of it is one transaction with the inbox and the stored reply. */
@Participant()
export class MydeskCommands {
  @HandleCommand(mydesk.Book)
  async book(request: Book, { db, idempotencyKey, now, emit }: CommandContext): Promise<Reply<typeof mydesk.Book>> {
    const { reply, booking } = book(request, idempotencyKey, now, await lockBooking(db, idempotencyKey));
    if (booking !== undefined) saveBooking(db, booking);
    if (booking !== undefined && reply.outcome === 'done') emit(Booked, request.eventId, reply.value);
    return reply;
  }

  @HandleCommand(mydesk.CancelBooking)
  async cancel(request: CancelBooking, { db, doKey, idempotencyKey, now, emit }: CommandContext): Promise<Reply<typeof mydesk.CancelBooking>> {
    // An undo knows the key of what it takes back.
    const key = doKey ?? idempotencyKey;
    const { reply, booking } = cancelBooking(request, key, now, await lockBooking(db, key));
    if (booking !== undefined) saveBooking(db, booking);
    if (booking?.state === 'cancelled' && reply.outcome === 'done') emit(BookingCancelled, request.eventId, reply.value);
    return reply;
  }
}
