import type { AuditEntry } from '@onward/contracts';

/** An entry as JSON: times as RFC 3339 text, hashes as hexadecimal text. */
export type EntryView = Readonly<Record<keyof AuditEntry, string | number | null>>;

/** One page of what the audit log says of a saga. */
export interface TrailPage {
  readonly sagaId: string;
  /** In the log's order. */
  readonly entries: readonly EntryView[];
  /** What to ask with as `after` for the next page; null on the last one. */
  readonly nextAfter: number | null;
  /** Entries up to this number are in the answer if they are the saga's; later ones may not have been copied from the log yet. */
  readonly indexedThrough: number;
}

export function entryView(entry: AuditEntry): EntryView {
  const hex = (bytes: Buffer | null): string | null => (bytes === null ? null : bytes.toString('hex'));
  return {
    ...entry,
    factTime: rfc3339(entry.factTime),
    sequencedAt: rfc3339(entry.sequencedAt),
    stateHashBefore: hex(entry.stateHashBefore),
    stateHashAfter: hex(entry.stateHashAfter),
    factHash: hex(entry.factHash),
  };
}

function rfc3339(micros: number): string {
  return new Date(micros / 1000).toISOString();
}
