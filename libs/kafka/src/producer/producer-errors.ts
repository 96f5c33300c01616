import { KafkaApiError, KafkaError } from '../connection/kafka-error.js';
import { MEMBERSHIP_LOST } from './error-policy.js';

/** Nothing was committed, and the producer can go on with another transaction. The cause says what stood in the way. */
export class TransactionAborted extends KafkaError {
  /** The offsets were refused as the member or its generation is not current: drop the batch and join again. */
  readonly membershipLost: boolean;

  constructor(transactionalId: string, cause: unknown) {
    super(
      'KAFKA_TRANSACTION_ABORTED',
      `The transaction of ${transactionalId} was aborted: ${(cause as Error).message} Nothing of it was committed; do it again.`,
      { cause },
    );
    this.membershipLost = cause instanceof KafkaApiError && cause.api === 'TxnOffsetCommit' && MEMBERSHIP_LOST.has(cause.brokerCode);
  }
}

/** The broker's clock is behind the time by which a transaction was decided: cause of a `TransactionAborted`. */
export class AppendedTooEarly extends KafkaError {
  constructor(
    /** The broker's time, milliseconds since 1970. */
    readonly appendTimeMs: number,
    notBeforeMs: number,
  ) {
    super(
      'KAFKA_APPENDED_TOO_EARLY',
      `It is ${new Date(appendTimeMs).toISOString()} on the broker, and what was written is of ${new Date(notBeforeMs).toISOString()}. Set the clocks of this host and of the brokers right.`,
    );
  }
}

/** Nothing was committed, and trying again will not help until what the cause names is put right. The producer can go on. */
export class TransactionRefused extends KafkaError {
  constructor(transactionalId: string, cause: unknown) {
    super(
      'KAFKA_TRANSACTION_REFUSED',
      `The transaction of ${transactionalId} is not possible: ${(cause as Error).message} Check the rights and the configuration of the topics.`,
      { cause },
    );
  }
}

/** Another client took the transactional id over, or the transaction timed out. Nothing was committed. Open a new producer only while still the owner. */
export class ProducerFenced extends KafkaError {
  constructor(transactionalId: string, cause: unknown) {
    super(
      'KAFKA_PRODUCER_FENCED',
      `The producer ${transactionalId} was fenced: another client took its name over, or its transaction timed out. ` +
        'Nothing was committed; open a new producer if this instance still owns its partitions.',
      { cause },
    );
  }
}

/** It is not known whether the transaction was committed. Drop what is in memory, open a new producer, and go on from what is committed. */
export class CommitOutcomeUnclear extends KafkaError {
  constructor(transactionalId: string, cause: unknown) {
    super(
      'KAFKA_COMMIT_OUTCOME_UNCLEAR',
      `It is not known whether the last transaction of ${transactionalId} was committed: ${(cause as Error).message} ` +
        'Open a new producer, which settles it, and go on from the committed offsets.',
      { cause },
    );
  }
}

/** Nothing was committed, and this producer cannot go on. Open a new one. */
export class ProducerUnusable extends KafkaError {
  constructor(transactionalId: string, cause: unknown) {
    super(
      'KAFKA_PRODUCER_UNUSABLE',
      `The producer ${transactionalId} cannot go on: ${(cause as Error).message} The transaction was not committed; open a new producer.`,
      { cause },
    );
  }
}

/** Some of the records may not have been written; the cause says why. Send all of them again: readers drop what they have seen. */
export class RecordsNotSent extends KafkaError {
  constructor(cause: unknown) {
    super('KAFKA_RECORDS_NOT_SENT', `Not all records were written: ${(cause as Error).message} Send them again.`, { cause });
  }
}

/** The transactional id could not be opened or fenced. */
export class ProducerNotOpened extends KafkaError {
  constructor(transactionalId: string, cause: unknown) {
    super('KAFKA_PRODUCER_NOT_OPENED', `The transactional id ${transactionalId} could not be opened: ${(cause as Error).message}`, { cause });
  }
}
