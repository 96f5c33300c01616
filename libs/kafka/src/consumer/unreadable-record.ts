import type { UnreadableBatchError } from './fetch-decode.js';
import type { ConsumedRecord } from './record.js';

/** Stands in the queue for a batch that cannot be read, so that it is quarantined in its turn and its partition goes on (I8). */
export class UnreadableRecord implements ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Unknown: it is inside the batch. */
  readonly timestampMs = 0;
  readonly key = null;
  /** The batch as it lies in the log. */
  readonly value: Buffer;
  readonly headers = {};
  readonly error: UnreadableBatchError;

  constructor(error: UnreadableBatchError) {
    this.topic = error.topic;
    this.partition = error.partition;
    this.offset = error.offset;
    this.value = error.bytes;
    this.error = error;
  }
}
