import { Counter, Gauge, type Metrics } from '@onward/platform';

/** What the lane counts. Counted when folded, before the commit: a rolled-back batch is counted again. */
export class LaneMetrics {
  readonly #records: Counter<'kind'>;
  readonly #transitions: Counter;
  readonly #outcomes: Counter<'outcome'>;
  readonly #quarantined: Counter<'code'>;
  readonly #deferred: Counter;
  readonly #withoutPlan: Gauge;
  /** Sagas whose plan is not here, by partition. */
  readonly #lacking = new Map<number, Set<string>>();

  constructor(registers: Metrics) {
    this.#records = new Counter({ name: 'onward_orchestrator_records_total', help: 'Records consumed, by what became of them', labelNames: ['kind'], registers: [registers] });
    this.#transitions = new Counter({ name: 'onward_orchestrator_transitions_total', help: 'Inputs folded into sagas', registers: [registers] });
    this.#outcomes = new Counter({ name: 'onward_orchestrator_sagas_closed_total', help: 'Sagas that ended, by outcome', labelNames: ['outcome'], registers: [registers] });
    this.#quarantined = new Counter({ name: 'onward_orchestrator_quarantined_total', help: 'Records quarantined, by reason', labelNames: ['code'], registers: [registers] });
    this.#deferred = new Counter({ name: 'onward_orchestrator_inputs_deferred_total', help: 'Inputs put aside for a build that has the plan of their saga', registers: [registers] });
    this.#withoutPlan = new Gauge({ name: 'onward_orchestrator_sagas_without_plan', help: 'Sagas that wait for a build that has their plan: an alarm', registers: [registers] });
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

  deferred(): void {
    this.#deferred.inc();
  }

  /** Sagas of a partition whose plan is not here; naming one twice counts once. */
  lacksPlan(partition: number, sagaIds: Iterable<string>): void {
    const known = this.#lacking.get(partition) ?? new Set();
    for (const sagaId of sagaIds) known.add(sagaId);
    this.#lacking.set(partition, known);
    this.#count();
  }

  /** The partition is closed: its sagas are another owner's. */
  forget(partition: number): void {
    this.#lacking.delete(partition);
    this.#count();
  }

  #count(): void {
    let count = 0;
    for (const { size } of this.#lacking.values()) count += size;
    this.#withoutPlan.set(count);
  }
}
