import type { Effect } from '../effects.js';
import type { SagaEvent, SagaEventKind } from '../events.js';
import type { SagaInput } from '../inputs.js';
import type { Plan } from '../plan/plan.js';
import { statusOf, type SagaState, type SagaStatus } from '../state.js';
import { advance, foldTransition, type Transition } from '../transition.js';
import { differences, SagaExpectationError, shown } from './match.js';

/** When the sagas of tests begin: noon of the first of January 2026, UTC. */
export const BEGIN_MS = Date.UTC(2026, 0, 1, 12);

/** Something that happens to a saga: an input, or what makes inputs of the saga as it stands, one after the other. */
export type Happening = SagaInput | ((saga: SagaUnderTest) => Iterable<SagaInput>);

/** An event as a test expects it: its kind, or any part of it. */
export type ExpectedEvent = SagaEventKind | ({ readonly kind: SagaEventKind } & Readonly<Record<string, unknown>>);

/** A saga in a test. Inputs go in one after the other; what came of the last one can be looked at. */
export class SagaUnderTest {
  state: SagaState | undefined;
  /** Every transition so far. */
  readonly history: Transition[] = [];
  /** The input of every transition that was made here. */
  readonly inputs: SagaInput[] = [];
  /** What the last thing that happened led to. */
  events: readonly SagaEvent[] = [];
  effects: readonly Effect[] = [];
  /** The time, epoch milliseconds. */
  nowMs = BEGIN_MS;
  /** The saga's id: given to it by its start. */
  sagaId = 'saga-1';
  private commands = 0;

  constructor(public plan: Plan) {}

  /** Lets things happen; `events` and `effects` are those of the last one. */
  when(...happenings: readonly Happening[]): this {
    for (const happening of happenings) {
      const events: SagaEvent[] = [];
      const effects: Effect[] = [];
      for (const input of typeof happening === 'function' ? happening(this) : [happening]) this.take(input, events, effects);
      this.events = events;
      this.effects = effects;
    }
    return this;
  }

  /**
   * Expects what the last thing that happened led to: all of its events, each by its kind or by parts of it.
   *
   * @throws SagaExpectationError naming every difference
   */
  then(...expected: readonly ExpectedEvent[]): this {
    // A promise that is resolved with this would call it with its own functions.
    if (typeof expected[0] === 'function') throw new TypeError('A saga under test is not awaited: then() expects events.');
    const wanted = expected.map((event) => (typeof event === 'string' ? { kind: event } : event));
    const found = wanted.length === this.events.length ? wanted.flatMap((event, n) => differences(event, this.events[n], `event ${n + 1}`)) : ['Their number differs.'];
    if (found.length === 0) return this;
    const lines = ['These are not the events that were expected.', ...found.map((difference) => `  ${difference}`)];
    lines.push('Expected:', ...wanted.map((event) => `  ${shown(event)}`), 'Happened:', ...this.events.map((event) => `  ${shown(event)}`));
    throw new SagaExpectationError(lines.join('\n'));
  }

  /** Takes over a recorded history. */
  follow(history: readonly Transition[]): this {
    for (const transition of history) {
      this.state = foldTransition(this.plan, this.state, transition);
      this.sagaId = transition.sagaId;
      this.nowMs = Math.max(this.nowMs, transition.atMs);
      this.history.push(transition);
    }
    return this;
  }

  get status(): SagaStatus | undefined {
    return this.state === undefined ? undefined : statusOf(this.state);
  }

  /** Kinds of the last events. */
  get kinds(): readonly SagaEventKind[] {
    return this.events.map(({ kind }) => kind);
  }

  /** The commands among the last effects, as `do reserve #1`. */
  get sent(): readonly string[] {
    return this.effects.flatMap((effect) => (effect.kind === 'command' ? [`${effect.action} ${effect.step} #${effect.attempt}`] : []));
  }

  /** The commands that the last effects answered, as `c1 completed` or `c1 CARD_DECLINED`. */
  get answered(): readonly string[] {
    return this.effects.flatMap((effect) => (effect.kind === 'outcome' ? [`${effect.commandId} ${effect.failure?.code ?? effect.outcome}`] : []));
  }

  /** An id for a command that has none: `c1`, `c2`, … */
  nextCommandId(): string {
    return `c${(this.commands += 1)}`;
  }

  private take(input: SagaInput, events: SagaEvent[], effects: Effect[]): void {
    const advanced = advance(this.plan, this.state, input, this.nowMs, null);
    effects.push(...advanced.effects);
    if (advanced.kind === 'unroutable') return;
    this.state = advanced.state;
    this.history.push(advanced.transition);
    this.inputs.push(input);
    events.push(...advanced.transition.events);
    if (input.kind === 'migrate' && input.target?.version === advanced.state.planVersion) this.plan = input.target;
  }
}
