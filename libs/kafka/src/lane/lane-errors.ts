import { KafkaApiError, KafkaError } from '../connection/kafka-error.js';
import { TransactionAborted, TransactionRefused } from '../producer/producer-errors.js';
import { ErrorCode } from '../protocol/error-codes.js';
import { RetryLater } from './lane-processor.js';

/** The lane has stopped for good: another process runs under its name (R4). */
export class LaneFencedError extends KafkaError {
  constructor(transactionalId: string, cause: unknown) {
    super(
      'LANE_FENCED',
      `The lane ${transactionalId} was fenced twice while it was a member of its group: another process uses its name. Give every instance a name of its ` +
        'own (ONWARD_INSTANCE), or allow transactions more time if they ran into their time limit.',
      { cause },
    );
  }
}

/** What an error of `process` or of a commit says about the inputs of the batch. */
export type Blame =
  /** Something in the batch cannot be worked off: halve it, and quarantine what is left at last (R10). */
  | 'inputs'
  /** The world around it: wait, and do the same again. */
  | 'circumstances';

const TOO_MUCH_OR_INVALID: ReadonlySet<number> = new Set([
  ErrorCode.MESSAGE_TOO_LARGE,
  ErrorCode.RECORD_LIST_TOO_LARGE,
  ErrorCode.INVALID_RECORD,
  ErrorCode.INVALID_TIMESTAMP,
]);

export function blameOfProcess(error: unknown): Blame {
  return error instanceof RetryLater || error instanceof KafkaError ? 'circumstances' : 'inputs';
}

export function blameOfCommit(error: unknown): Blame {
  if (!(error instanceof TransactionAborted || error instanceof TransactionRefused)) return 'circumstances';
  return error.cause instanceof KafkaApiError && TOO_MUCH_OR_INVALID.has(error.cause.brokerCode) ? 'inputs' : 'circumstances';
}
