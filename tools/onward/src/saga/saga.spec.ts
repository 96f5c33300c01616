import type { SagaTransition, TransitionEvent } from '@onward/contracts';
import { historyOf, historyText } from './history.js';
import { summaryCells, summaryOf } from './summary.js';

const START = Date.UTC(2026, 2, 1, 9, 30) * 1000;

function event(kind: string, fields: Partial<TransitionEvent> = {}): TransitionEvent {
  const empty = { step: null, action: null, attempt: null, participant: null, commandId: null, outcome: null, value: null, valueType: null };
  return { ...empty, dueAt: null, deadlineAt: null, failure: null, reason: null, detail: null, by: null, startHash: null, kind, ...fields };
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
const sent = (step: string, participant: string, action = 'do') => event('CommandSent', { step, action, attempt: 1, participant });
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
    const history = historyOf([transition(1, 0, event('SagaStarted'), event('StepSkipped', { step: 'ship' }))]);
    expect(history && historyText(history).at(-1)).toBe('     +0.000s  StepSkipped ship');
  });

  it('is not there for a saga that nobody has heard of', () => expect(historyOf([])).toBeUndefined());
});

describe('the summary of a saga', () => {
  it('of an open one comes from its snapshot, whatever its type', () => {
    const summary = summaryOf('onward.orders.state.PlaceOrderV2', { sagaId: 'order-1', lastAt: START, stuck: null, compensating: declined });
    expect(summary && summaryCells(summary)).toEqual(['order-1', 'place-order v2', 'compensating', '-', '2026-03-01 09:30:00.000']);
  });

  it('of a closed one is how it ended', () => {
    expect(summaryOf('onward.orders.ClosedSaga', { sagaId: 'o', sagaType: 'place-order', planVersion: 1, lastAt: START, outcome: 'completed' })).toMatchObject({
      status: 'completed',
      outcome: 'completed',
    });
  });

  it('is not there for other records', () => expect(summaryOf('onward.orders.PlaceOrder', {})).toBeUndefined());
});
