import type { InputKind, SagaInput } from '../inputs.js';
import type { Plan } from '../plan/plan.js';
import { Order } from '../spec/contracts.js';
import { everyConstruct, everyConstructNext } from '../spec/every-construct.js';
import { order, orderPlan, plainRetry } from '../spec/order.js';
import { begin, look, reserve } from '../spec/steps.js';
import { cancelled, edited, given, later, migrated, replied, retried, signalled, skipped, started, terminated, undoReplied, type Happening, type SagaUnderTest } from '../testing/index.js';
import type { OpenSaga } from '../state.js';
import { decide } from './index.js';
import { situationOf, TRANSITION_TABLE, type Situation } from './table.js';

const plan = orderPlan({ release: { ...plainRetry, attempts: 1 } });
const authorized = [started(order), replied.done('reserve'), replied.done('authorize')];
const inBlock = [started(order), replied.done('reserve')];
const throwing = begin().step('a', { ...reserve, send: (s) => (s.input.skus.length > 1 ? ('no' as never) : { orderId: '', skus: [] }) }).build();
const resultless = begin().step('a', { ...look }).build({ result: throwing.input, from: (s) => (s.input.skus.length > 1 ? ('no' as never) : s.input) as never });

const throwingLater = begin().step('b', { ...reserve }).step('a', { ...reserve, send: (s) => (s.input.skus.length > 1 ? ('no' as never) : { orderId: '', skus: [] }) }).build();
/** One branch is parked at once; the others wait for a reply, and for a signal. */
const half = begin()
  .step('b', { ...reserve })
  .parallel('both', (both) =>
    both
      .branch('l', (l) => l.step('a', { ...reserve, send: (s) => (s.input.skus.length > 1 ? ('no' as never) : { orderId: '', skus: [] }) }))
      .branch('r', { ...reserve })
      .branch('s', (s) => s.signal('go', { of: Order, judge: () => 'refuse', timeout: { after: '1s', then: 'compensate' } })),
  )
  .build();
const quarter = begin().parallel('both', (both) => both.branch('l', (l) => l.step('a', { ...look, send: (s) => (s.input.skus.length > 1 ? ('no' as never) : { authorizationId: '' }) })).branch('s', (s) => s.signal('go', { of: Order, judge: () => 'refuse', timeout: { after: '1s', then: 'compensate' } }))).build();
/** Waits for one signal and then for another: their ids say what to do. */
const waits = begin()
  .signal('go', { of: Order, judge: ({ orderId }) => (orderId === 'throw' ? ('?' as never) : 'take') })
  .sleep('nap', '1s')
  .sleep('rest', (s) => (s.input.skus.length > 1 ? ('no' as never) : '1s'))
  .build();
const refuses = begin().signal('go', { of: Order, judge: () => 'refuse', timeout: { after: '1s', then: 'compensate' } }).build();
const listens = begin().step('a', { ...reserve }).signal('go', { of: Order, judge: () => 'refuse', timeout: { after: '1s', then: 'compensate' } }).build();

/** Sagas in every situation, at several places. */
const SAGAS: Readonly<Record<Situation, readonly (() => SagaUnderTest)[]>> = {
  none: [() => given(plan), () => given(everyConstruct), () => given(throwing)],
  running: [
    () => given(plan, started(order)),
    () => given(plan, started(order), replied.failed('reserve')),
    () => given(plan, started(order), replied.done('reserve'), later('30s'), later('1s')),
    () => given(plan, ...authorized),
    () => given(plan, ...authorized, replied.done('capture')),
    () => given(everyConstruct, ...inBlock),
    () => given(everyConstruct, ...inBlock, replied.done('checks.fraud'), replied.done('checks.quote.carrier')),
    () => given(everyConstruct, ...inBlock, ...throughBlock),
    () => given(everyConstruct, ...inBlock, ...throughBlock, signalled('approval')),
    () => given(everyConstruct, ...inBlock, ...throughBlock, signalled('approval'), ...throughLoops),
    () => given(plan, started(order), replied.failed('reserve'), later('1s'), replied.failed('reserve'), later('2s')),
    () => given(waits, started(order)),
    () => given(waits, started(order), signalled('go', { ...order, orderId: 'on' })),
    () => given(listens, started(order), replied.done('a')),
    () => given(refuses, started(order)),
  ],
  compensating: [
    () => given(plan, started(order), replied.done('reserve'), replied.rejected('authorize')),
    () => given(plan, started(order), replied.done('reserve'), cancelled()),
    () => given(plan, started(order), replied.done('reserve'), cancelled(), replied.done('authorize'), undoReplied.failed('authorize')),
    () => given(everyConstruct, ...inBlock, cancelled()),
    () => given(begin().step('a', { ...look }).build(), started(order), cancelled()),
  ],
  stuckForward: [
    () => given(half, started(order), replied.done('b')),
    () => given(quarter, started(order)),
    () => given(waits, started(order), signalled('go', { ...order, orderId: 'throw' })), () => given(throwingLater, started(order), replied.done('b')), () => given(plan, ...authorized, replied.rejected('capture')), () => given(throwing, started(order)), () => given(resultless, started(order), replied.done('a'))],
  stuckBackward: [
    () => given(plan, started(order), replied.done('reserve'), replied.rejected('authorize'), undoReplied.rejected('reserve')),
    () => given(plan, started(order), replied.done('reserve'), replied.rejected('authorize'), later('30s')),
  ],
  closed: [
    () => given(plan, started(order), replied.rejected('reserve')),
    () => given(plan, ...authorized, replied.done('capture'), replied.done('ship')),
    () => given(plan, started(order), terminated('enough')),
  ],
};
const throughLoops: readonly Happening[] = ['parcels[0]', 'parcels[1]'].flatMap((parcel) => [
  ...['pack', 'labels.inner', 'labels.outer.print', 'stamps[0].stick', 'stamps[1].stick'].map((step) => replied.done(`${parcel}.${step}`)),
]);
const throughBlock: readonly Happening[] = [replied.done('checks.fraud'), replied.done('checks.quote.carrier'), later('5s'), replied.done('checks.quote.insurance'), replied.done('offers.one'), replied.done('offers.two.ask')];

