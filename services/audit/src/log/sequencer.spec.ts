import { createHash } from 'node:crypto';
import type { ConsumedRecord } from '@onward/kafka';
import type { Fact } from '../facts/fact.js';
import { EMPTY_LOG, sequence, type LogState } from './sequencer.js';
import { GAP_AFTER_MS } from './source-window.js';

const NOW_MS = Date.UTC(2026, 2, 1);

function fact(actor: string, sourceSequence: number | null, kind: 'events' | 'transitions' = 'events'): Fact {
  const topic = `${actor}.events`;
  const record: ConsumedRecord = {
    topic,
    partition: 1,
    offset: 7n,
    timestampMs: NOW_MS - 5,
    key: null,
    value: Buffer.from('fact'),
    headers: { ce_id: Buffer.from(`${actor}/${sourceSequence}`), traceparent: Buffer.from('00-a-b-01') },
  };
  const content = { action: 'PaymentCaptured', sagaId: 'order-1', step: null, sourceSequence, stateHashBefore: null, stateHashAfter: null, schemaId: 3, causationId: 'cause-1', detail: null };
  return { source: { topic, actor, kind }, record, content };
}

const numbersOf = (entries: readonly { sequence: number; sourceSequence: number | null }[]) => entries.map((entry) => [entry.sequence, entry.sourceSequence]);

describe('sequencing facts', () => {
  it('numbers entries on from the last one, each with where its fact stands and its hash', () => {
    const before: LogState = { ...EMPTY_LOG, lastSequence: 41, lastSequencedAt: 1 };
    const { entries, state } = sequence(before, [fact('payment', 1), fact('orders', 9, 'transitions')], NOW_MS, false);
    expect(entries[0]).toEqual({
      sequence: 42,
      factTime: (NOW_MS - 5) * 1000,
      sequencedAt: NOW_MS * 1000,
      actor: 'payment',
      action: 'PaymentCaptured',
      sagaId: 'order-1',
      step: null,
      sourceSequence: 1,
      stateHashBefore: null,
      stateHashAfter: null,
      schemaId: 3,
      sourceTopic: 'payment.events',
      sourcePartition: 1,
      sourceOffset: 7,
      eventId: 'payment/1',
      causationId: 'cause-1',
      traceparent: '00-a-b-01',
      factHash: createHash('sha256').update('fact').digest(),
      detail: null,
    });
    expect(entries[1]).toMatchObject({ sequence: 43, actor: 'orders' });
    expect(state).toMatchObject({ lastSequence: 43, lastSequencedAt: NOW_MS * 1000 });
  });

  it('drops what a participant sent again, in the same batch and in later ones', () => {
    const first = sequence(EMPTY_LOG, [fact('payment', 1), fact('payment', 1), fact('fulfillment', 1)], NOW_MS, false);
    expect(numbersOf(first.entries)).toEqual([[1, 1], [2, 1]]);
    const second = sequence(first.state, [fact('payment', 1), fact('payment', 2)], NOW_MS, false);
    expect(numbersOf(second.entries)).toEqual([[3, 2]]);
    expect(second.repeats).toHaveLength(1);
  });

  it('takes a saga\'s transitions as they are: each was written once', () => {
    const { entries } = sequence(EMPTY_LOG, [fact('orders', 1, 'transitions'), fact('orders', 1, 'transitions')], NOW_MS, false);
    expect(entries).toHaveLength(2);
  });

  it('gives a gap an entry of its own once it is late, and the missing fact its entry when it comes after all', () => {
    const first = sequence(EMPTY_LOG, [fact('payment', 1), fact('payment', 3)], NOW_MS, false);
    expect(sequence(first.state, [], NOW_MS + GAP_AFTER_MS, false).entries).toEqual([]);
    const late = sequence(first.state, [], NOW_MS + GAP_AFTER_MS, true);
    expect(late.gaps).toEqual([{ actor: 'payment', gap: { from: 2, to: 2 } }]);
    expect(late.entries).toMatchObject([{ sequence: 3, action: 'gap', actor: 'payment', sourceTopic: 'payment.events', detail: 'event 2 of payment did not arrive' }]);
    expect(numbersOf(sequence(late.state, [fact('payment', 2)], NOW_MS + GAP_AFTER_MS, true).entries)).toEqual([[4, 2]]);
  });

  it('leaves the state as it was when nothing new came', () => {
    const first = sequence(EMPTY_LOG, [fact('payment', 1)], NOW_MS, false);
    expect(sequence(first.state, [fact('payment', 1)], NOW_MS + 1, false).state).toBe(first.state);
  });

  it('never dates an entry before the one that precedes it', () => {
    const first = sequence(EMPTY_LOG, [fact('payment', 1)], NOW_MS, false);
    expect(sequence(first.state, [fact('payment', 2)], NOW_MS - 1_000, false).entries[0]?.sequencedAt).toBe(NOW_MS * 1000);
  });
});
