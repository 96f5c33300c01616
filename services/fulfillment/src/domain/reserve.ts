import { StockReserved, type ReserveStock } from '@onward/contracts';
import { done, rejected } from '@onward/participant';
import type { CommandFacts, Decision, FulfillmentContracts, Known } from './decision.js';
import { piecesOf } from './warehouse.js';

type Reserve = Decision<FulfillmentContracts['ReserveStock']>;

const ALREADY_UNDONE = rejected('ALREADY_UNDONE', 'The reservation was released before it came; it stays released.');

/** Sets pieces aside, all lines or none. */
export function reserve({ reservationId, lines }: ReserveStock, facts: CommandFacts, { reservation, effect, available }: Known): Reserve {
  if (effect !== undefined) {
    return { reply: effect.outcome === 'refused' ? ALREADY_UNDONE : done({ reservationId, lines: reservation?.lines ?? lines, reservedAt: effect.at }) };
  }
  if (reservation?.state === 'released') return { reply: ALREADY_UNDONE };
  if (reservation !== undefined) {
    return { reply: rejected('RESERVATION_EXISTS', `Reservation ${reservationId} was made by another command. Choose another reservation id.`) };
  }
  if (lines.length === 0 || lines.some(({ quantity }) => quantity < 1)) {
    return { reply: rejected('QUANTITY_INVALID', 'A reservation needs at least one line, and each line at least one piece.') };
  }
  const pieces = piecesOf(lines);
  for (const [sku, quantity] of pieces) {
    const left = available.get(sku);
    if (left === undefined) return { reply: rejected('UNKNOWN_PRODUCT', `There is no product ${sku}.`) };
    if (left < quantity) return { reply: rejected('OUT_OF_STOCK', `Of product ${sku} ${quantity} were asked for and ${left} are left.`) };
  }
  const value: StockReserved = { reservationId, lines, reservedAt: facts.now };
  return {
    reply: done(value),
    reservation: { reservationId, state: 'reserved', lines },
    effects: [{ idempotencyKey: facts.idempotencyKey, reservationId, kind: 'reserve', outcome: 'done', at: facts.now }],
    stock: new Map([...pieces].map(([sku, quantity]) => [sku, -quantity])),
    event: { type: StockReserved, aggregateId: reservationId, value },
  };
}
