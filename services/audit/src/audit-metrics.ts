import { Counter, Gauge, type Metrics } from '@onward/platform';
import type { Sequenced } from './log/sequencer.js';

/** What operators watch of the audit service. Any increase of `onward_audit_gaps_total` is an alarm: facts are missing; so is a stopped partition. */
export class AuditMetrics {
  private readonly entries: Counter<'actor'>;
  private readonly repeats: Counter<'actor'>;
  private readonly gaps: Counter<'actor'>;
  private readonly sequence: Gauge;
  private readonly indexed: Gauge;
  private readonly stopped: Gauge;

  /** @param participants whose events may be missing: their counters show 0 from the start, so that an alarm sees the first gap */
  constructor(metrics: Metrics, participants: readonly string[]) {
    const registers = [metrics];
    this.entries = new Counter({ name: 'onward_audit_entries_total', help: 'Entries written to the audit log, by who told the fact', labelNames: ['actor'], registers });
    this.repeats = new Counter({ name: 'onward_audit_repeats_total', help: 'Facts that came again and were dropped', labelNames: ['actor'], registers });
    this.gaps = new Counter({ name: 'onward_audit_gaps_total', help: 'Runs of facts that did not arrive', labelNames: ['actor'], registers });
    this.sequence = new Gauge({ name: 'onward_audit_sequence', help: 'Number of the last entry this instance wrote', registers });
    this.indexed = new Gauge({ name: 'onward_audit_indexed_sequence', help: 'Number of the last entry this instance copied into the index', registers });
    this.stopped = new Gauge({ name: 'onward_audit_partitions_stopped', help: 'Partitions that are not read any more and wait for a person: an alarm', registers });
    for (const actor of participants) this.gaps.inc({ actor }, 0);
  }

  committed({ entries, repeats, gaps, state }: Sequenced): void {
    for (const { actor } of entries) this.entries.inc({ actor });
    for (const { source } of repeats) this.repeats.inc({ actor: source.actor });
    for (const { actor } of gaps) this.gaps.inc({ actor });
    this.sequence.set(state.lastSequence);
  }

  partitionStopped(): void {
    this.stopped.inc();
  }

  copied(lastSequence: number): void {
    this.indexed.set(lastSequence);
  }
}