/** Where each input may lead from each situation. */
const MAY_LEAD_TO: Readonly<Record<Situation, Readonly<Record<InputKind, readonly Situation[]>>>> = {
  none: { start: ['none', 'running', 'stuckForward'], reply: ['none'], timer: ['none'], signal: ['none'], cancel: ['none'], terminate: ['none'], retry: ['none'], skip: ['none'], edit: ['none'], migrate: ['none'], unusable: ['none'] },
  running: {
    start: ['running'],
    reply: ['running', 'compensating', 'stuckForward', 'closed'],
    timer: ['running', 'compensating', 'stuckForward', 'closed'],
    signal: ['running', 'compensating', 'stuckForward', 'closed'],
    cancel: ['running', 'compensating', 'closed'],
    terminate: ['running', 'closed'],
    retry: ['running'],
    skip: ['running'],
    edit: ['running'],
    migrate: ['running'],
    unusable: ['running'],
  },
  compensating: {
    start: ['compensating'],
    reply: ['compensating', 'stuckBackward', 'closed'],
    timer: ['compensating', 'stuckBackward', 'closed'],
    signal: ['compensating'],
    cancel: ['compensating'],
    terminate: ['compensating', 'closed'],
    retry: ['compensating'],
    skip: ['compensating'],
    edit: ['compensating'],
    migrate: ['compensating'],
    unusable: ['compensating'],
  },
  stuckForward: {
    start: ['stuckForward'],
    reply: ['stuckForward', 'running', 'compensating'],
    timer: ['stuckForward', 'compensating', 'closed'],
    signal: ['stuckForward', 'compensating', 'closed'],
    cancel: ['stuckForward', 'compensating', 'closed'],
    terminate: ['stuckForward', 'closed'],
    retry: ['stuckForward', 'running'],
    skip: ['stuckForward', 'running', 'closed'],
    edit: ['stuckForward', 'running'],
    migrate: ['stuckForward'],
    unusable: ['stuckForward'],
  },
  stuckBackward: {
    start: ['stuckBackward'],
    reply: ['stuckBackward', 'closed'],
    timer: ['stuckBackward'],
    signal: ['stuckBackward'],
    cancel: ['stuckBackward'],
    terminate: ['stuckBackward', 'closed'],
    retry: ['stuckBackward', 'compensating'],
    skip: ['stuckBackward', 'closed'],
    edit: ['stuckBackward', 'compensating'],
    migrate: ['stuckBackward'],
    unusable: ['stuckBackward'],
  },
  closed: {
    start: ['closed'],
    reply: ['closed'],
    timer: ['closed'],
    signal: ['closed'],
    cancel: ['closed'],
    terminate: ['closed'],
    retry: ['closed'],
    skip: ['closed'],
    edit: ['closed'],
    migrate: ['closed'],
    unusable: ['closed'],
  },
};

const HOSTILE = ['unheardOf', '__proto__', 'constructor', 'a[9].b', 'parcels[9].pack', 'parcels[].pack', 'parcels[0]', 'parcels[0', 'checks', 'checks.nope', 'checks.', '.', '', '[0]', 'approval', 'risky', 'naps[0].nap', 'parcels[99999999999999999999].pack'];

