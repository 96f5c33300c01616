import { payment } from '@onward/contracts';
import { HandleCommands, Participant, type BatchedCommand, type Queryable } from '@onward/participant';
import { decide } from '../domain/decide.js';
import type { AnyPaymentCommand, PaymentReply } from '../domain/decision.js';
import type { LedgerEntry } from '../domain/ledger.js';
import type { Effect, Payment } from '../domain/payment.js';
import { loadPayments, writePayments } from '../storage/payment-rows.js';

type PaymentCommand = BatchedCommand<AnyPaymentCommand>;

/** Carries out payment commands, a batch at a time: load and lock, decide in memory in the order of the commands, write. */
@Participant()
export class PaymentCommands {
  @HandleCommands(payment.AuthorizePayment, payment.CapturePayment, payment.VoidPayment, payment.RefundPayment)
  async handle(commands: readonly PaymentCommand[], db: Queryable): Promise<readonly PaymentReply[]> {
    const loaded = await loadPayments(db, [...new Set(commands.map((c) => c.request.paymentId))], commands.flatMap(keysOf));
    const payments = new Map(loaded.payments.map((p) => [p.paymentId, p]));
    const effects = new Map(loaded.effects.map((e) => [e.idempotencyKey, e]));
    const existing = new Set(payments.keys());
    const changed = new Map<string, Payment>();
    const newEffects: Effect[] = [];
    const entries: LedgerEntry[] = [];

    const replies = commands.map((command) => {
      const { request, context } = command;
      const decision = decide(command, {
        payment: payments.get(request.paymentId),
        effect: effects.get(context.idempotencyKey),
        doEffect: context.doKey === null ? undefined : effects.get(context.doKey),
      });
      if (decision.payment !== undefined) {
        payments.set(request.paymentId, decision.payment);
        changed.set(request.paymentId, decision.payment);
      }
      for (const effect of decision.effects ?? []) {
        effects.set(effect.idempotencyKey, effect);
        newEffects.push(effect);
      }
      entries.push(...(decision.entries ?? []));
      if (decision.event !== undefined) context.emit(decision.event.type, request.paymentId, decision.event.value);
      return decision.reply;
    });

    const changes = [...changed.values()];
    writePayments(db, {
      created: changes.filter((p) => !existing.has(p.paymentId)),
      updated: changes.filter((p) => existing.has(p.paymentId)),
      effects: newEffects,
      entries,
    });
    return replies;
  }
}

/** The command's own key, and its do's. */
function keysOf({ context }: PaymentCommand): string[] {
  return context.doKey === null ? [context.idempotencyKey] : [context.idempotencyKey, context.doKey];
}
