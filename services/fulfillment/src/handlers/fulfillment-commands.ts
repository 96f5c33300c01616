import { fulfillment, type StockLine } from '@onward/contracts';
import { HandleCommands, isCommand, Participant, type BatchedCommand, type Queryable } from '@onward/participant';
import { decide } from '../domain/decide.js';
import type { AnyFulfillmentCommand, FulfillmentReply } from '../domain/decision.js';
import type { Effect, Reservation, Shipment } from '../domain/warehouse.js';
import { loadReservations, lockProducts, writeChanges } from '../storage/warehouse-rows.js';

type FulfillmentCommand = BatchedCommand<AnyFulfillmentCommand>;

/** Carries out fulfillment commands, a batch at a time: load and lock, decide in memory in the order of the commands, write. */
@Participant()
export class FulfillmentCommands {
  @HandleCommands(fulfillment.ReserveStock, fulfillment.ReleaseStock, fulfillment.ShipParcel)
  async handle(commands: readonly FulfillmentCommand[], db: Queryable): Promise<readonly FulfillmentReply[]> {
    const loaded = await loadReservations(db, {
      reservationIds: [...new Set(commands.map((c) => c.request.reservationId))],
      shipmentIds: commands.flatMap((c) => (isCommand(c, fulfillment.ShipParcel) ? [c.request.shipmentId] : [])),
      keys: commands.flatMap(keysOf),
    });
    const reservations = new Map(loaded.reservations.map((r) => [r.reservationId, r]));
    const effects = new Map(loaded.effects.map((e) => [e.idempotencyKey, e]));
    const shipments = new Map(loaded.shipments.flatMap((s) => [[`id:${s.shipmentId}`, s] as const, [`of:${s.reservationId}`, s] as const]));
    const existing = new Set(reservations.keys());
    const changed = new Map<string, Reservation>();
    const newShipments: Shipment[] = [];
    const newEffects: Effect[] = [];
    const stock = new Map<string, number>();

    const available = await lockProducts(db, skusOf(commands, reservations));
    const replies = commands.map((command) => {
      const { context } = command;
      const { reservationId } = command.request;
      const decision = decide(command, {
        reservation: reservations.get(reservationId),
        effect: effects.get(context.idempotencyKey),
        doEffect: context.doKey === null ? undefined : effects.get(context.doKey),
        available,
        shipment: isCommand(command, fulfillment.ShipParcel) ? (shipments.get(`id:${command.request.shipmentId}`) ?? shipments.get(`of:${reservationId}`)) : undefined,
      });
      if (decision.reservation !== undefined) {
        reservations.set(reservationId, decision.reservation);
        changed.set(reservationId, decision.reservation);
      }
      if (decision.shipment !== undefined) {
        shipments.set(`id:${decision.shipment.shipmentId}`, decision.shipment).set(`of:${reservationId}`, decision.shipment);
        newShipments.push(decision.shipment);
      }
      for (const effect of decision.effects ?? []) {
        effects.set(effect.idempotencyKey, effect);
        newEffects.push(effect);
      }
      for (const [sku, pieces] of decision.stock ?? []) {
        available.set(sku, (available.get(sku) ?? 0) + pieces);
        stock.set(sku, (stock.get(sku) ?? 0) + pieces);
      }
      if (decision.event !== undefined) context.emit(decision.event.type, decision.event.aggregateId, decision.event.value);
      return decision.reply;
    });

    const changes = [...changed.values()];
    writeChanges(db, {
      created: changes.filter((r) => !existing.has(r.reservationId)),
      updated: changes.filter((r) => existing.has(r.reservationId)),
      shipments: newShipments,
      effects: newEffects,
      stock,
    });
    return replies;
  }
}

/** The command's own key, and its do's. */
function keysOf({ context }: FulfillmentCommand): string[] {
  return context.doKey === null ? [context.idempotencyKey] : [context.idempotencyKey, context.doKey];
}

/** Every product that any command of the batch may move. */
function skusOf(commands: readonly FulfillmentCommand[], reservations: ReadonlyMap<string, Reservation>): string[] {
  const lines = commands.flatMap((command): readonly StockLine[] => {
    if (isCommand(command, fulfillment.ReserveStock)) return command.request.lines;
    return isCommand(command, fulfillment.ReleaseStock) ? (reservations.get(command.request.reservationId)?.lines ?? []) : [];
  });
  return [...new Set(lines.map(({ sku }) => sku))].sort();
}
