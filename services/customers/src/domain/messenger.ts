import { createHash } from 'node:crypto';

/** Whether the built-in messenger gets through to an address. The domain `invalid` never exists (RFC 6761, section 6.4). */
export function canBeReached(email: string): boolean {
  return !/[@.]invalid$/i.test(email);
}

/** The messenger's reference: the same for the same key, as messengers that take idempotency keys give it. */
export function messageIdOf(idempotencyKey: string): string {
  return `msg_${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 24)}`;
}
