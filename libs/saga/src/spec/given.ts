import type { Effect } from '../effects.js';
import type { SagaEvent } from '../events.js';
import type { CancelInput, ReplyInput, SagaInput, StartInput } from '../inputs.js';
import { stepOf, type Plan } from '../plan.js';
import { statusOf, type Action, type SagaState, type SagaStatus } from '../state.js';
import { advance, type Transition } from '../transition.js';
import { orderPlan } from './order.js';

/** When the sagas of the specs begin. */
export const BEGIN_MS = Date.UTC(2026, 0, 1);

/** A saga under test: inputs go in one after the other, and what came of the last one can be looked at. */
export class Given {
  state: SagaState | undefined;
  /** Every transition so far. */
  readonly history: Transition[] = [];
  /** Events and effects of the last input. */
  events: readonly SagaEvent[] = [];
  effects: readonly Effect[] = [];
  nowMs = BEGIN_MS;

  constructor(readonly plan: Plan = orderPlan()) {}

  when(...inputs: readonly SagaInput[]): this {
    for (const input of inputs) {
      const advanced = advance(this.plan, this.state, input, this.nowMs, null);
      this.effects = advanced.effects;
      this.events = [];
      if (advanced.kind === 'unroutable') continue;
      this.state = advanced.state;
      this.events = advanced.transition.events;
      this.history.push(advanced.transition);
    }
    return this;
  }

  /** Lets time pass and the timer fire. */
  after(seconds: number): this {
    this.nowMs += seconds * 1000;
    return this.when({ kind: 'timer', sagaId: 'order-1' });
  }

  get status(): SagaStatus | undefined {
    return this.state === undefined ? undefined : statusOf(this.state);
  }

  get kinds(): string[] {
    return this.events.map((event) => event.kind);
  }

  /** The commands that the last input sent, as `do reserve #1`. */
  get sent(): string[] {
    return this.effects.flatMap((effect) =>
      effect.kind === 'command' ? [`${effect.action} ${effect.step} #${effect.attempt}`] : [],
    );
  }

  /** The commands that the last input answered, as `c1 completed`. */
  get answered(): string[] {
    return this.effects.flatMap((effect) =>
      effect.kind === 'outcome' ? [`${effect.commandId} ${effect.failure?.code ?? effect.outcome}`] : [],
    );
  }
}

export const input = { orderId: 'order-1', skus: ['a', 'b'], total: { amountMinor: 4200, currency: 'EUR' } };

export function start(commandId = 'c1', change: Partial<StartInput> = {}): StartInput {
  return {
    kind: 'start',
    sagaId: 'order-1',
    commandId,
    value: { type: 'onward.test.Order', value: { ...input, skus: [...input.skus] } },
    startHash: new Uint8Array(32).fill(7),
    ...change,
  };
}

/** What the participants of the specs answer with when all goes well. */
const REPLIES: Readonly<Record<string, readonly [type: string, value: unknown]>> = {
  'do reserve': ['onward.test.Reserved', { reservationId: 'r1' }],
  'do authorize': ['onward.test.Authorized', { authorizationId: 'a1', amount: { amountMinor: 4200, currency: 'EUR' } }],
  'do capture': ['onward.test.Captured', { captureId: 'k1' }],
  'do ship': ['onward.test.Shipped', { trackingId: 't1' }],
  'undo reserve': ['onward.test.Released', { orderId: 'order-1' }],
  'undo authorize': ['onward.test.Voided', { orderId: 'order-1' }],
};

function reply(plan: Plan, step: string, action: Action, attempt: number, what: ReplyInput['reply']): ReplyInput {
  const definition = stepOf(plan, step);
  const command = action === 'do' ? definition?.command : definition?.undo?.command;
  return { kind: 'reply', sagaId: 'order-1', participant: command?.participant ?? '?', step, action, attempt, reply: what };
}

const plan = orderPlan();

export function done(step: string, action: Action = 'do', attempt = 1): ReplyInput {
  const [type, value] = REPLIES[`${action} ${step}`] ?? ['?', {}];
  return reply(plan, step, action, attempt, { outcome: 'done', value: { type, value: structuredClone(value) } });
}

export function rejected(step: string, action: Action = 'do', attempt = 1, code = 'NO'): ReplyInput {
  return reply(plan, step, action, attempt, { outcome: 'rejected', code, message: 'We do not want to.' });
}

export function failed(step: string, action: Action = 'do', attempt = 1, code = 'AWAY'): ReplyInput {
  return reply(plan, step, action, attempt, { outcome: 'failed', code, message: 'Not this time.' });
}

export function cancel(commandId = 'x1', reason: string | null = 'changed my mind'): CancelInput {
  return { kind: 'cancel', sagaId: 'order-1', commandId, by: 'client', reason };
}
