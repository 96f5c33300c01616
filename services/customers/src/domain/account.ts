/**
 * Where an account stands.
 *
 * ```
 *          open            activate
 *  (none) ──────▶ open ────────────▶ active
 *    │              │ close             │ close
 *    │   close      ▼                   │
 *    └──────────▶ closed ◀──────────────┘      closed without having been open: a late opening is refused
 * ```
 */
export type AccountState = 'open' | 'active' | 'closed';

/** What is kept of a customer; nothing once the account is closed. */
export interface Owner {
  readonly email: string;
  readonly name: string;
  /** What the verification message asks to be given back: six digits. */
  readonly code: string;
}

export interface Account {
  readonly accountId: string;
  readonly state: AccountState;
  /** Null when closed. */
  readonly owner: Owner | null;
}

/**
 * What a command came to, under its idempotency key, for ever (R9).
 * - done: the account changed
 * - nothing: there was nothing to close
 * - refused: a mark set by a close that came before its open (R8)
 */
export interface Effect {
  readonly idempotencyKey: string;
  readonly accountId: string;
  readonly kind: 'open' | 'activate' | 'close';
  readonly outcome: 'done' | 'nothing' | 'refused';
  /** Microseconds since 1970. */
  readonly at: number;
}

/** A message that was given to the messenger. */
export interface Message {
  readonly idempotencyKey: string;
  readonly accountId: string;
  readonly template: string;
  readonly sequence: number;
  readonly messageId: string;
  /** Microseconds since 1970. */
  readonly sentAt: number;
}

const NAME_LENGTH_MAX = 200;

/** Whether somebody can be called so. */
export function isName(name: string): boolean {
  return name.trim() !== '' && name.length <= NAME_LENGTH_MAX;
}
