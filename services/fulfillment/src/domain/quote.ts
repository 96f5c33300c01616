import type { fulfillment, QuoteShipping } from '@onward/contracts';
import { done, rejected, type Reply } from '@onward/participant';
import { CARRIER, zoneOf } from './carrier.js';

/** Prices a parcel by the carrier's tariff. Pure: has no effect and needs no undo. */
export function quote({ orderId, lines, shipTo }: QuoteShipping): Reply<typeof fulfillment.QuoteShipping> {
  if (lines.length === 0 || lines.some(({ quantity }) => quantity < 1)) {
    return rejected('QUANTITY_INVALID', 'A parcel needs at least one line, and each line at least one piece.');
  }
  const zone = zoneOf(shipTo.country);
  if (zone === undefined) return rejected('DESTINATION_NOT_SERVED', `${CARRIER} does not deliver there. Choose an address in a country that it serves.`);
  const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const price = { amountMinor: zone.firstPieceMinor + (pieces - 1) * zone.furtherPieceMinor, currency: 'EUR' };
  return done({ orderId, price, carrier: CARRIER, days: zone.days });
}
