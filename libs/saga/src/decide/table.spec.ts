import { cancel, done, failed, Given, rejected, start } from '../spec/given.js';
import { orderPlan, plainRetry } from '../spec/order.js';
import { decide } from './index.js';
import { situationOf, TRANSITION_TABLE, type Situation } from './table.js';
import type { InputKind, SagaInput } from '../inputs.js';

const plan = orderPlan({ release: { ...plainRetry, attempts: 1 } });
const given = (...inputs: readonly SagaInput[]): Given => new Given(plan).when(...inputs);
const authorized = [start(), done('reserve'), done('authorize')];

/** Sagas in every situation, at several places. */
const SAGAS: Readonly<Record<Situation, readonly (() => Given)[]>> = {
  none: [() => given()],
  running: [
    () => given(start()),
    () => given(start(), failed('reserve')),
    () => given(start(), done('reserve')).after(30).after(1),
    () => given(...authorized),
    () => given(...authorized, done('capture')),
  ],
  compensating: [
    () => given(start(), done('reserve'), rejected('authorize')),
    () => given(start(), done('reserve'), cancel('x0')),
    () => given(start(), done('reserve'), cancel('x0'), failed('authorize', 'undo')),
  ],
  stuckForward: [() => given(...authorized, rejected('capture'))],
  stuckBackward: [() => given(start(), done('reserve'), rejected('authorize')).after(30)],
  closed: [() => given(start(), rejected('reserve')), () => given(...authorized, done('capture'), done('ship'))],
};

/** Where each input may lead from each situation. */
const MAY_LEAD_TO: Readonly<Record<Situation, Readonly<Record<InputKind, readonly Situation[]>>>> = {
  none: { start: ['running', 'stuckForward'], reply: ['none'], timer: ['none'], cancel: ['none'] },
  running: {
    start: ['running'],
    reply: ['running', 'compensating', 'stuckForward', 'closed'],
    timer: ['running', 'compensating'],
    cancel: ['running', 'compensating', 'closed'],
  },
  compensating: {
    start: ['compensating'],
    reply: ['compensating', 'stuckBackward', 'closed'],
    timer: ['compensating', 'stuckBackward'],
    cancel: ['compensating'],
  },
  stuckForward: {
    start: ['stuckForward'],
    reply: ['stuckForward', 'running'],
    timer: ['stuckForward'],
    cancel: ['stuckForward', 'compensating'],
  },
  stuckBackward: {
    start: ['stuckBackward'],
    reply: ['stuckBackward', 'closed'],
    timer: ['stuckBackward'],
    cancel: ['stuckBackward'],
  },
  closed: { start: ['closed'], reply: ['closed'], timer: ['closed'], cancel: ['closed'] },
};

const steps = ['reserve', 'authorize', 'capture', 'ship', 'unheardOf', '__proto__', 'constructor'];
const INPUTS: readonly SagaInput[] = [
  start(),
  start('c9'),
  start('c9', { startHash: Buffer.alloc(0) }),
  cancel(),
  cancel('c1', null),
  { kind: 'timer', sagaId: 'order-1' },
  ...steps.flatMap((step) =>
    (['do', 'undo'] as const).flatMap((action) =>
      [-1, 1, 2, 99].flatMap((attempt) => [
        done(step, action, attempt),
        failed(step, action, attempt),
        rejected(step, action, attempt),
        { ...done(step, action, attempt), participant: 'mallory' },
        { ...done(step, action, attempt), reply: { outcome: 'done' as const, value: { type: 'onward.test.Other', value: {} } } },
      ]),
    ),
  ),
];

describe('the transition table', () => {
  it.each(Object.keys(TRANSITION_TABLE) as Situation[])('in situation %s has a decision for every input', (situation) => {
    for (const make of SAGAS[situation]) {
      const saga = make();
      expect(situationOf(saga.state)).toBe(situation);
      for (const input of INPUTS) {
        for (const laterMs of [-1_000, 0, 1_000, 86_400_000]) {
          const decision = decide(plan, saga.state, input, saga.nowMs + laterMs);
          const next = decision.kind === 'events' ? situationOf(decision.state) : 'none';
          expect({ input, next: MAY_LEAD_TO[situation][input.kind].includes(next) || next }).toEqual({ input, next: true });
          if (decision.kind === 'events') expect(decision.events.length).toBeGreaterThan(0);
        }
      }
    }
  });

  it('does nothing for a participant that was not asked', () => {
    const saga = given(start()).when({ ...done('reserve'), participant: 'payment' });
    expect(saga.events).toMatchObject([{ kind: 'InputIgnored', reason: 'PARTICIPANT_WRONG' }]);
  });

  it('does nothing for a reply of another type', () => {
    const saga = given(start()).when({ ...done('authorize'), step: 'reserve', participant: 'fulfillment' });
    expect(saga.events).toMatchObject([{ kind: 'InputIgnored', reason: 'REPLY_TYPE_WRONG' }]);
  });

  it('refuses the plan of another saga', () => {
    const other = { ...plan, version: 2 };
    expect(() => decide(other, given(start()).state, start(), 0)).toThrow(/look the plan up by its state/);
  });
});
