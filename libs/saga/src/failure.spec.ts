import { alongside, bounded, failure, joined, withCause, type Failure } from './failure.js';
import { begin, look, reserve } from './spec/steps.js';
import { order, plainRetry } from './spec/order.js';
import { given, later, replied, started, type SagaUnderTest } from './testing/index.js';

const sized = (tree: unknown): number => JSON.stringify(tree).length;
const leaf = (n: number): Failure => failure('failed', `CODE_${n}`, 'It did not work.', { step: `step${n}` });
const chain = (depth: number): Failure => ({ ...leaf(depth), causes: depth === 0 ? [] : [chain(depth - 1)] });
const huge: Failure = { ...leaf(0), code: 'c'.repeat(50_000), message: 'm'.repeat(100_000), step: 's'.repeat(5_000), causes: Array.from({ length: 300 }, (_, n) => leaf(n)) };
const LIMIT = 30_000;

describe('a failure tree', () => {
  it('that is small stays as it is', () => {
    const causes = [{ ...leaf(1), causes: [chain(1)] }, leaf(2)];
    expect(bounded(causes)).toEqual(causes);
  });

  it('is cut in depth, number and length; what is nearest stays', () => {
    expect(sized(bounded([chain(100)]))).toBeLessThan(1_000);
    expect(sized(bounded(Array.from({ length: 500 }, (_, n) => leaf(n))))).toBeLessThan(LIMIT);
    expect(sized(bounded(Array.from({ length: 8 }, () => huge)))).toBeLessThan(LIMIT);
    expect(bounded([{ ...leaf(1), causes: Array.from({ length: 500 }, (_, n) => leaf(n)) }, leaf(2)]).map(({ code }) => code)).toEqual(['CODE_1', 'CODE_2']);
  });

  it('is bounded however it is made', () => {
    const many = Array.from({ length: 400 }, (_, n) => ({ ...leaf(n), causes: [huge] }));
    expect(sized(joined(many))).toBeLessThan(LIMIT);
    expect(sized(many.reduce<Failure>(alongside, failure('cancelled', 'CANCELLED', 'By the client.')))).toBeLessThan(LIMIT);
    expect(sized(many.reduce<Failure>(alongside, leaf(0)))).toBeLessThan(LIMIT);
    expect(sized(many.reduce<readonly Failure[]>(withCause, []))).toBeLessThan(LIMIT);
  });
});

describe('what a saga keeps of failures', () => {
  const bytes = (saga: SagaUnderTest): number => sized(saga.state);

  it('is bounded, whatever participants name as causes', () => {
    const saga = given(begin().step('reserve', { ...reserve, retry: { ...plainRetry, attempts: 'forever' } }).build(), started(order));
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      saga.when({ kind: 'reply', sagaId: 'order-1', participant: 'fulfillment', step: 'reserve', action: 'do', attempt, reply: { outcome: 'failed', code: 'AWAY', message: 'm', causes: [huge, huge] } }, later('10s'));
    }
    expect(bytes(saga)).toBeLessThan(LIMIT);
  });

  it('says which undos failed and why, and does not hold their trees twice', () => {
    const count = 200;
    const plan = begin()
      .each('parcels', (s) => s.input.skus, (each) => each.step('hold', { ...reserve, undo: { ...reserve.undo, retry: { ...plainRetry, attempts: 8 } } }), { max: 1000 })
      .step('last', { ...look })
      .build();
    const saga = given(plan, started({ ...order, skus: Array.from({ length: count }, (_, n) => `s${n}`) }));
    for (let n = 0; n < count; n += 1) saga.when(replied.done(`parcels[${n}].hold`));
    saga.when(replied.rejected('last'));
    for (let hours = 0; hours < 400 && saga.status === 'compensating'; hours += 1) saga.when(later('1h'));
    expect(saga.status).toBe('stuck');
    expect(saga.events.at(-1)).toMatchObject({ kind: 'SagaStuck', failure: { code: 'COMPENSATION_FAILED', causes: expect.arrayContaining([expect.objectContaining({ step: 'parcels[0].hold', code: 'ATTEMPT_TIMED_OUT', causes: [] })]) as unknown } });
    expect(sized(saga.history.at(-1)?.events)).toBeLessThan(LIMIT);
    expect(bytes(saga)).toBeLessThan(400_000);
  });
});
