import { table } from './table.js';
import { elapsed, parseDurationMs, timestamp } from './time.js';
import { failureTree, type FailureNode } from './tree.js';

const failure = (code: string, kind: string, where: Partial<FailureNode> = {}): FailureNode => ({
  code,
  kind,
  message: '',
  step: null,
  attempt: null,
  participant: null,
  causes: [],
  ...where,
});

describe('a failure as a tree', () => {
  it('says what failed, where, at which attempt, and why', () => {
    expect(failureTree(failure('CARD_DECLINED', 'rejected', { step: 'authorize', attempt: 1, participant: 'payment', message: 'The card was declined.' }))).toEqual([
      'authorize: CARD_DECLINED, rejected by payment (attempt 1): The card was declined.',
    ]);
  });

  it('hangs every cause below what it led to', () => {
    const tree = failure('RETRIES_EXHAUSTED', 'failed', {
      step: 'ship',
      causes: [
        failure('ATTEMPT_TIMED_OUT', 'timeout', { attempt: 1, participant: 'fulfillment', causes: [failure('DEEP', 'threw')] }),
        failure('CARRIER_UNAVAILABLE', 'failed', { attempt: 2, participant: 'fulfillment' }),
      ],
    });
    expect(failureTree(tree)).toEqual([
      'ship: RETRIES_EXHAUSTED, failed',
      '├─ ATTEMPT_TIMED_OUT, no answer from fulfillment (attempt 1)',
      '│  └─ DEEP, its code threw',
      '└─ CARRIER_UNAVAILABLE, failed by fulfillment (attempt 2)',
    ]);
  });

  it('prints a kind that it does not know as it is', () => {
    expect(failureTree(failure('X', 'abandoned'))).toEqual(['X, abandoned']);
  });
});

describe('a table', () => {
  it('is as wide as its widest cells and has no spaces at line ends', () => {
    expect(table(['SAGA', 'STATUS'], [['order-1', 'running'], ['o', '']])).toEqual(['SAGA     STATUS', 'order-1  running', 'o']);
  });
});

describe('times', () => {
  it('are written in UTC', () => expect(timestamp(Date.UTC(2026, 2, 1, 9, 30, 0, 250))).toBe('2026-03-01 09:30:00.250'));

  it.each([
    [250, '+0.250s'],
    [125_000, '+2m05.000s'],
    [10_925_000, '+3h02m05.000s'],
  ])('%d ms since a start are %s', (ms, text) => expect(elapsed(ms)).toBe(text));

  it.each([
    ['500ms', 500],
    ['30', 30_000],
    ['1.5s', 1_500],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['soon', undefined],
    ['-1s', undefined],
  ])('%p is a duration of %p ms', (text, ms) => expect(parseDurationMs(text)).toBe(ms));
});
