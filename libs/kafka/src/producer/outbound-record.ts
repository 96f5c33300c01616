/** A record to be written. Its partition is set by who makes it and never chosen again, whatever is retried (see `partitionFor`). */
export interface OutboundRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string>>;
  /** Milliseconds since 1970; now when absent. A topic with LogAppendTime replaces it. */
  readonly timestampMs?: number;
}

/** Where a record ended up. */
export interface AppendedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** The broker's time, milliseconds since 1970, where the topic uses LogAppendTime; else −1. */
  readonly appendTimeMs: number;
}
