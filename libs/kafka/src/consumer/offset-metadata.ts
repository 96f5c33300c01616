/**
 * What an owner writes into the metadata field of the offsets it commits.
 *
 * `owner` is its transactional id: the next owner of the partition fences that id instead of waiting for the
 * transaction timeout of a dead process (R4). `attempt` counts how often the input at this offset was begun and never
 * finished: it outlives the process that a poison record kills (R10).
 *
 * Written as `onward/1 <attempt> <owner>`; the broker stores up to 4096 bytes (offset.metadata.max.bytes).
 */
export interface OffsetMetadata {
  readonly owner: string;
  /** 0: nothing was left unfinished at this offset. */
  readonly attempt: number;
}

const FORMAT = /^onward\/1 (\d{1,9}) (\S{1,3000})$/;

export function encodeOffsetMetadata({ owner, attempt }: OffsetMetadata): string {
  const text = `onward/1 ${attempt} ${owner}`;
  if (!FORMAT.test(text)) throw new RangeError(`not an owner and attempt that can be written: ${JSON.stringify({ owner, attempt })}`);
  return text;
}

/** Undefined for what another program committed: such a partition has no owner to fence. */
export function decodeOffsetMetadata(text: string | null | undefined): OffsetMetadata | undefined {
  const match = FORMAT.exec(text ?? '');
  return match === null ? undefined : { attempt: Number(match[1]), owner: match[2]! };
}
