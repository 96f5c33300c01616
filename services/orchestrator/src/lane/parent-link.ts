import type { ConsumedRecord } from '@onward/kafka';
import type { ParentRef } from '@onward/saga';
import { attemptHeader, header, Unacceptable } from './headers.js';
import { sagaIdOf } from './saga-id.js';

/** Header of what a saga sends to its child: the parent's saga id, to which the reply goes. The key is the child's. */
export const PARENT_SAGA = 'ce_parentsagaid';

/**
 * Who starts a child saga, as the headers of the start say.
 * @param domain the parent's, proven by the topic
 * @throws Unacceptable when a header is missing or makes no sense
 */
export function parentOf(record: Pick<ConsumedRecord, 'headers'>, domain: string): ParentRef {
  return { domain, sagaId: parentIdOf(record), step: header(record, 'ce_step'), attempt: attemptHeader(record), idempotencyKey: header(record, 'ce_idempotencykey') };
}

/** The saga that asks for something as a parent. @throws Unacceptable when the header is missing or no saga's id */
export function parentIdOf(record: Pick<ConsumedRecord, 'headers'>): string {
  const sagaId = header(record, PARENT_SAGA);
  if (sagaIdOf(Buffer.from(sagaId)) === undefined) throw new Unacceptable('HEADER_INVALID', `The header ${PARENT_SAGA} must be a saga's id.`);
  return sagaId;
}

/** The parent that waits for the child that a record would have started; `undefined` when the record does not say, or starts nothing. */
export function waitingParent(record: Pick<ConsumedRecord, 'headers'>, domain: string): ParentRef | undefined {
  try {
    return parentOf(record, domain);
  } catch (error) {
    if (error instanceof Unacceptable) return undefined;
    throw error;
  }
}
