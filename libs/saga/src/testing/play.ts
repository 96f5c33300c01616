import { durationMs, type Duration } from '../duration.js';
import type { CommandEffect } from '../effects.js';
import type { Failure } from '../failure.js';
import type { SagaInput } from '../inputs.js';
import type { Path } from '../plan/place.js';
import type { Plan } from '../plan/plan.js';
import type { SagaState, SagaStatus } from '../state.js';
import type { Transition } from '../transition.js';
import type { Participant } from './answers.js';
import { signalled, started } from './inputs.js';
import { BEGIN_MS, type Happening } from './saga-under-test.js';
import { World } from './world.js';

/** What happens in a play beside the saga itself. Everything that is left out goes well. */
export interface Script {
  /** What the saga is started with; made of the input's schema when it is left out. */
  readonly input?: unknown;
  /** By participant and command, such as `payment.AuthorizePayment`. One that is not scripted is done, with a value made of the reply's schema. */
  readonly participants?: Readonly<Record<string, Participant>>;
  /** By saga type: the plan of the child saga, which is played too, or a script of its end. */
  readonly children?: Readonly<Record<string, Plan | Participant>>;
  readonly signals?: readonly { readonly after: Duration; readonly to: Path; readonly value?: unknown }[];
  /** Whatever else happens: a cancel, an operator, a migration. */
  readonly happenings?: readonly { readonly after: Duration; readonly what: Happening }[];
  /** When the play is broken off, if the saga has not ended; after 90 days when nothing is said. */
  readonly until?: Duration;
}

/** What came of a play. */
export interface Played {
  /** `completed`, `compensated` or `terminated`; `stuck` or `running` if it did not end. */
  readonly outcome: SagaStatus;
  /** The result's value. */
  readonly result: unknown;
  readonly failure: Failure | null;
  readonly state: SagaState;
  readonly history: readonly Transition[];
  /** The input of every transition of the history. */
  readonly inputs: readonly SagaInput[];
  /** Every command that was sent, in order. */
  readonly commands: readonly CommandEffect[];
  /** What happened and what it led to, line by line, with the time since the start. Child sagas have lines too. */
  readonly log: readonly string[];
  /** How long the saga took by its own clock. */
  readonly tookMs: number;
}

/**
 * Plays a saga in memory from its start until nothing happens any more, with scripted participants and a clock of its own:
 * thirty days take milliseconds.
 */
export function play(plan: Plan, script: Script = {}): Played {
  const world = new World(script.participants ?? {}, script.children ?? {});
  const saga = world.open(plan);
  world.schedule(BEGIN_MS, saga, started(script.input));
  for (const { after, to, value } of script.signals ?? []) world.schedule(BEGIN_MS + durationMs(after), saga, signalled(to, value));
  for (const { after, what } of script.happenings ?? []) world.schedule(BEGIN_MS + durationMs(after), saga, what);
  world.run(BEGIN_MS + durationMs(script.until ?? '90d'));
  const { state, history, inputs } = saga;
  if (state === undefined) throw new TypeError('The saga was not started: its input does not name it.');
  return {
    outcome: saga.status ?? 'running',
    result: state.kind === 'closed' ? (state.result?.value ?? null) : null,
    failure: state.kind === 'closed' ? state.failure : (state.stuck ?? state.compensating),
    state,
    history,
    inputs,
    commands: world.commands.filter(({ sagaId }) => sagaId === saga.sagaId),
    log: world.log,
    tookMs: state.lastAtMs - state.startedAtMs,
  };
}
