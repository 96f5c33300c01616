import type { Plan, PlanNode } from './plan.js';
import { shortenWaits } from './shorten-waits.js';

const node = (given: object): PlanNode => given as PlanNode;
const planOf = (...nodes: PlanNode[]): Plan => ({ name: 'p', nodes }) as unknown as Plan;
const DAY = 86_400_000;

describe('a plan with shortened waits', () => {
  it('divides sleeps, and the time limits of signals and child sagas', () => {
    const plan = planOf(node({ kind: 'sleep', length: 30 * DAY }), node({ kind: 'signal', timeoutMs: 7 * DAY }), node({ kind: 'child', timeoutMs: DAY }));
    const [sleep, signal, child] = shortenWaits(plan, 86_400).nodes;
    expect([sleep, signal, child]).toEqual([{ kind: 'sleep', length: 30_000 }, { kind: 'signal', timeoutMs: 7_000 }, { kind: 'child', timeoutMs: 1_000 }]);
  });

  it('divides what a sleep makes of recorded data, and leaves its errors to the engine', () => {
    const [good, bad] = shortenWaits(planOf(node({ kind: 'sleep', length: (s: { days: number }) => `${s.days}d` }), node({ kind: 'sleep', length: () => 'soon' })), 1000).nodes;
    if (good?.kind !== 'sleep' || bad?.kind !== 'sleep' || typeof good.length !== 'function' || typeof bad.length !== 'function') throw new Error('They were sleeps.');
    expect(good.length({ days: 2 })).toBe('172800ms');
    const { length } = bad;
    expect(() => length({})).toThrow('is not a length of time');
  });

  it('waits a millisecond at least, and as long as it takes where there is no limit', () => {
    const [sleep, signal, child] = shortenWaits(planOf(node({ kind: 'sleep', length: 1 }), node({ kind: 'signal', timeoutMs: null }), node({ kind: 'child', timeoutMs: null })), 86_400).nodes;
    expect([sleep, signal, child]).toEqual([{ kind: 'sleep', length: 1 }, { kind: 'signal', timeoutMs: null }, { kind: 'child', timeoutMs: null }]);
  });

  it('is the plan itself where nothing is to be shortened, and keeps every retry policy', () => {
    const plan = planOf(node({ kind: 'step', retry: { attempts: 3 } }));
    expect(shortenWaits(plan, 1)).toBe(plan);
    expect(shortenWaits(plan, 1000).nodes).toEqual(plan.nodes);
  });
});
