import type { SagaTransition, TransitionEvent } from '@onward/contracts';
import type { Answer } from '../read/answers.js';
import { answeredBy, answeredText } from './answered.js';
import { historyOf, historyText } from './history.js';
import { summaryCells, summaryOf } from './summary.js';

const START = Date.UTC(2026, 2, 1, 9, 30) * 1000;

function event(kind: string, fields: Partial<TransitionEvent> = {}): TransitionEvent {
  const empty = { step: null, action: null, attempt: null, participant: null, commandId: null, outcome: null, value: null, valueType: null, dueAt: null, deadlineAt: null };
  const more = { failure: null, reason: null, detail: null, by: null, startHash: null, edit: null, choice: null, count: null, parent: null, fromVersion: null, deferred: null };
  return { ...empty, ...more, kind, ...fields };
}

function transition(sequence: number, afterMs: number, ...events: TransitionEvent[]): SagaTransition {
  return {
    sagaId: 'order-1',
    sagaType: 'place-order',
    planVersion: 1,
    engineVersion: 1,
    sequence,
    at: START + afterMs * 1000,
    cause: { kind: sequence === 1 ? 'start' : 'reply', id: null, topic: null, partition: null, offset: null },
    events,
    stateHashBefore: null,
    stateHashAfter: null,
  };
}

const declined = { code: 'CARD_DECLINED', message: 'The card was declined.', kind: 'rejected', step: 'authorize', attempt: 1, participant: 'payment', causes: [] };
const sent = (step: string, participant: string, action = 'do') => event('CommandSent', { step, action, attempt: 1, participant, dueAt: START + 30e6 });
const compensated = [
  transition(1, 0, event('SagaStarted'), sent('reserve', 'fulfillment')),
  transition(2, 20, event('StepDone', { step: 'reserve', attempt: 1 }), sent('authorize', 'payment')),
  transition(3, 45, event('StepFailed', { step: 'authorize', attempt: 1, failure: declined }), event('CompensationStarted', { failure: declined }), sent('reserve', 'fulfillment', 'undo')),
  transition(4, 61, event('UndoDone', { step: 'reserve', attempt: 1 }), event('SagaCompensated', { failure: declined })),
];

describe('the history of a saga', () => {
  it('reads step by step, with times and the failure as a tree', () => {
    const history = historyOf(compensated);
    expect(history && historyText(history)).toEqual([
      'order-1  place-order v1  compensated',
      'started 2026-03-01 09:30:00.000, last change 2026-03-01 09:30:00.061 (UTC)',
      '',
      '     +0.000s  started',
      '     +0.000s  → reserve: asked fulfillment',
      '     +0.020s  ✓ reserve: done',
      '     +0.020s  → authorize: asked payment',
      '     +0.045s  ✗ authorize: given up: CARD_DECLINED, The card was declined.',
      '     +0.045s  turned back: CARD_DECLINED, The card was declined.',
      '     +0.045s  → undo of reserve: asked fulfillment',
      '     +0.061s  ✓ undo of reserve: done',
      '     +0.061s  compensated: everything that was done is undone',
      '',
      'Why:',
      '  authorize: CARD_DECLINED, rejected by payment (attempt 1): The card was declined.',
    ]);
  });

  it('is put in order, and says where it is while it goes on', () => {
    const [one, two] = compensated as [SagaTransition, SagaTransition];
    expect(historyOf([two, one, two])).toMatchObject({ status: 'running', transitions: 2, failure: null });
  });

  it('prints an event that it does not know by its name', () => {
    const history = historyOf([transition(1, 0, event('SagaStarted'), event('StepDreamt', { step: 'ship' }))]);
    expect(history && historyText(history).at(-1)).toBe('     +0.000s  StepDreamt ship');
  });

  it('tells of branches, loops, waits, signals, child sagas and operators', () => {
    const history = historyOf([
      transition(1, 0, event('SagaStarted', { parent: { domain: 'orders', sagaId: 'trip-1', step: 'order', attempt: 1, idempotencyKey: 'k' } }), event('ParallelStarted', { step: 'checks' })),
      transition(2, 1, event('WhenDecided', { step: 'risky', choice: 'then' }), event('SignalAwaited', { step: 'approval', dueAt: START + 60e6 })),
      transition(3, 2, event('SignalTaken', { step: 'approval', valueType: 'onward.orders.ManualApproval' }), event('SleepStarted', { step: 'grace', dueAt: START + 90e6 })),
      transition(4, 3, event('LoopStarted', { step: 'parcels', count: 2 }), event('IterationStarted', { step: 'parcels[0]' }), event('SleepEnded', { step: 'grace' })),
      transition(5, 4, event('CommandSent', { step: 'settle', action: 'do', attempt: 1, participant: 'orders' })),
      transition(6, 5, event('OperatorActed'), event('StepSkipped', { step: 'ship', action: 'undo', by: 'operator', detail: 'It is lost.' }), event('SagaMigrated', { fromVersion: 1 })),
      transition(7, 6, event('InputDeferred')),
    ]);
    expect(history).toMatchObject({ parent: 'trip-1', children: ['order-1/settle'], deferred: 1 });
    expect(history && historyText(history)).toEqual([
      'order-1  place-order v1  running',
      'started 2026-03-01 09:30:00.000, last change 2026-03-01 09:30:00.006 (UTC)',
      'child of trip-1',
      '1 input waits for an orchestrator that has place-order v1',
      '',
      '     +0.000s  started',
      '     +0.000s  ⑂ checks: its branches run at once',
      '     +0.001s  ◇ risky: yes',
      '     +0.001s  ⏸ approval: waits for a signal until 2026-03-01 09:31:00.000',
      '     +0.002s  ✉ approval: took ManualApproval',
      '     +0.002s  ⏸ grace: sleeps until 2026-03-01 09:31:30.000',
      '     +0.003s  ⟳ parcels: a loop over 2 items',
      '     +0.003s  ⟳ parcels[0]',
      '     +0.003s  ▶ grace: awake',
      '     +0.004s  → settle: started the saga order-1/settle in orders',
      '     +0.005s  an operator acted',
      '     +0.005s  ⤼ undo of ship: left out by an operator: It is lost.',
      '     +0.005s  went over from version 1 to version 1',
      '     +0.006s  an input was put aside: the orchestrator lacks the version of the plan',
      '',
      'Child sagas:',
      '  order-1/settle  (`onward show order-1/settle`)',
    ]);
  });

  it.each([
    ['goes on when an operator has it tried again', [event('StepRetried', { step: 'ship', by: 'operator' })], 'running'],
    ['goes on when the parked step turns out to be done', [event('StepDone', { step: 'authorize' })], 'running'],
    ['stays parked when another step is done', [event('StepDone', { step: 'ship' })], 'stuck'],
    ['goes on backward when it had turned back', [event('CompensationStarted', { failure: declined }), event('SagaStuck', { failure: declined }), event('UndoDone', { step: 'reserve' })], 'compensating'],
  ])('that is stuck %s', (_, events, status) => {
    expect(historyOf([transition(1, 0, event('SagaStarted'), event('SagaStuck', { failure: declined }), ...events)])).toMatchObject({ status });
  });

  it('is not there for a saga that nobody has heard of', () => expect(historyOf([])).toBeUndefined());
});

