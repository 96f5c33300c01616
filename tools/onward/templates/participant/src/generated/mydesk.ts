// Generated from schemas/ by `npm run generate`. Not edited by hand.
import { recordType, type RecordType } from '@onward/contracts';

/** Books places. */
export interface Book {
  /** What for. */
  readonly eventId: string;
  /** How many, 1 to 10. */
  readonly places: number;
}
export const Book: RecordType<Book> = recordType<Book>({"type":"record","name":"Book","namespace":"onward.mydesk","doc":"Books places.","fields":[{"name":"eventId","type":"string","doc":"What for."},{"name":"places","type":"int","doc":"How many, 1 to 10."}]});

/** Places are booked. */
export interface Booked {
  /** What for. */
  readonly eventId: string;
  /** How many. */
  readonly places: number;
  /** When. Microseconds since 1970-01-01 UTC. */
  readonly bookedAt: number;
}
export const Booked: RecordType<Booked> = recordType<Booked>({"type":"record","name":"Booked","namespace":"onward.mydesk","doc":"Places are booked.","fields":[{"name":"eventId","type":"string","doc":"What for."},{"name":"places","type":"int","doc":"How many."},{"name":"bookedAt","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]});

/** The places are free again, or never were taken. */
export interface BookingCancelled {
  /** What they were for. */
  readonly eventId: string;
  /** How many came back; 0 when none were booked. */
  readonly places: number;
}
export const BookingCancelled: RecordType<BookingCancelled> = recordType<BookingCancelled>({"type":"record","name":"BookingCancelled","namespace":"onward.mydesk","doc":"The places are free again, or never were taken.","fields":[{"name":"eventId","type":"string","doc":"What they were for."},{"name":"places","type":"int","doc":"How many came back; 0 when none were booked."}]});

/** Gives booked places back. The undo of Book; also right when nothing was booked. */
export interface CancelBooking {
  /** What they were for. */
  readonly eventId: string;
}
export const CancelBooking: RecordType<CancelBooking> = recordType<CancelBooking>({"type":"record","name":"CancelBooking","namespace":"onward.mydesk","doc":"Gives booked places back. The undo of Book; also right when nothing was booked.","fields":[{"name":"eventId","type":"string","doc":"What they were for."}]});

/** Starts a try-mydesk: books places for two events, both or neither. */
export interface TryMydesk {
  /** The saga's id. */
  readonly tripId: string;
  /** Places in the afternoon. */
  readonly matinee: number;
  /** Places in the evening. */
  readonly evening: number;
}
export const TryMydesk: RecordType<TryMydesk> = recordType<TryMydesk>({"type":"record","name":"TryMydesk","namespace":"onward.mydesk","doc":"Starts a try-mydesk: books places for two events, both or neither.","fields":[{"name":"tripId","type":"string","doc":"The saga's id."},{"name":"matinee","type":"int","doc":"Places in the afternoon."},{"name":"evening","type":"int","doc":"Places in the evening."}]});
