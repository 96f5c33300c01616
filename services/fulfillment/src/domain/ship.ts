import { createHash } from 'node:crypto';
import { ParcelShipped, type ShipParcel } from '@onward/contracts';
import { done, rejected } from '@onward/participant';
import { CARRIER } from './carrier.js';
import type { CommandFacts, Decision, FulfillmentContracts, Known } from './decision.js';
import type { Shipment } from './warehouse.js';

type Ship = Decision<FulfillmentContracts['ShipParcel']>;

/** Hands the reserved pieces to the carrier. Where the parcel goes is passed on to it, and is not kept. */
export function ship({ shipmentId, orderId, reservationId }: ShipParcel, facts: CommandFacts, { reservation, effect, shipment }: Known): Ship {
  if (effect !== undefined && shipment !== undefined) return { reply: done(shippedValue(shipment)) };
  if (reservation?.state !== 'reserved') {
    return { reply: rejected('NOT_RESERVED', `Reservation ${reservationId} is ${reservation?.state ?? 'unknown'}; only a reserved one can be shipped.`) };
  }
  if (shipment !== undefined) {
    return { reply: rejected('SHIPMENT_EXISTS', `Shipment ${shipmentId} was made by another command. Choose another shipment id.`) };
  }
  const shipped: Shipment = { shipmentId, reservationId, orderId, carrier: CARRIER, trackingNumber: trackingNumberOf(facts.idempotencyKey), shippedAt: facts.now };
  const value = shippedValue(shipped);
  return {
    reply: done(value),
    reservation: { ...reservation, state: 'shipped' },
    shipment: shipped,
    effects: [{ idempotencyKey: facts.idempotencyKey, reservationId, kind: 'ship', outcome: 'done', at: facts.now }],
    event: { type: ParcelShipped, aggregateId: shipmentId, value },
  };
}

/** The carrier's reference: the same for the same key, as carriers that take idempotency keys give it. */
function trackingNumberOf(idempotencyKey: string): string {
  return `OP${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 16).toUpperCase()}`;
}

function shippedValue({ shipmentId, reservationId, carrier, trackingNumber, shippedAt }: Shipment): ParcelShipped {
  return { shipmentId, reservationId, carrier, trackingNumber, shippedAt };
}
