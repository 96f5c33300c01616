import type { Money } from '@onward/contracts';

/**
 * Where a payment stands.
 *
 * ```
 *            authorize             capture             refund
 *  (none) ──────────────▶ authorized ───────▶ captured ───────▶ refunded
 *    │ │                    ▲    │
 *    │ │ authorize, declined│    │ void
 *    │ └───────────▶ open ──┘    ▼
 *    └──────────────────────▶ voided      void without an authorization: a late authorize is refused
 *       void
 * ```
 *
 * *open*: nothing is reserved, something may be: the card was declined, or the undo of a capture came before everything else.
 */
export type PaymentState = 'open' | 'authorized' | 'captured' | 'refunded' | 'voided';

/** One payment. */
export interface Payment {
  readonly paymentId: string;
  readonly state: PaymentState;
  /** Null when nothing was ever asked to be paid: a void came first. */
  readonly currency: string | null;
  readonly authorizedMinor: number;
  readonly capturedMinor: number;
  readonly authorizationId: string | null;
  /** A refund came before the capture: a late capture is refused. */
  readonly captureRefused: boolean;
}

export type EffectKind = 'authorize' | 'capture' | 'void' | 'refund';

/**
 * What a command came to, under its idempotency key, for ever (R9).
 * - done: money moved
 * - nothing: there was nothing to take back
 * - declined: the provider said no
 * - refused: a mark set by an undo that came before its do (R8)
 */
export type EffectOutcome = 'done' | 'nothing' | 'declined' | 'refused';

export interface Effect {
  readonly idempotencyKey: string;
  readonly paymentId: string;
  readonly kind: EffectKind;
  readonly outcome: EffectOutcome;
  /** Rejection code of a declined one. */
  readonly code: string | null;
  /** The provider's reference; of the authorization given back, for a void. */
  readonly reference: string | null;
  readonly amount: Money;
  /** Microseconds since 1970. */
  readonly at: number;
}
