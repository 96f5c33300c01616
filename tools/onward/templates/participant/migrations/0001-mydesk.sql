-- Bookings, by the idempotency key of the command that made them: what is asked twice is booked once. Never pruned.
CREATE TABLE booking (
  do_key text PRIMARY KEY,
  event_id text NOT NULL,
  places integer NOT NULL,
  -- refused: the undo came first, so the booking that comes late is refused.
  state text NOT NULL CHECK (state IN ('booked', 'cancelled', 'refused')),
  -- Microseconds since 1970.
  booked_at bigint NOT NULL
);
CREATE INDEX booking_of_event ON booking (event_id) WHERE state = 'booked';