/** Inputs of every kind, fair and hostile, for every place of a plan. */
function inputs(saga: SagaUnderTest): readonly SagaInput[] {
  const places = [...saga.plan.nodes.map(({ path }) => path.replaceAll('[]', '[0]')), ...HOSTILE];
  const actions = ['do', 'undo'] as const;
  const oversize = { bytes: 2, bytesMax: 1 };
  const happenings: Happening[] = [
    started(order),
    started(order, { commandId: 'c1' }),
    started(order, { commandId: 'c9', startHash: new Uint8Array(0) }),
    started(order, { oversize }),
    started({ ...order, orderId: 'order-2' }, { sagaId: 'order-1' }),
    started(order, { parent: { domain: 'd', sagaId: 'p', step: 's', attempt: 1, idempotencyKey: 'k' } }),
    cancelled(),
    cancelled(null, { by: 'parent' }),
    cancelled(null, { commandId: 'c1' }),
    terminated('enough'),
    terminated('enough', { by: 'parent' }),
    retried(),
    signalled('onward.test.Order', order),
    signalled('onward.test.Order', order, { commandId: 'c1' }),
    signalled('onward.test.Order', { ...order, orderId: 'throw' }),
    signalled('onward.test.Nothing', {}),
    migrated(everyConstructNext),
    migrated(saga.plan),
    migrated({ ...saga.plan, version: 99 }),
    ...places.flatMap((step) => [retried(step), ...actions.flatMap((action) => [skipped(step, 'why', { action }), edited(step, { orderId: '' }, 'why', { action }), edited(step, null, 'why', { action })])]),
    ...places.flatMap((step) =>
      actions.flatMap((action) =>
        [-1, 1, 2, 99].flatMap((attempt) => [
          replied.done(step, undefined, { action, attempt }),
          replied.done(step, undefined, { action, attempt, oversize }),
          replied.failed(step, 'AWAY', { action, attempt }),
          replied.rejected(step, 'NO', { action, attempt }),
          replied.done(step, undefined, { action, attempt, participant: 'mallory' }),
        ]),
      ),
    ),
  ];
  const made = happenings.flatMap((happening) => (typeof happening === 'function' ? [...happening(saga)] : [happening]));
  const other = { outcome: 'done' as const, value: { type: 'onward.test.Other', value: {} } };
  return [
    ...made,
    { kind: 'timer', sagaId: 'order-1' },
    { kind: 'unusable', sagaId: 'order-1', reason: 'It says nothing.' },
    { kind: 'migrate', sagaId: 'order-1', commandId: 'm1', target: undefined, toVersion: 7, reason: null },
    ...made.flatMap((input) => (input.kind === 'reply' ? [{ ...input, reply: other }] : [])),
  ];
}

describe('the transition table', () => {
  const reached = new Map<string, Set<Situation>>();

  it.each(Object.keys(TRANSITION_TABLE) as Situation[])('in situation %s has a decision for every input', (situation) => {
    for (const make of SAGAS[situation]) {
      const saga = make();
      expect(situationOf(saga.state)).toBe(situation);
      for (const input of inputs(saga)) {
        for (const laterMs of [-1_000, 0, 1_000, 86_400_000]) {
          const decision = decide(saga.plan as Plan, saga.state, input, saga.nowMs + laterMs);
          const next = decision.kind === 'events' ? situationOf(decision.state) : 'none';
          if (!MAY_LEAD_TO[situation][input.kind].includes(next)) expect({ input, events: decision, next }).toEqual(`one of ${MAY_LEAD_TO[situation][input.kind].join(', ')}`);
          reached.set(`${situation} ${input.kind}`, (reached.get(`${situation} ${input.kind}`) ?? new Set()).add(next));
          if (decision.kind === 'events' && decision.events.length === 0) throw new Error(`No event for ${input.kind}.`);
        }
      }
    }
  });

  it('leads nowhere that the table of this spec names in vain', () => {
    const never = Object.entries(MAY_LEAD_TO).flatMap(([from, row]) => Object.entries(row).flatMap(([kind, targets]) => targets.filter((to) => !reached.get(`${from} ${kind}`)?.has(to)).map((to) => `${from} ${kind} → ${to}`)));
    expect(never).toEqual([]);
  });

  it('does nothing for a participant that was not asked', () => {
    const saga = given(plan, started(order), replied.done('reserve', undefined, { participant: 'payment' }));
    expect(saga.events).toMatchObject([{ kind: 'InputIgnored', reason: 'PARTICIPANT_WRONG' }]);
  });

  it('does nothing for a reply of another type', () => {
    const reply = { outcome: 'done', value: { type: 'onward.test.Authorized', value: {} } } as const;
    const saga = given(plan, started(order)).when({ kind: 'reply', sagaId: 'order-1', participant: 'fulfillment', step: 'reserve', action: 'do', attempt: 1, reply });
    expect(saga.events).toMatchObject([{ kind: 'InputIgnored', reason: 'REPLY_TYPE_WRONG' }]);
  });

  it('frees a saga of what it cannot use, and of nothing else', () => {
    const saga = given(orderPlan({}), started(order));
    const behind = { ...saga.state, deferred: [Uint8Array.of(1), Uint8Array.of(2)] } as OpenSaga;
    const decision = decide(saga.plan, behind, { kind: 'unusable', sagaId: 'order-1', reason: 'It says nothing.' }, saga.nowMs + 86_400_000, { deferred: true });
    expect(decision).toMatchObject({ events: [{ kind: 'DeferredTaken' }, { kind: 'InputIgnored', reason: 'INPUT_UNUSABLE' }], effects: [] });
    expect(decision).toMatchObject({ state: { ...behind, deferred: [Uint8Array.of(2)] } });
  });

  it('refuses the plan of another saga', () => {
    const state = given(plan, started(order)).state;
    expect(() => decide({ ...plan, version: 2 }, state, { kind: 'timer', sagaId: 'order-1' }, 0)).toThrow(/look the plan up by its state/);
  });
});
