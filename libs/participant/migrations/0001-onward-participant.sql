-- What every participant needs, in the service's own schema.

-- The newest generation that worked on a partition; locked by each batch (R8).
CREATE TABLE onward_partition (
  topic text NOT NULL,
  partition integer NOT NULL,
  generation integer NOT NULL,
  PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);

-- Answers given, to be given again. `done` and `rejected` are final and stand under attempt 0; `failed` stands under its attempt.
-- Pruned after the dedupe window: what must never be forgotten is in the service's own tables (R9).
CREATE TABLE onward_inbox (
  idempotency_key text NOT NULL,
  attempt integer NOT NULL,
  -- Of the command's Avro binary, compared only between commands written with the same schema.
  command_schema_id integer NOT NULL,
  command_sha256 bytea NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('done', 'rejected', 'failed')),
  reply_type text NOT NULL,
  -- As it stands in the record, schema id included.
  reply_value bytea NOT NULL,
  -- Microseconds since 1970; of the command, as the broker stamped it.
  reply_time bigint NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (idempotency_key, attempt),
  CHECK ((outcome = 'failed') = (attempt > 0))
);
CREATE INDEX onward_inbox_stored_at ON onward_inbox USING brin (stored_at);

-- Domain events that have not been acknowledged by the broker. Sequence numbers are given by the relay, see onward_outbox_relay.
CREATE TABLE onward_outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_type text NOT NULL,
  aggregate_id text NOT NULL,
  value bytea NOT NULL,
  -- Microseconds since 1970.
  event_time bigint NOT NULL,
  saga_id text NOT NULL,
  causation_id text NOT NULL,
  traceparent text
);

-- One row: the events being published, in order, and the sequence number of the first of them.
CREATE TABLE onward_outbox_relay (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  first_sequence bigint NOT NULL,
  pending bigint[] NOT NULL
);
INSERT INTO onward_outbox_relay (first_sequence, pending) VALUES (1, '{}');
