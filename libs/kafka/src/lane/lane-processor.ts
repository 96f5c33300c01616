import type { PartitionOpening } from '../consumer/group-reader.js';
import type { ConsumedRecord } from '../consumer/record.js';
import type { AppendedRecord, OutboundRecord } from '../producer/outbound-record.js';
import type { QuarantineReason } from '../quarantine/quarantine-record.js';

/** What one transaction of the lane works off. */
export interface LaneBatch {
  /** By partition; within it, each topic's records in log order. Only open partitions. */
  readonly records: ReadonlyMap<number, readonly ConsumedRecord[]>;
  /**
   * Partitions whose timers may fire, and which of them: those that came due up to this time, milliseconds since 1970. All inputs that
   * had arrived by then are consumed (R6). At least the earliest is among them.
   */
  readonly due: ReadonlyMap<number, number>;
}

/** What a committed transaction wrote. */
export interface LaneCommit {
  /** The broker's clock when it was written, never lower than before. */
  readonly nowMs: number;
  /** The records that `process` returned, in that order, with the offsets they got. */
  readonly appended: readonly AppendedRecord[];
}

/**
 * What a lane runs. The lane calls it from one place at a time, but for `open`, which runs beside everything else for a partition
 * that no other call mentions until it has resolved.
 *
 * `process` → `committed` or `rolledBack`, never two `process` without one of them in between. After `rolledBack` every partition is
 * closed and opened again.
 */
export interface LaneProcessor {
  /**
   * A partition was gained: restore what is in memory for it, up to the high watermark of its state (R1). Its inputs are read when this
   * resolves. Throw `PartitionStoppedError` to leave the partition closed with an alarm; anything else is tried again.
   */
  open(opening: PartitionOpening): Promise<void>;
  /** The partition was lost, or will be opened anew: drop what is in memory for it. Also called after an `open` that failed. */
  close(partition: number): Promise<void>;
  /**
   * Folds the inputs and fires due timers. Nothing it does may be visible outside before `committed`.
   *
   * Throw `RetryLater` when something it needs is away; any other error makes the lane cut its batches down to the one input that
   * causes it, which is then quarantined (R10).
   *
   * @param nowMs the broker's clock, milliseconds since 1970, never lower than before but after a roll-back
   */
  process(batch: LaneBatch, nowMs: number): Promise<{ readonly records: readonly OutboundRecord[] }>;
  /** An input that is quarantined, because it cannot be worked off, and what is to be written beside its copy. Reads no more than its headers. */
  quarantined?(record: ConsumedRecord, reason: QuarantineReason, nowMs: number): readonly OutboundRecord[];
  /**
   * A batch without inputs failed for a reason that lies in its timers, and `rolledBack` follows. Fire fewer the next time, and at last
   * not the one that is to blame: nobody can quarantine it.
   */
  timersFailed?(error: unknown): void;
  /** The transaction with what the last `process` returned is committed: write the local store. The next `process` waits for this. */
  committed(commit: LaneCommit): Promise<void>;
  /** What the last `process` did is void, or it is not known whether it is: forget everything since the last `committed`. */
  rolledBack(): Promise<void>;
  /** When the earliest timer of an open partition is due, milliseconds by the broker's clock; undefined without one. Cheap: asked often. */
  nextDueMs(partition: number): number | undefined;
}

/** Something the processor needs is away (R14: the registry, a disk): the lane waits and does the same again, and quarantines nothing. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly code = 'LANE_RETRY_LATER';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
