import { sql, type Queryable } from '@onward/participant';
import type { Booking } from './booking.js';

const LOCK = sql('mydesk.booking', 'SELECT do_key, event_id, places, state, booked_at FROM booking WHERE do_key = $1 FOR UPDATE');
const SAVE = sql(
  'mydesk.booking.save',
  `INSERT INTO booking (do_key, event_id, places, state, booked_at) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (do_key) DO UPDATE SET state = excluded.state`,
);

interface BookingRow {
  do_key: string;
  event_id: string;
  places: number;
  state: Booking['state'];
  booked_at: string;
}

/** The booking of a command, locked until the transaction ends. */
export async function lockBooking(db: Queryable, doKey: string): Promise<Booking | undefined> {
  const [row] = await db.query<BookingRow>(LOCK, [doKey]);
  return row && { doKey: row.do_key, eventId: row.event_id, places: row.places, state: row.state, bookedAt: Number(row.booked_at) };
}

export function saveBooking(db: Queryable, { doKey, eventId, places, state, bookedAt }: Booking): void {
  db.write(SAVE, [doKey, eventId, places, state, bookedAt]);
}
