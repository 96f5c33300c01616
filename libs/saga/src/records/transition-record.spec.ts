import { AvroRecord, codecOf } from '../../../../test/support/saga/avro-codec.js';
import { plain } from '../../../../test/support/saga/plain.js';
import { readSchema } from '../../../../test/support/saga/schemas.js';
import { ENGINE_VERSION, type EventOf, type SagaEvent, type SagaEventKind } from '../events.js';
import { everyConstruct } from '../spec/every-construct.js';
import { orderPlan } from '../spec/order.js';
import { Leaf, randomFailure, randomState } from '../spec/random-state.js';
import { Random } from '../spec/random.js';
import type { Transition } from '../transition.js';
import { EVENT_KINDS } from './event-forms.js';
import { fromTransitionRecord, toTransitionRecord, type TransitionRecord } from './transition-record.js';

const plan = everyConstruct;
const codec = codecOf(plan, orderPlan());
const transitions = new AvroRecord(readSchema('onward.orders.SagaTransition'));
const AT_MS = Date.UTC(2026, 5, 1);
const order = { orderId: 'order-1', skus: ['a', 'b'], total: { amountMinor: 4200, currency: 'EUR' } };
const value = { type: 'onward.test.Order', value: order };
const parent = { domain: 'billing', sagaId: 'parent-1', step: 'parcels[2].settle', attempt: 1, idempotencyKey: 'billing/parent-1/parcels[2].settle/do/0' };

/** An event of every kind, made by chance. */
const MAKE: { readonly [K in SagaEventKind]: (random: Random) => EventOf<K> } = {
  SagaStarted: (r) => ({ kind: 'SagaStarted', sagaId: 'order-1', commandId: 'c1', startHash: Buffer.alloc(32, 7), value, parent: r.pick([null, parent]), atMs: AT_MS }),
  SagaStuck: (r) => ({ kind: 'SagaStuck', failure: randomFailure(r) }),
  SagaCompleted: (r) => ({ kind: 'SagaCompleted', value: r.pick([null, value]), atMs: AT_MS }),
  SagaCompensated: (r) => ({ kind: 'SagaCompensated', failure: randomFailure(r), atMs: AT_MS }),
  SagaTerminated: (r) => ({ kind: 'SagaTerminated', failure: randomFailure(r), atMs: AT_MS }),
  SagaMigrated: (r) => ({ kind: 'SagaMigrated', fromVersion: 1 + r.below(9), detail: detail(r), state: randomState(plan, { input: new Leaf(order) }, r) }),
  CommandSent: (r) => ({ kind: 'CommandSent', ...where(r), action: action(r), participant: 'payment', value, dueAtMs: time(r), deadlineAtMs: time(r), edit: r.below(3) }),
  AttemptFailed: (r) => ({ kind: 'AttemptFailed', ...where(r), action: action(r), failure: randomFailure(r), dueAtMs: AT_MS + r.below(1e6) }),
  StepDone: (r) => ({ kind: 'StepDone', ...where(r), value }),
  StepFailed: (r) => ({ kind: 'StepFailed', ...where(r), outcome: r.pick(['unknown', 'notDone']), failure: randomFailure(r) }),
  StepRetried: (r) => ({ kind: 'StepRetried', step: r.pick([null, step(r)]), action: action(r), by: by(r), detail: detail(r), dueAtMs: time(r), edit: r.below(3) }),
  StepSkipped: (r) => ({ kind: 'StepSkipped', step: step(r), action: action(r), by: by(r), detail: 'Done by hand.' }),
  StepEdited: (r) => ({ kind: 'StepEdited', step: step(r), action: action(r), detail: 'Another card.', value, edit: r.below(3) }),
  LateReply: (r) => ({ kind: 'LateReply', ...where(r), action: action(r), outcome: r.pick(['done', 'rejected', 'failed']), value: r.pick([null, value]), failure: r.pick([null, randomFailure(r)]) }),
  ParallelStarted: (r) => ({ kind: 'ParallelStarted', step: step(r) }),
  BranchSkipped: (r) => ({ kind: 'BranchSkipped', step: step(r), failure: randomFailure(r) }),
  WhenDecided: (r) => ({ kind: 'WhenDecided', step: step(r), chosen: r.pick(['then', 'otherwise']) }),
  LoopStarted: (r) => ({ kind: 'LoopStarted', step: step(r), count: r.below(5) }),
  IterationStarted: (r) => ({ kind: 'IterationStarted', step: step(r) }),
  LoopEnded: (r) => ({ kind: 'LoopEnded', step: step(r) }),
  SleepStarted: (r) => ({ kind: 'SleepStarted', step: step(r), dueAtMs: AT_MS + r.below(1e6) }),
  SleepEnded: (r) => ({ kind: 'SleepEnded', step: step(r) }),
  SignalAwaited: (r) => ({ kind: 'SignalAwaited', step: step(r), dueAtMs: time(r) }),
  SignalKept: () => ({ kind: 'SignalKept', commandId: 's1', value }),
  SignalTaken: (r) => ({ kind: 'SignalTaken', step: step(r), commandId: 's1', value }),
  SignalRead: (r) => ({ kind: 'SignalRead', step: step(r), commandId: 's1', value, judgement: r.pick(['ignore', 'refuse']) }),
  SignalTimedOut: (r) => ({ kind: 'SignalTimedOut', step: step(r) }),
  DataDropped: (r) => ({ kind: 'DataDropped', step: step(r) }),
  ChildClosing: (r) => ({ kind: 'ChildClosing', step: step(r), policy: r.pick(['compensate', 'cancel', 'abandon', 'terminate']) }),
  CompensationStarted: (r) => ({ kind: 'CompensationStarted', failure: randomFailure(r) }),
  UndoDone: (r) => ({ kind: 'UndoDone', ...where(r), value }),
  UndoFailed: (r) => ({ kind: 'UndoFailed', ...where(r), failure: randomFailure(r) }),
  CancelAccepted: (r) => ({ kind: 'CancelAccepted', commandId: 'x1', by: r.pick(['client', 'operator', 'parent']), detail: detail(r) }),
  StartRepeated: (r) => ({ kind: 'StartRepeated', commandId: 'c2', parent: r.pick([null, parent]) }),
  CommandRefused: (r) => ({ kind: 'CommandRefused', commandId: 'c2', parent: r.pick([null, parent]), failure: randomFailure(r) }),
  OperatorActed: () => ({ kind: 'OperatorActed', commandId: 'o1' }),
  InputIgnored: () => ({ kind: 'InputIgnored', reason: 'REPLY_REPEATED', detail: 'It came twice.' }),
  InputDeferred: (r) => ({ kind: 'InputDeferred', record: Buffer.of(r.below(256), 2, 3) }),
  DeferredTaken: () => ({ kind: 'DeferredTaken' }),
};

