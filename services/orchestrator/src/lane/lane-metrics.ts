import { Counter, type Metrics } from '@onward/platform';

/** What the lane counts. Counted when folded, before the commit: a rolled-back batch is counted again. */
export class LaneMetrics {
  readonly #records: Counter<'kind'>;
  readonly #transitions: Counter;
  readonly #outcomes: Counter<'outcome'>;
  readonly #quarantined: Counter<'code'>;

  constructor(registers: Metrics) {
    this.#records = new Counter({ name: 'onward_orchestrator_records_total', help: 'Records consumed, by what became of them', labelNames: ['kind'], registers: [registers] });
    this.#transitions = new Counter({ name: 'onward_orchestrator_transitions_total', help: 'Inputs folded into sagas', registers: [registers] });
    this.#outcomes = new Counter({ name: 'onward_orchestrator_sagas_closed_total', help: 'Sagas that ended, by outcome', labelNames: ['outcome'], registers: [registers] });
    this.#quarantined = new Counter({ name: 'onward_orchestrator_quarantined_total', help: 'Records quarantined, by reason', labelNames: ['code'], registers: [registers] });
  }

  consumed(kind: string): void {
    this.#records.inc({ kind });
  }

  transition(): void {
    this.#transitions.inc();
  }

  quarantined(code: string): void {
    this.#quarantined.inc({ code });
  }

  closed(outcome: string): void {
    this.#outcomes.inc({ outcome });
  }
}
