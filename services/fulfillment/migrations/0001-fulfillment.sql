-- Products, reservations of them, shipments, and what each command came to.

CREATE TABLE product (
  sku text PRIMARY KEY,
  name text NOT NULL,
  -- Pieces that nobody has reserved. Goes down when reserved, up when released; shipping does not touch it.
  available bigint NOT NULL CHECK (available >= 0)
) WITH (fillfactor = 50);

CREATE TABLE reservation (
  reservation_id text PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('reserved', 'shipped', 'released')),
  -- Lines as they were asked for, one element a line.
  skus text[] NOT NULL,
  quantities bigint[] NOT NULL,
  CHECK (cardinality(skus) = cardinality(quantities))
);

CREATE TABLE shipment (
  shipment_id text PRIMARY KEY,
  -- I1: a reservation is shipped at most once.
  reservation_id text NOT NULL UNIQUE REFERENCES reservation,
  order_id text NOT NULL,
  carrier text NOT NULL,
  tracking_number text NOT NULL UNIQUE,
  -- Microseconds since 1970.
  shipped_at bigint NOT NULL
);

-- What each command came to, by its idempotency key, and the marks of undos that came before their do. Never pruned (R8, R9).
CREATE TABLE fulfillment_effect (
  idempotency_key text PRIMARY KEY,
  reservation_id text NOT NULL REFERENCES reservation,
  kind text NOT NULL CHECK (kind IN ('reserve', 'release', 'ship')),
  -- nothing: there was nothing to put back; refused: a mark
  outcome text NOT NULL CHECK (outcome IN ('done', 'nothing', 'refused')),
  -- Microseconds since 1970.
  at bigint NOT NULL
);
-- I1: stock moves at most once for each kind.
CREATE UNIQUE INDEX fulfillment_effect_once ON fulfillment_effect (reservation_id, kind) WHERE outcome = 'done';
