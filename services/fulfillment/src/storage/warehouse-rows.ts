import { sql, type Queryable } from '@onward/participant';
import type { Effect, Pieces, Reservation, Shipment } from '../domain/warehouse.js';

const LOCK_RESERVATIONS = sql(
  'fulfillment.reservations',
  'SELECT reservation_id, state, skus, quantities FROM reservation WHERE reservation_id = ANY($1::text[]) ORDER BY reservation_id FOR UPDATE',
);
const LOAD_EFFECTS = sql(
  'fulfillment.effects',
  'SELECT idempotency_key, reservation_id, kind, outcome, at FROM fulfillment_effect WHERE idempotency_key = ANY($1::text[])',
);
const LOAD_SHIPMENTS = sql(
  'fulfillment.shipments',
  `SELECT shipment_id, reservation_id, order_id, carrier, tracking_number, shipped_at FROM shipment
   WHERE shipment_id = ANY($1::text[]) OR reservation_id = ANY($2::text[])`,
);
const LOCK_PRODUCTS = sql('fulfillment.products', 'SELECT sku, available FROM product WHERE sku = ANY($1::text[]) ORDER BY sku FOR NO KEY UPDATE');
const MOVE_STOCK = sql(
  'fulfillment.stock.move',
  `UPDATE product p SET available = p.available + n.pieces FROM unnest($1::text[], $2::bigint[]) AS n (sku, pieces) WHERE p.sku = n.sku`,
);
/** Lines travel as one text array a row, in PostgreSQL's own notation: unnest() would flatten arrays of arrays. */
const INSERT_RESERVATIONS = sql(
  'fulfillment.reservations.insert',
  `INSERT INTO reservation (reservation_id, state, skus, quantities)
   SELECT id, state, ARRAY(SELECT line->>'sku' FROM jsonb_array_elements(lines) WITH ORDINALITY AS l (line, n) ORDER BY n),
          ARRAY(SELECT (line->>'quantity')::bigint FROM jsonb_array_elements(lines) WITH ORDINALITY AS l (line, n) ORDER BY n)
   FROM unnest($1::text[], $2::text[], $3::jsonb[]) AS r (id, state, lines)`,
);
const UPDATE_RESERVATIONS = sql(
  'fulfillment.reservations.update',
  `UPDATE reservation r SET state = n.state FROM unnest($1::text[], $2::text[]) AS n (id, state) WHERE r.reservation_id = n.id`,
);
const INSERT_SHIPMENTS = sql(
  'fulfillment.shipments.insert',
  `INSERT INTO shipment (shipment_id, reservation_id, order_id, carrier, tracking_number, shipped_at)
   SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])`,
);
const INSERT_EFFECTS = sql(
  'fulfillment.effects.insert',
  `INSERT INTO fulfillment_effect (idempotency_key, reservation_id, kind, outcome, at)
   SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])`,
);

interface ReservationRow {
  reservation_id: string;
  state: Reservation['state'];
  skus: string[];
  quantities: string[];
}

interface EffectRow {
  idempotency_key: string;
  reservation_id: string;
  kind: Effect['kind'];
  outcome: Effect['outcome'];
  at: string;
}

interface ShipmentRow {
  shipment_id: string;
  reservation_id: string;
  order_id: string;
  carrier: string;
  tracking_number: string;
  shipped_at: string;
}

/** What a batch is about. */
export interface Wanted {
  readonly reservationIds: readonly string[];
  readonly shipmentIds: readonly string[];
  readonly keys: readonly string[];
}

export interface Loaded {
  readonly reservations: Reservation[];
  readonly effects: Effect[];
  readonly shipments: Shipment[];
}

/** Loads reservations and locks them, in the order of their ids; the rest once the locks are held. */
export async function loadReservations(db: Queryable, { reservationIds, shipmentIds, keys }: Wanted): Promise<Loaded> {
  const [reservations, effects, shipments] = await Promise.all([
    db.query<ReservationRow>(LOCK_RESERVATIONS, [reservationIds]),
    db.query<EffectRow>(LOAD_EFFECTS, [keys]),
    shipmentIds.length === 0 ? [] : db.query<ShipmentRow>(LOAD_SHIPMENTS, [shipmentIds, reservationIds]),
  ]);
  return {
    reservations: reservations.map((row) => ({
      reservationId: row.reservation_id,
      state: row.state,
      lines: row.skus.map((sku, index) => ({ sku, quantity: Number(row.quantities[index]) })),
    })),
    effects: effects.map((row) => ({ idempotencyKey: row.idempotency_key, reservationId: row.reservation_id, kind: row.kind, outcome: row.outcome, at: Number(row.at) })),
    shipments: shipments.map((row) => ({
      shipmentId: row.shipment_id,
      reservationId: row.reservation_id,
      orderId: row.order_id,
      carrier: row.carrier,
      trackingNumber: row.tracking_number,
      shippedAt: Number(row.shipped_at),
    })),
  };
}

/**
 * What is available of products, locked until the transaction ends.
 *
 * Every order may want the same product, so all batches of all partitions meet here. The locks are taken once a batch, in the order of
 * the SKUs (two batches cannot wait for each other), after everything else was read; what is left then is to write and to commit,
 * in one round trip.
 */
export async function lockProducts(db: Queryable, skus: readonly string[]): Promise<Map<string, number>> {
  if (skus.length === 0) return new Map();
  const rows = await db.query<{ sku: string; available: string }>(LOCK_PRODUCTS, [skus]);
  return new Map(rows.map((row) => [row.sku, Number(row.available)]));
}

/** What a batch changes. */
export interface WarehouseChanges {
  readonly created: readonly Reservation[];
  readonly updated: readonly Reservation[];
  readonly shipments: readonly Shipment[];
  readonly effects: readonly Effect[];
  readonly stock: Pieces;
}

/** Sends a batch's changes, one statement a table. */
export function writeChanges(db: Queryable, { created, updated, shipments, effects, stock }: WarehouseChanges): void {
  const moved = [...stock].filter(([, pieces]) => pieces !== 0);
  if (moved.length > 0) db.write(MOVE_STOCK, [moved.map(([sku]) => sku), moved.map(([, pieces]) => pieces)]);
  if (created.length > 0) {
    db.write(INSERT_RESERVATIONS, [created.map((r) => r.reservationId), created.map((r) => r.state), created.map((r) => JSON.stringify(r.lines))]);
  }
  if (updated.length > 0) db.write(UPDATE_RESERVATIONS, [updated.map((r) => r.reservationId), updated.map((r) => r.state)]);
  if (shipments.length > 0) db.write(INSERT_SHIPMENTS, shipmentColumns(shipments));
  if (effects.length > 0) db.write(INSERT_EFFECTS, effectColumns(effects));
}

function shipmentColumns(shipments: readonly Shipment[]): unknown[] {
  return [
    shipments.map((s) => s.shipmentId),
    shipments.map((s) => s.reservationId),
    shipments.map((s) => s.orderId),
    shipments.map((s) => s.carrier),
    shipments.map((s) => s.trackingNumber),
    shipments.map((s) => s.shippedAt),
  ];
}

function effectColumns(effects: readonly Effect[]): unknown[] {
  return [
    effects.map((e) => e.idempotencyKey),
    effects.map((e) => e.reservationId),
    effects.map((e) => e.kind),
    effects.map((e) => e.outcome),
    effects.map((e) => e.at),
  ];
}
