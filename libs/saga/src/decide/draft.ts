import { effects, type Effect } from '../effects.js';
import type { SagaEvent } from '../events.js';
import { evolve } from '../evolve/index.js';
import type { Oversize } from '../inputs.js';
import type { Plan } from '../plan/plan.js';
import type { OpenSaga, SagaState } from '../state.js';

/** A decision in the making: the events so far with their effects, and the state they lead to, which the next one depends on. */
export class Draft {
  readonly events: SagaEvent[] = [];
  readonly effects: Effect[] = [];

  constructor(
    private current: Plan,
    public state: SagaState | undefined,
    /** Time of the transition, epoch milliseconds. */
    readonly atMs: number,
    private readonly oversize?: Oversize,
  ) {}

  /** There is no room for what the input brings. */
  get noRoomForInput(): Oversize | undefined {
    return this.oversize?.without === 'commands' ? undefined : this.oversize;
  }

  /** There is no room for commands. */
  get noRoomForCommands(): Oversize | undefined {
    const { oversize } = this;
    return oversize?.without === 'commands' || oversize?.without === 'both' ? oversize : undefined;
  }

  /** The plan that the saga runs on. */
  get plan(): Plan {
    return this.current;
  }

  /** Lets the saga run on another version of its plan from here on. */
  goOnWith(plan: Plan): void {
    this.current = plan;
  }

  emit(event: SagaEvent): void {
    this.effects.push(...effects(this.plan, this.state, event));
    this.state = evolve(this.plan, this.state, event);
    this.events.push(event);
  }

  /** The state, while the saga is open. */
  get open(): OpenSaga | undefined {
    return this.state?.kind === 'open' ? this.state : undefined;
  }
}
