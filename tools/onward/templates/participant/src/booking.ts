import { done, rejected, type Reply } from '@onward/participant';
import type { Book, CancelBooking, mydesk } from './generated/index.js';

/** What became of one command to book. */
export interface Booking {
  /** Idempotency key of the command. */
  readonly doKey: string;
  readonly eventId: string;
  readonly places: number;
  readonly state: 'booked' | 'cancelled' | 'refused';
  /** Microseconds since 1970. */
  readonly bookedAt: number;
}

/** What a command is answered, and the booking as it is afterwards if it changed. */
export interface Decision<C extends (typeof mydesk)[keyof typeof mydesk]> {
  readonly reply: Reply<C>;
  readonly booking?: Booking;
}

const PLACES_MAX = 10;

/** Books places, once a command. */
export function book({ eventId, places }: Book, doKey: string, now: number, known: Booking | undefined): Decision<typeof mydesk.Book> {
  if (known?.state === 'refused') return { reply: rejected('ALREADY_UNDONE', 'The booking was cancelled before it came.') };
  if (known !== undefined) return { reply: done({ eventId, places: known.places, bookedAt: known.bookedAt }) };
  if (places < 1 || places > PLACES_MAX) return { reply: rejected('PLACES_INVALID', `Book 1 to ${PLACES_MAX} places.`) };
  return { reply: done({ eventId, places, bookedAt: now }), booking: { doKey, eventId, places, state: 'booked', bookedAt: now } };
}

/** Takes a booking back. When it has not come yet, it leaves a mark that refuses it. */
export function cancelBooking({ eventId }: CancelBooking, doKey: string, now: number, known: Booking | undefined): Decision<typeof mydesk.CancelBooking> {
  if (known === undefined) return { reply: done({ eventId, places: 0 }), booking: { doKey, eventId, places: 0, state: 'refused', bookedAt: now } };
  if (known.state === 'booked') return { reply: done({ eventId, places: known.places }), booking: { ...known, state: 'cancelled' } };
  return { reply: done({ eventId, places: known.places }) };
}
