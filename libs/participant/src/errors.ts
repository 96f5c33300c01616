/** Codes of the errors this library throws. */
export type ParticipantErrorCode =
  | 'PARTICIPANT_DATABASE_UNAVAILABLE'
  | 'PARTICIPANT_STALE_GENERATION'
  | 'PARTICIPANT_PARTITION_BUSY'
  | 'PARTICIPANT_TRANSACTION_LOST'
  | 'PARTICIPANT_MIGRATION_CHANGED'
  | 'PARTICIPANT_HANDLERS_INVALID'
  | 'PARTICIPANT_REPLY_INVALID';

/** What went wrong in a participant and what to do about it. */
export class ParticipantError extends Error {
  constructor(
    readonly code: ParticipantErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ParticipantError';
  }
}

/** The batch was fetched under a generation that a newer owner of the partition has overtaken: drop it, send and commit nothing (R8). */
export class StaleGeneration extends ParticipantError {
  constructor(topic: string, partition: number, generation: number) {
    super(
      'PARTICIPANT_STALE_GENERATION',
      `Generation ${generation} no longer owns partition ${partition} of ${topic}: a newer owner has worked on it. The batch is dropped. ` +
        'If the consumer group was deleted or the brokers were replaced, generations began again: stop the service and empty its table onward_partition once.',
    );
    this.name = 'StaleGeneration';
  }
}
