import { StockReleased, type ReleaseStock } from '@onward/contracts';
import { done, rejected } from '@onward/participant';
import type { CommandFacts, Decision, FulfillmentContracts, Known } from './decision.js';
import { piecesOf, type Effect } from './warehouse.js';

type Release = Decision<FulfillmentContracts['ReleaseStock']>;

/** Puts reserved pieces back. Right also when nothing is reserved, or not any more; then a reserve that comes late is refused (R8). */
export function release({ reservationId }: ReleaseStock, facts: CommandFacts, { reservation, effect, doEffect }: Known): Release {
  if (effect !== undefined) {
    return { reply: done({ reservationId, lines: effect.outcome === 'done' ? (reservation?.lines ?? []) : [], releasedAt: effect.at }) };
  }
  if (reservation?.state === 'shipped') {
    return { reply: rejected('ALREADY_SHIPPED', `Reservation ${reservationId} is shipped; it cannot be released any more.`) };
  }
  const held = reservation?.state === 'reserved' ? reservation : undefined;
  const value: StockReleased = { reservationId, lines: held?.lines ?? [], releasedAt: facts.now };
  const released: Effect = { idempotencyKey: facts.idempotencyKey, reservationId, kind: 'release', outcome: held ? 'done' : 'nothing', at: facts.now };
  const mark: Effect[] = facts.doKey === null || doEffect !== undefined ? [] : [{ idempotencyKey: facts.doKey, reservationId, kind: 'reserve', outcome: 'refused', at: facts.now }];
  return {
    reply: done(value),
    reservation: { reservationId, state: 'released', lines: reservation?.lines ?? [] },
    effects: [released, ...mark],
    ...(held && { stock: piecesOf(held.lines), event: { type: StockReleased, aggregateId: reservationId, value } }),
  };
}
