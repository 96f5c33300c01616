import { figuresOf, ratiosOf, type Sample } from './figures.js';

const sample = (latenciesMs: number[], more: Partial<Sample> = {}): Sample => ({ windowMs: 1000, latenciesMs, outcomes: { completed: latenciesMs.length }, cpu: {}, ...more });

describe('the figures of a level', () => {
  it('count sagas over the time of all windows', () => {
    expect(figuresOf('s', 10, [sample([1, 2, 3]), sample([4], { windowMs: 3000 })])).toMatchObject({ sagas: 4, sagasPerSecond: 1, outcomes: { completed: 4 } });
  });

  it('take percentiles over all latencies and do not average them', () => {
    const fast = sample(Array.from({ length: 99 }, () => 1));
    expect(figuresOf('s', 1, [fast, sample([1000])])).toMatchObject({ p50Ms: 1, p99Ms: 1 });
    expect(figuresOf('s', 1, [fast, sample([1000, 1000])])).toMatchObject({ p50Ms: 1, p99Ms: 1000 });
  });

  it('give CPU by process and in all, for a thousand sagas', () => {
    const { cpuSecondsPerThousandSagas } = figuresOf('s', 1, [sample([1, 1], { cpu: { broker: 0.002, client: 0.001 } }), sample([1, 1], { cpu: { broker: 0.002 } })]);
    expect(cpuSecondsPerThousandSagas).toEqual({ broker: 1, client: 0.25, total: 1.25 });
  });

  it('give means per transaction, where transactions were counted', () => {
    const lane = { transactions: 4, transitions: 10, records: 30 };
    expect(figuresOf('s', 1, [sample([1], { lane })])).toMatchObject({ transactionsPerSecond: 4, transitionsPerTransaction: 2.5, recordsPerTransaction: 7.5 });
    expect(figuresOf('s', 1, [sample([1])])).not.toHaveProperty('transactionsPerSecond');
  });
});

describe('the ratio to the floor', () => {
  const at = (inFlight: number, latencyMs: number, count: number) => figuresOf('s', inFlight, [sample(Array.from({ length: count }, () => latencyMs))]);

  it('is made where both have the level', () => {
    expect(ratiosOf([at(1, 30, 20), at(10, 5, 5)], [at(1, 20, 40)])).toEqual([{ inFlight: 1, throughput: 0.5, p50: 1.5 }]);
  });
});
