import type { CommandEffect, Effect } from '../effects.js';
import { ENGINE_VERSION } from '../events.js';
import type { ReplyInput, SagaInput, StartInput } from '../inputs.js';
import { nodeAt } from '../plan/place.js';
import { isCommandNode, type Plan } from '../plan/plan.js';
import { nextDueMs, type Action, type OpenSaga, type SagaState } from '../state.js';
import { advance, foldTransition, type Transition } from '../transition.js';
import type { Random } from './random.js';

const BEGIN_MS = Date.UTC(2026, 0, 1);
const input = { orderId: 'order-1', skus: ['a', 'b'], total: { amountMinor: 4200, currency: 'EUR' } };

/** Values of the records of the specs, by full name. */
const VALUES: Readonly<Record<string, unknown>> = {
  'onward.test.Order': input,
  'onward.test.OrderResult': { trackingId: 't1' },
  'onward.test.Reserve': { orderId: 'edited', skus: [] },
  'onward.test.Reserved': { reservationId: 'r1' },
  'onward.test.Release': { orderId: 'edited', reservationId: null, outcome: '' },
  'onward.test.Released': { orderId: 'order-1' },
  'onward.test.Ship': { reservationId: 'edited' },
  'onward.test.Shipped': { trackingId: 't1' },
  'onward.test.Authorize': { orderId: 'edited', amount: input.total },
  'onward.test.Authorized': { authorizationId: 'a1', amount: input.total },
  'onward.test.Capture': { authorizationId: 'edited' },
  'onward.test.Captured': { captureId: 'k1' },
};

function start(commandId = 'c1'): StartInput {
  return { kind: 'start', sagaId: 'order-1', commandId, value: { type: 'onward.test.Order', value: structuredClone(input) }, startHash: new Uint8Array(32).fill(7) };
}

/**
 * A saga of any plan, played by chance: participants answer, time passes, people meddle, and whatever has been said once is
 * said again. Ends a few inputs after the saga.
 */
export class RandomPlay {
  state: SagaState | undefined;
  readonly history: Transition[] = [];
  /** Of the last transition. */
  effects: readonly Effect[] = [];
  private nowMs = BEGIN_MS;
  private readonly sent: CommandEffect[] = [];
  private readonly open: CommandEffect[] = [];
  private ids = 0;
  private readonly luck: number;

  /**
   * @param plan - the plan it starts on
   * @param next - the plan it may be migrated to
   */
  constructor(
    private readonly plan: Plan,
    private readonly next: Plan,
    private readonly random: Random,
  ) {
    this.luck = random.pick([0.3, 0.8, 0.95]);
  }

  /** The plan of the saga as it is now. */
  get planNow(): Plan {
    return this.state?.planVersion === this.next.version ? this.next : this.plan;
  }

  /** @param each - called after every transition */
  run(each: (transition: Transition) => void): void {
    let afterEnd = 0;
    this.take(start(), each);
    for (let n = 0; n < 250 && afterEnd < 4; n += 1) {
      this.nowMs += this.random.below(3_000);
      this.take(this.anyInput(), each);
      if (this.state?.kind === 'closed') afterEnd += 1;
    }
  }

  private take(given: SagaInput, each: (transition: Transition) => void): void {
    const { state } = this;
    if (state?.kind === 'open' && this.random.next() < 0.02) this.putAside(state, each);
    const advanced = advance(this.planNow, this.state, given, this.nowMs, null, { deferred: this.state !== state });
    if (advanced.kind === 'unroutable') return;
    this.state = advanced.state;
    this.effects = advanced.effects;
    this.history.push(advanced.transition);
    const commands = advanced.effects.filter((effect) => effect.kind === 'command');
    this.sent.push(...commands);
    this.open.push(...commands);
    each(advanced.transition);
  }

  /** An owner without the plan holds the saga for a moment. */
  private putAside(saga: OpenSaga, each: (transition: Transition) => void): void {
    const { sagaId, sagaType, planVersion, sequence, lastAtMs } = saga;
    const event = { kind: 'InputDeferred', record: Uint8Array.of(1, 2, 3) } as const;
    const transition: Transition = {
      sagaId,
      sagaType,
      planVersion,
      engineVersion: ENGINE_VERSION,
      sequence: sequence + 1,
      atMs: Math.max(this.nowMs, lastAtMs),
      cause: { kind: 'deferral', origin: null },
      events: [event],
    };
    this.state = foldTransition(this.planNow, saga, transition);
    this.effects = [];
    this.history.push(transition);
    each(transition);
  }

