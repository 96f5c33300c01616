import { createHash } from 'node:crypto';
import type { AuditEntry } from '@onward/contracts';
import { headerText, type Fact } from '../facts/fact.js';
import { EMPTY_WINDOW, declareGaps, hasSeen, see, type Gap, type SourceWindow } from './source-window.js';

/** Where the log is: what the next entry follows from. */
export interface LogState {
  /** Number of the last entry; 0 in an empty log. */
  readonly lastSequence: number;
  /** Its time, epoch microseconds. */
  readonly lastSequencedAt: number;
  /** What has been seen of each participant's events, by the principal that sends them. */
  readonly windows: ReadonlyMap<string, SourceWindow>;
}

export const EMPTY_LOG: LogState = { lastSequence: 0, lastSequencedAt: 0, windows: new Map() };

/** What becomes of a batch of facts. */
export interface Sequenced {
  readonly entries: readonly AuditEntry[];
  readonly state: LogState;
  /** Facts that have an entry already: their source sent them again. */
  readonly repeats: readonly Fact[];
  readonly gaps: readonly { readonly actor: string; readonly gap: Gap }[];
}

/**
 * Gives facts their entries: one each, numbered without a gap, in the order given.
 *
 * Saga transitions are written in transactions, so none comes twice. Participants send their events at least once: what was
 * seen is dropped, and what stays out becomes a gap, with an entry of its own (R11).
 *
 * @param caughtUp whether everything that was sent when the oldest missing event came due has been read
 */
export function sequence(before: LogState, facts: readonly Fact[], nowMs: number, caughtUp: boolean): Sequenced {
  const windows = new Map(before.windows);
  const repeats: Fact[] = [];
  const gaps: { actor: string; gap: Gap }[] = [];
  const entries: AuditEntry[] = [];
  const sequencedAt = Math.max(Math.round(nowMs * 1000), before.lastSequencedAt);
  const numbered = (entry: Omit<AuditEntry, 'sequence' | 'sequencedAt'>): void => {
    entries.push({ ...entry, sequence: before.lastSequence + entries.length + 1, sequencedAt });
  };

  for (const fact of facts) {
    const { source, content } = fact;
    if (source.kind === 'events' && content.sourceSequence !== null) {
      const window = windows.get(source.actor) ?? EMPTY_WINDOW;
      if (hasSeen(window, content.sourceSequence)) {
        repeats.push(fact);
        continue;
      }
      windows.set(source.actor, see(window, content.sourceSequence, nowMs));
    }
    numbered(entryOf(fact));
  }
  for (const [actor, window] of windows) {
    const declared = declareGaps(window, nowMs, caughtUp);
    windows.set(actor, declared.window);
    for (const gap of declared.gaps) {
      gaps.push({ actor, gap });
      numbered(gapEntry(actor, gap, sequencedAt));
    }
  }
  const state = entries.length === 0 ? before : { lastSequence: before.lastSequence + entries.length, lastSequencedAt: sequencedAt, windows };
  return { entries, state, repeats, gaps };
}

function entryOf({ source, record, content }: Fact): Omit<AuditEntry, 'sequence' | 'sequencedAt'> {
  return {
    ...content,
    factTime: Math.round(record.timestampMs * 1000),
    actor: source.actor,
    sourceTopic: record.topic,
    sourcePartition: record.partition,
    sourceOffset: Number(record.offset),
    eventId: headerText(record, 'ce_id'),
    traceparent: headerText(record, 'traceparent'),
    factHash: record.value === null ? null : createHash('sha256').update(record.value).digest(),
  };
}

/** A gap stands nowhere: its place says which topic it is missing from. */
function gapEntry(actor: string, gap: Gap, at: number): Omit<AuditEntry, 'sequence' | 'sequencedAt'> {
  const numbers = gap.from === gap.to ? `event ${gap.from}` : `events ${gap.from} to ${gap.to}`;
  return {
    action: 'gap',
    factTime: at,
    actor,
    sagaId: null,
    step: null,
    sourceSequence: gap.from,
    stateHashBefore: null,
    stateHashAfter: null,
    schemaId: null,
    sourceTopic: `${actor}.events`,
    sourcePartition: -1,
    sourceOffset: -1,
    eventId: null,
    causationId: null,
    traceparent: null,
    factHash: null,
    detail: `${numbers} of ${actor} did not arrive`,
  };
}
