/** A record as a reader gets it. */
export interface ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Milliseconds since 1970: the broker's time where the topic uses LogAppendTime. */
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** The last one of repeated names; an absent value is empty. */
  readonly headers: Readonly<Record<string, Buffer>>;
}