const step = (r: Random): string => r.pick(['reserve', 'checks.fraud', 'parcels[12].pack']);
const where = (r: Random): { step: string; attempt: number } => ({ step: step(r), attempt: r.below(20) });
const action = (r: Random): 'do' | 'undo' => r.pick(['do', 'undo']);
const by = (r: Random): 'policy' | 'operator' => r.pick(['policy', 'operator']);
const detail = (r: Random): string | null => r.pick([null, 'A sentence.']);
const time = (r: Random): number | null => r.pick([null, AT_MS + r.below(1e9)]);

function transitionOf(events: readonly SagaEvent[]): Transition {
  const origin = { id: 'c1', topic: 'client.commands.orders', partition: 3, offset: 42 };
  return { sagaId: 'order-1', sagaType: plan.name, planVersion: plan.version, engineVersion: ENGINE_VERSION, sequence: 7, atMs: AT_MS, cause: { kind: 'start', origin }, events };
}

function written(transition: Transition): TransitionRecord {
  return transitions.decode(transitions.encode(toTransitionRecord(plan, transition, { before: null, after: null }, codec))) as TransitionRecord;
}

describe("a transition's record", () => {
  it.each(EVENT_KINDS)('brings a %s back as it was', (kind) => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const transition = transitionOf([MAKE[kind](new Random(seed))]);
      expect(plain(fromTransitionRecord(plan, written(transition), codec))).toStrictEqual(plain(transition));
    }
  });

  it('keeps many events in their order', () => {
    const random = new Random(1);
    const transition = transitionOf(Array.from({ length: 200 }, () => MAKE[random.pick(EVENT_KINDS)](random)));
    expect(plain(fromTransitionRecord(plan, written(transition), codec))).toStrictEqual(plain(transition));
  });

  it('of a timer names no origin', () => {
    const transition: Transition = { ...transitionOf([]), cause: { kind: 'timer', origin: null } };
    expect(fromTransitionRecord(plan, written(transition), codec).cause).toEqual({ kind: 'timer', origin: null });
  });

  it.each([
    ['an event of a newer engine', { kind: 'SagaPaused' }, 'SAGA_EVENT_UNKNOWN', /has a SagaPaused/],
    ['a word of a newer engine', { kind: 'WhenDecided', step: 'risky', choice: 'perhaps' }, 'SAGA_EVENT_UNKNOWN', /a WhenDecided whose choice is "perhaps"/],
    ['an event without what its kind needs', { kind: 'StepDone', step: 'reserve' }, 'SAGA_EVENT_INCOMPLETE', /its StepDone has no attempt/],
  ])('with %s is refused', (_, event, code, text) => {
    const record = written(transitionOf([{ kind: 'DeferredTaken' }]));
    const [empty] = record.events;
    const broken = { ...record, events: [{ ...empty, ...event }] } as TransitionRecord;
    expect(() => fromTransitionRecord(plan, broken, codec)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(text) as string }) as Error);
  });

  it('with a state of another plan is refused', () => {
    const record = written(transitionOf([MAKE.SagaMigrated(new Random(1))]));
    expect(() => fromTransitionRecord(orderPlan(), record, codec)).toThrow(expect.objectContaining({ code: 'SAGA_PLAN_MISMATCH' }) as Error);
  });

  it('with a value cannot be written without its plan', () => {
    const transition = transitionOf([MAKE.StepDone(new Random(1))]);
    expect(() => toTransitionRecord(null, transition, { before: null, after: null }, codec)).toThrow(expect.objectContaining({ code: 'SAGA_PLAN_MISMATCH' }) as Error);
  });
});
