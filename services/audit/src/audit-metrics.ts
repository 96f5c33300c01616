import { Counter, Gauge, type Metrics } from '@onward/platform';
import type { Sequenced } from './log/sequencer.js';

/** What operators watch of the audit service. Any increase of `onward_audit_gaps_total` is an alarm: facts are missing. */
export class AuditMetrics {
  private readonly entries: Counter<'actor'>;
  private readonly repeats: Counter<'actor'>;
  private readonly gaps: Counter<'actor'>;
  private readonly sequence: Gauge;
  private readonly indexed: Gauge;

  constructor(metrics: Metrics) {
    const registers = [metrics];
    this.entries = new Counter({ name: 'onward_audit_entries_total', help: 'Entries written to the audit log, by who told the fact', labelNames: ['actor'], registers });
    this.repeats = new Counter({ name: 'onward_audit_repeats_total', help: 'Facts that came again and were dropped', labelNames: ['actor'], registers });
    this.gaps = new Counter({ name: 'onward_audit_gaps_total', help: 'Runs of facts that did not arrive', labelNames: ['actor'], registers });
    this.sequence = new Gauge({ name: 'onward_audit_sequence', help: 'Number of the last entry this instance wrote', registers });
    this.indexed = new Gauge({ name: 'onward_audit_indexed_sequence', help: 'Number of the last entry this instance copied into the index', registers });
  }

  committed({ entries, repeats, gaps, state }: Sequenced): void {
    for (const { actor } of entries) this.entries.inc({ actor });
    for (const { source } of repeats) this.repeats.inc({ actor: source.actor });
    for (const { actor } of gaps) this.gaps.inc({ actor });
    this.sequence.set(state.lastSequence);
  }

  copied(lastSequence: number): void {
    this.indexed.set(lastSequence);
  }
}
