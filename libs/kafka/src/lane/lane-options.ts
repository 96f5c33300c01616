import type { KafkaError } from '../connection/index.js';
import type { PartitionStoppedError } from '../consumer/group-error.js';
import type { GroupReaderOptions } from '../consumer/group-reader.js';
import type { QueueLimits } from '../consumer/partition-queue.js';
import type { ConsumedRecord } from '../consumer/record.js';
import type { QuarantineReason } from '../quarantine/quarantine-record.js';

export interface LaneOptions extends Omit<GroupReaderOptions, 'owner'> {
  /** `<name>-<instance>`, stable over restarts. */
  readonly transactionalId: string;
  /** Where inputs go that cannot be worked off. */
  readonly quarantineTopic: string;
  /** What one transaction takes at most. Default 2000 records, 4 MiB. */
  readonly batchLimits?: QueueLimits;
  /** The coordinator aborts a transaction that is open for longer. Default 20000. */
  readonly transactionTimeoutMs?: number;
}

/** What the lane tells the outside: for logs, metrics and alarms. */
export interface LaneObserver {
  partitionOpened?(partition: number): void;
  partitionClosed?(partition: number): void;
  transactionCommitted?(transaction: { readonly inputs: number; readonly records: number; readonly processMs: number; readonly commitMs: number }): void;
  quarantined?(record: ConsumedRecord, reason: QuarantineReason): void;
  /** One partition is not read any more (R5): an alarm. */
  partitionStopped(error: PartitionStoppedError): void;
  /** Something failed and is tried again. */
  retrying(error: unknown): void;
  /** The lane has stopped for good: the process should end. */
  failed(error: KafkaError): void;
}
