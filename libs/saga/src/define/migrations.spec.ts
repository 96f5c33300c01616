import { liveAt } from '../plan/live.js';
import { nodeAt } from '../plan/place.js';
import type { PlanNode } from '../plan/plan.js';
import { Order, payment } from '../spec/contracts.js';
import { refusal } from '../spec/refusal.js';
import { saga } from './builder.js';

const step = { command: payment.Capture, send: () => ({ authorizationId: '' }), harmless: true } as const;
const begin = (version: number, name = 'test') => saga(name, { version, domain: 'orders', input: Order });
const old = begin(1)
  .step('a', step)
  .parallel('both', (p) => p.branch('one', step).branch('two', (b) => b.step('x', step).step('y', step)))
  .each('loop', (s) => s.input.skus, (b) => b.step('z', step), { max: 3 })
  .step('end', step)
  .build();
const next = begin(2).step('a', step).step('b', step).each('loop', (s) => s.input.skus, (b) => b.step('z', step), { max: 3 }).step('last', step);

describe('a migration', () => {
  it('is taken down by the version it comes from', () => {
    const data = (from: { readonly input: never }) => ({ input: from.input, a: { captureId: '' }, b: { captureId: '' }, loop: [], last: undefined });
    const plan = next.migrate(old, { cursor: { end: 'last' }, data: data as never }).build();
    expect([...plan.migrations.values()]).toMatchObject([{ from: 1, cursor: { end: 'last' } }]);
  });

  const carried = { a: undefined, b: undefined, loop: undefined, last: undefined };
  it.each<[string, () => unknown, RegExp]>([
    ['from another saga type', () => next.migrate(begin(1, 'other').step('a', step).build(), { cursor: {}, data: ({ input }) => ({ ...carried, input }) }).build(), /^SAGA_MIGRATION_INVALID: .*"other"/],
    ['from its own version', () => next.migrate(begin(2).step('a', step).build(), { cursor: {}, data: ({ input }) => ({ ...carried, input }) }).build(), /^SAGA_MIGRATION_INVALID/],
    ['from an unknown place', () => next.migrate(old, { cursor: { nope: 'last' } as never, data: ({ input }) => ({ ...carried, input }) }).build(), /^SAGA_MIGRATION_INVALID: .*version 1 has no place "nope"/],
    ['to an unknown place', () => next.migrate(old, { cursor: { end: 'nope' as never }, data: ({ input }) => ({ ...carried, input }) }).build(), /^SAGA_MIGRATION_INVALID: .*version 2 has no place "nope"/],
    ['out of a block', () => next.migrate(old, { cursor: { 'both.one': 'b' }, data: ({ input }) => ({ ...carried, input }) }).build(), /^SAGA_MIGRATION_INVALID: .*blocks/],
    ['with data that throws', () => next.migrate(old, { cursor: { end: 'last' }, data: ({ input, end }) => ({ ...carried, input, b: (end as never as { x: { y: never } }).x.y }) }).build(), /^SAGA_MIGRATION_INVALID: .*TypeError/],
    ['with data that is nothing of the plan', () => next.migrate(old, { cursor: { end: 'last' }, data: ({ input }) => ({ ...carried, input, more: 1 }) }).build(), /^SAGA_MIGRATION_INVALID: .*"more"/],
    ['that forgets what is read at the place', () => next.migrate(old, { cursor: { end: 'last' }, data: ({ input, a, loop }) => ({ ...carried, input, a, loop }) }).build(), /^SAGA_MIGRATION_FORGETS: .*"end" goes on at "last", where "b" may be read/],
    [
      'that forgets what is read in the iteration',
      () => begin(2).each('loop', (s) => s.input.skus, (b) => b.step('w', step).step('z', step), { max: 3 }).migrate(old, { cursor: { 'loop[].z': 'loop[].z' }, data: ({ input }) => ({ input, loop: undefined }) }).build(),
      /^SAGA_MIGRATION_FORGETS: .*"loop\[\]\.w"/,
    ],
  ])('is refused %s', (_, build, expected) => {
    expect(refusal(build)).toMatch(expected);
  });

  it('may leave out what is not recorded yet at the place', () => {
    expect(refusal(() => next.migrate(old, { cursor: { a: 'a' }, data: ({ input }) => ({ ...carried, input }) }).build())).toBe('nothing');
  });
});

describe('what is live at a place', () => {
  const plan = begin(3)
    .step('a', step)
    .step('perhaps', { ...step, onFailure: () => 'continue' })
    .parallel('both', (p) => p.branch('one', step).branch('two', (b) => b.step('x', step).step('y', step)))
    .when('w', () => true, (b) => b.step('inside', step).step('after', step))
    .signal('sure', { of: Order })
    .signal('late', { of: Order, timeout: { after: '1h', then: 'continue' } })
    .each('loop', (s) => s.input.skus, (b) => b.step('z', step).sleep('nap', '1s'), { max: 3 })
    .drop('a')
    .step('end', step)
    .build();

  it.each<[string, readonly string[]]>([
    ['a', []],
    ['both', ['a']],
    ['both.one', ['a']],
    ['both.two.y', ['a', 'both.two.x']],
    ['after', ['a', 'both', 'inside']],
    ['late', ['a', 'both', 'sure']],
    ['loop[].nap', ['a', 'both', 'sure', 'loop[].z']],
    ['end', ['both', 'sure', 'loop']],
  ])('is what was surely recorded before it: %s', (path, expected) => {
    expect(liveAt(plan, nodeAt(plan, path) as PlanNode)).toEqual(expected);
  });
});
