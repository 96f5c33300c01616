import type { AuditEntry } from '@onward/contracts';
import type { ConsumedRecord } from '@onward/kafka';
import type { FactSource } from './fact-sources.js';

/** What an entry says of a fact itself; the rest follows from where it stands and when it is sequenced. */
export type FactContent = Pick<AuditEntry, 'action' | 'sagaId' | 'step' | 'sourceSequence' | 'stateHashBefore' | 'stateHashAfter' | 'schemaId' | 'causationId' | 'detail'>;

/** A record of a topic of facts, read as far as it can be read. */
export interface Fact {
  readonly source: FactSource;
  readonly record: ConsumedRecord;
  readonly content: FactContent;
}

/** Longest text an entry takes over from a fact: an entry must fit into a record whatever the fact holds. */
const TEXT_CHARS_MAX = 1_000;

/** The text of a header; null without one. */
export function headerText(record: ConsumedRecord, name: string): string | null {
  const value = record.headers[name];
  return value === undefined ? null : bounded(value.toString('utf8'));
}

/** A text that came from outside, cut to what an entry takes. */
export function bounded(text: string): string {
  return text.length <= TEXT_CHARS_MAX ? text : `${text.slice(0, TEXT_CHARS_MAX - 1)}…`;
}
