import type { SagaEvent } from '../events.js';
import { evolve } from '../evolve.js';
import type { Plan } from '../plan.js';
import type { OpenSaga, SagaState } from '../state.js';

/** A decision in the making: the events so far, and the state they lead to, which the next one depends on. */
export class Draft {
  readonly events: SagaEvent[] = [];

  constructor(
    readonly plan: Plan,
    public state: SagaState | undefined,
    /** Time of the transition, epoch milliseconds. */
    readonly atMs: number,
  ) {}

  emit(event: SagaEvent): void {
    this.state = evolve(this.plan, this.state, event);
    this.events.push(event);
  }

  /** The state, while the saga is open. */
  get open(): OpenSaga | undefined {
    return this.state?.kind === 'open' ? this.state : undefined;
  }
}
