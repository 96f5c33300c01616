import type { StockLine } from '@onward/contracts';

/**
 * Where a reservation stands.
 *
 * ```
 *          reserve             ship
 *  (none) ─────────▶ reserved ──────▶ shipped
 *    │                  │ release
 *    │     release      ▼
 *    └──────────────▶ released       without a reservation: a late reserve is refused
 * ```
 */
export type ReservationState = 'reserved' | 'shipped' | 'released';

export interface Reservation {
  readonly reservationId: string;
  readonly state: ReservationState;
  /** As asked for; empty when a release came first. */
  readonly lines: readonly StockLine[];
}

export interface Shipment {
  readonly shipmentId: string;
  readonly reservationId: string;
  readonly orderId: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  /** Microseconds since 1970. */
  readonly shippedAt: number;
}

/**
 * What a command came to, under its idempotency key, for ever (R9).
 * - done: stock moved
 * - nothing: there was nothing to put back
 * - refused: a mark set by a release that came before its reserve (R8)
 */
export interface Effect {
  readonly idempotencyKey: string;
  readonly reservationId: string;
  readonly kind: 'reserve' | 'release' | 'ship';
  readonly outcome: 'done' | 'nothing' | 'refused';
  /** Microseconds since 1970. */
  readonly at: number;
}

/** Pieces by product. */
export type Pieces = ReadonlyMap<string, number>;

/** The pieces of all lines, by product. */
export function piecesOf(lines: readonly StockLine[]): Map<string, number> {
  const pieces = new Map<string, number>();
  for (const { sku, quantity } of lines) pieces.set(sku, (pieces.get(sku) ?? 0) + quantity);
  return pieces;
}
