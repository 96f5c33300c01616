import { saga } from '../define/builder.js';
import { fulfillment, Order, payment } from '../spec/contracts.js';
import { everyConstruct } from '../spec/every-construct.js';
import { plainRetry } from '../spec/order.js';
import { describe as describePlan } from './describe.js';
import { checkLock, lockDifferences, lockFile, lockOf } from './lock.js';

const reserve = { command: fulfillment.Reserve, send: () => ({ orderId: '', skus: [] }), harmless: true } as const;
const capture = { command: payment.Capture, send: () => ({ authorizationId: '' }), harmless: true } as const;
const begun = () => saga('test', { version: 3, domain: 'orders', input: Order });

describe('a lock', () => {
  const released = begun().step('reserve', { ...reserve, retry: plainRetry }).step('capture', capture);
  const lock = lockOf(released.build());

  it('holds every construct, and reads back as it was written', () => {
    const text = lockOf(everyConstruct);
    expect(JSON.parse(text)).toEqual(describePlan(everyConstruct));
    expect(lockDifferences(everyConstruct, text)).toEqual([]);
    expect(lockFile(everyConstruct)).toBe('orders/plans/every-construct-2.v3.lock.json');
    expect(describePlan(everyConstruct).nodes.map(({ kind, path }) => `${kind} ${path}`)).toContain('step parcels[].stamps[].stick');
  });

  it.each<[string, ReturnType<typeof released.build>, readonly string[]]>([
    ['the plan that was released', released.build(), []],
    [
      'another policy',
      begun().step('reserve', { ...reserve, retry: { ...plainRetry, attempts: 4 } }).step('capture', capture).build() as never,
      ['test version 3: step "reserve".retry.attempts was 3 and is 4.'],
    ],
    [
      'another command',
      begun().step('reserve', { ...reserve, retry: plainRetry }).step('capture', reserve).build() as never,
      [
        'test version 3: step "capture".participant was "payment" and is "fulfillment".',
        'test version 3: step "capture".command was "onward.test.Capture" and is "onward.test.Reserve".',
        'test version 3: step "capture".done was "onward.test.Captured" and is "onward.test.Reserved".',
      ],
    ],
    [
      'a step more',
      released.step('more', capture).build() as never,
      ['test version 3: step "capture".next was null and is 2.', 'test version 3: step "more" is new.'],
    ],
    [
      'a pivot',
      begun().step('reserve', { ...reserve, retry: plainRetry }).pivot().step('capture', { ...capture, retry: { ...plainRetry, attempts: 'forever' } }).build() as never,
      expect.arrayContaining(['test version 3: step "capture".pivot was false and is true.']) as never,
    ],
  ])('says what is not as it was released: %s', (_, plan, expected) => {
    expect(lockDifferences(plan, lock)).toEqual(expected);
  });

  it('does not hold code and migrations', () => {
    const other = begun()
      .step('reserve', { ...reserve, send: (s) => ({ orderId: s.sagaId, skus: [] }), retry: plainRetry })
      .step('capture', capture)
      .migrate(saga('test', { version: 2, domain: 'orders', input: Order }).step('reserve', reserve).build(), {
        cursor: { reserve: 'reserve' },
        data: (old) => ({ input: old.input, reserve: old.reserve, capture: undefined }),
      })
      .build();
    expect(() => checkLock(other, lock)).not.toThrow();
  });

  it('refuses with what to do', () => {
    const other = released.step('more', capture).build();
    expect(() => checkLock(other, lock)).toThrow(/step "more" is new\. Sagas of this version run: change it back, or give the plan a new version\./);
    expect(() => checkLock(other, 'nonsense')).toThrow(/orders\/plans\/test\.v3\.lock\.json is no JSON/);
  });
});