  private anyInput(): SagaInput {
    const { random, state } = this;
    const sagaId = 'order-1';
    // Only a command that was taken comes again: one that was refused is another one under the same id.
    const taken = state?.commandIds.includes('m1') === true || (state?.kind === 'open' && state.seenIds.includes('m1'));
    const commandId = random.next() < 0.9 || !taken ? `m${(this.ids += 1)}` : 'm1';
    const chance = random.next();
    const parked = this.parked();
    if (chance < 0.01) return start(random.pick([commandId, 'c1']));
    if (chance < 0.02 || (chance < 0.2 && this.awaitsChild())) return { kind: 'cancel', sagaId, commandId, by: random.pick(['client', 'operator', 'parent']), reason: random.pick([null, 'why not']) };
    if (chance < 0.025) return { kind: 'migrate', sagaId, commandId, target: random.pick([this.next, undefined]), toVersion: this.next.version, reason: null };
    if (chance < 0.027) return { kind: 'terminate', sagaId, commandId, by: 'operator', reason: 'Stop it.' };
    if (chance < 0.08) return { kind: 'signal', sagaId, commandId, value: { type: 'onward.test.Order', value: { ...input, skus: Array.from({ length: random.below(4) }, () => 'a') } } };
    if (chance < (parked === undefined ? 0.09 : 0.4)) return this.operator(sagaId, commandId, parked);
    const due = state === undefined ? undefined : nextDueMs(state);
    if ((chance < 0.5 || this.open.length === 0) && due !== undefined && random.next() < (this.open.length === 0 ? 1 : 1 - this.luck)) {
      this.nowMs = Math.max(this.nowMs, due - random.below(2));
      return { kind: 'timer', sagaId };
    }
    const again = this.open.length === 0 || random.next() < 0.1;
    const command = again ? random.pick(this.sent) : this.open.splice(random.below(this.open.length), 1)[0];
    return command === undefined ? { kind: 'timer', sagaId } : this.replyTo(command);
  }

  private operator(sagaId: string, commandId: string, parked: { readonly step: string; readonly action: Action } | undefined): SagaInput {
    const { random } = this;
    const { step, action } = parked ?? { step: 'reserve', action: 'do' };
    const what = random.pick(['retry', 'retry', 'skip', 'edit'] as const);
    if (what === 'retry') return { kind: 'retry', sagaId, commandId, step: random.pick([null, step]), reason: null };
    if (what === 'skip') return { kind: 'skip', sagaId, commandId, step, action, reason: 'Done by hand.' };
    const node = nodeAt(this.planNow, step);
    const command = !isCommandNode(node) ? undefined : action === 'do' ? node.command : node.undo?.command;
    const type = command?.request.name ?? 'onward.test.Reserve';
    return { kind: 'edit', sagaId, commandId, step, action, reason: 'Another request.', value: { type, value: VALUES[type] } };
  }

  /** Seldom a saga gets as far as its child; then it shall turn back often enough. */
  private awaitsChild(): boolean {
    return this.state?.kind === 'open' && this.state.active.some(({ phase }) => phase === 'child');
  }

  private parked(): { readonly step: string; readonly action: Action } | undefined {
    if (this.state?.kind !== 'open' || this.state.stuck === null) return undefined;
    const activity = this.state.active.find(({ phase }) => phase === 'failed');
    const entry = this.state.undo.find(({ failure }) => failure !== null);
    if (activity !== undefined) return { step: activity.path, action: 'do' };
    return entry === undefined ? undefined : { step: entry.path, action: 'undo' };
  }

  private replyTo({ sagaId, participant, step, action, attempt, command }: CommandEffect): ReplyInput {
    const { random } = this;
    const type = command.done.name;
    const reply: ReplyInput['reply'] =
      random.next() < this.luck
        ? { outcome: 'done', value: { type, value: structuredClone(VALUES[type]) } }
        : { outcome: random.pick(['failed', 'failed', 'rejected']), code: 'AWAY', message: 'Not this time.' };
    return { kind: 'reply', sagaId, participant, step, action, attempt, reply };
  }
}