describe('what became of a command', () => {
  const outcome = { sagaId: 'o', sagaType: '', planVersion: 1, commandId: 'c', outcome: 'rejected', at: START, result: null, resultType: null, failure: declined };
  it.each<[string, Answer, string[]]>([
    ['taken, with what it led to', { kind: 'transition', transition: transition(9, 0, event('OperatorActed'), event('StepRetried', { step: 'ship', by: 'operator' }), sent('ship', 'fulfillment')) }, ['o took it:', '  ↻ ship: tried again by an operator', '  → ship: asked fulfillment']],
    ['refused by the saga', { kind: 'transition', transition: transition(9, 0, event('CommandRefused', { failure: declined })) }, ['o refused it: CARD_DECLINED, The card was declined.']],
    ['refused where there is no saga', { kind: 'refusal', outcome }, ['o refused it: CARD_DECLINED, The card was declined.']],
    ['put aside', { kind: 'transition', transition: transition(9, 0, event('InputDeferred')) }, ['o has put it aside: its orchestrator lacks the version of the plan that the saga runs on']],
    ['ignored', { kind: 'transition', transition: transition(9, 0, event('InputIgnored', { detail: 'Too late.' })) }, ['o ignored it: Too late.']],
  ])('is told: %s', (_, answer, text) => expect(answeredText('o', answeredBy(answer))).toEqual(text));
});

describe('the summary of a saga', () => {
  const head = { sagaId: 'order-1', sequence: 3, startedAt: START, lastAt: START, startHash: Buffer.alloc(0), commandIds: ['c'], deferred: [], stuck: null, compensating: null };

  it('of an open one comes from its snapshot, whatever its type', () => {
    const summary = summaryOf('onward.orders.snapshot.PlaceOrderV2', { ...head, compensating: declined });
    expect(summary && summaryCells(summary)).toEqual(['order-1', 'place-order v2', 'compensating', '-', '2026-03-01 09:30:00.000']);
  });

  it('says how much was put aside for want of its plan', () => {
    const summary = summaryOf('onward.orders.snapshot.PlaceOrderV3', { ...head, deferred: [Buffer.alloc(1), Buffer.alloc(1)] });
    expect(summary && summaryCells(summary)[2]).toBe('running (2 put aside)');
  });

  it('of a closed one is how it ended', () => {
    expect(summaryOf('onward.orders.ClosedSaga', { sagaId: 'o', sagaType: 'place-order', planVersion: 1, lastAt: START, outcome: 'completed' })).toMatchObject({
      status: 'completed',
      outcome: 'completed',
    });
  });

  it('is not there for other records', () => expect(summaryOf('onward.orders.PlaceOrder', {})).toBeUndefined());
});
