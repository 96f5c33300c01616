import { SagaHistoryError } from '../errors.js';
import type { SagaEvent } from '../events.js';

/** An event that cannot follow the state before it: no decided history contains one. */
export function broken(event: SagaEvent, how: string): SagaHistoryError {
  return new SagaHistoryError('SAGA_HISTORY_BROKEN', `The event ${event.kind} ${how}: the history is damaged.`);
}
