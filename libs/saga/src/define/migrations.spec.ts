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
    ['within a block that has another branch', () => begin(2).parallel('both', (p) => p.branch('one', step).branch('two', step).branch('three', step)).migrate(old, { cursor: { 'both.one': 'both.one' }, data: ({ input }) => ({ input, both: undefined as never }) }).build(), /^SAGA_MIGRATION_INVALID: .*"both.one" and "both.one" do not stand/],
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

  describe('keeps the keys of steps apart', () => {
    const other = { command: payment.Authorize, send: () => ({ orderId: '', amount: { amountMinor: 1, currency: 'EUR' } }), harmless: true } as const;
    const one = begin(1).step('a', step).step('rest', step).build();
    const two = begin(2).step('b', step).step('rest', step).migrate(one, { cursor: { a: 'b' }, data: ({ input, a, rest }) => ({ input, b: a, rest }) }).build();
    const without = begin(2).step('rest', step).migrate(one, { cursor: { a: 'rest' }, data: ({ input, rest }) => ({ input, rest }) }).build();
    const looped = begin(1).each('loop', (s) => s.input.skus, (b) => b.step('x', step), { max: 3 }).build();

    it.each<[string, () => unknown, RegExp]>([
      ['a step of which the cursor leads away', () => begin(2).step('b', step).step('rest', step).step('a', step).migrate(one, { cursor: { a: 'b' }, data: ({ input, rest }) => ({ input, b: undefined, rest, a: undefined }) }).build(), /^SAGA_MIGRATION_KEY_REUSED: .*"a".*version 1/],
      ['another command', () => begin(2).step('a', other).step('rest', step).migrate(one, { cursor: {}, data: ({ input, rest }) => ({ input, a: undefined, rest }) }).build(), /^SAGA_MIGRATION_KEY_REUSED: .*"a".*version 1/],
      ['a step that was renamed two versions before', () => begin(3).step('b', step).step('a', step).step('rest', step).migrate(two, { cursor: {}, data: ({ input, b, rest }) => ({ input, b, a: undefined, rest }) }).build(), /^SAGA_MIGRATION_KEY_REUSED: .*"a".*version 1/],
      ['a step that was left out since', () => begin(3).step('a', step).step('rest', step).migrate(without, { cursor: {}, data: ({ input, rest }) => ({ input, a: undefined, rest }) }).build(), /^SAGA_MIGRATION_KEY_REUSED: .*"a".*version 1/],
      ['a step of a loop', () => begin(2).each('loop', (s) => s.input.skus, (b) => b.step('y', step).step('x', step), { max: 3 }).migrate(looped, { cursor: { 'loop[].x': 'loop[].y' }, data: ({ input }) => ({ input, loop: undefined }) }).build(), /^SAGA_MIGRATION_KEY_REUSED: .*"loop\[\]\.x".*version 1/],
    ])('and gives no path of %s to a step', (_, build, expected) => {
      expect(refusal(build)).toMatch(expected);
    });

    it('and may give a path back to the step that had it', () => {
      expect(refusal(() => begin(3).step('a', step).step('rest', step).migrate(two, { cursor: { b: 'a' }, data: ({ input, b, rest }) => ({ input, a: b, rest }) }).build())).toBe('nothing');
    });
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
