import type { Plan } from '../plan/plan.js';
import { retry } from '../retry.js';
import { fulfillment, Order, OrderResult, payment } from '../spec/contracts.js';
import { refusal } from '../spec/refusal.js';
import { saga } from './builder.js';
import { sequence } from './sequence.js';

const begin = (grants: readonly string[] = []) => saga('test', { version: 1, domain: 'orders', input: Order, grants });
const capture = { command: payment.Capture, send: () => ({ authorizationId: '' }) } as const;
const free = { ...capture, harmless: true } as const;
const undoable = {
  command: fulfillment.Reserve,
  send: () => ({ orderId: '', skus: [] }),
  undo: { command: fulfillment.Release, send: () => ({ orderId: '', reservationId: null, outcome: '' }) },
} as const;
const settle = { name: 'settle', domain: 'payments', input: Order, result: OrderResult } as const;
const input = (s: { readonly input: unknown }) => s.input as never;

const outline = (plan: Plan): string[] => plan.nodes.map((node) => `${node.number} ${node.kind} ${node.path} in ${node.parent ?? '-'} then ${node.next ?? '-'} scope ${node.scope}`);

describe('a plan of blocks', () => {
  const plan = begin()
    .step('a', free)
    .parallel('checks', (p) => p.branch('fraud', free).branch('quote', (b) => b.step('cheap', free).step('fast', free)))
    .when('risky', () => true, (b) => b.step('ask', free))
    .otherwise((b) => b.step('note', free))
    .each('parcels', (s) => s.input.skus, (b) => b.step('pack', free).each('labels', () => [1], (l) => l.step('print', free), { max: 2 }), { max: 9 })
    .pivot()
    .step('z', capture)
    .drop('a', 'checks')
    .build();

  it('is a list in the order of the definition, linked by numbers', () => {
    expect(outline(plan)).toEqual([
      '0 step a in - then 1 scope 0',
      '1 parallel checks in - then 5 scope 0',
      '2 step checks.fraud in 1 then - scope 0',
      '3 step checks.quote.cheap in 1 then 4 scope 1',
      '4 step checks.quote.fast in 1 then - scope 1',
      '5 when risky in - then 8 scope 0',
      '6 step ask in 5 then - scope 0',
      '7 step note in 5 then - scope 0',
      '8 each parcels in - then 12 scope 0',
      '9 step parcels[].pack in 8 then 10 scope 2',
      '10 each parcels[].labels in 8 then - scope 2',
      '11 step parcels[].labels[].print in 10 then - scope 3',
      '12 step z in - then 13 scope 0',
      '13 drop drop(a,checks) in - then - scope 0',
    ]);
    expect(plan.nodes[1]).toMatchObject({ branches: [{ id: 'fraud', first: 2 }, { id: 'quote', first: 3 }] });
    expect(plan.nodes[5]).toMatchObject({ then: 6, otherwise: 7 });
    expect(plan.scopes).toEqual([
      { kind: 'saga' },
      { kind: 'branch', outer: 0, node: 1, branch: 'quote' },
      { kind: 'each', outer: 0, node: 8 },
      { kind: 'each', outer: 2, node: 10 },
    ]);
  });

  it('finds a loop by its path and by that of its boundaries', () => {
    expect(['parcels', 'parcels[]', 'parcels[].labels[]'].map((path) => plan.numbers.get(path))).toEqual([8, 8, 10]);
  });

  it('has the contract that a parent needs', () => {
    const child = begin().step('a', free).build({ result: OrderResult, from: () => ({ trackingId: '' }) });
    expect(child.contract).toEqual({ name: 'test', domain: 'orders', input: Order, result: OrderResult });
    const parent = begin().child('child', { of: child.contract, input: (s) => s.input, harmless: true }).build();
    expect(parent.nodes[0]).toMatchObject({
      sagaType: 'test',
      parentClose: 'compensate',
      timeoutMs: null,
      command: { participant: 'orders', name: 'onward.test.Order', done: OrderResult },
      retry: { attempts: 1 },
    });
  });

  it('may have its pivot on one side of a choice, and then both rules hold after it', () => {
    const open = begin().when('fast', () => true, (b) => b.pivot().step('pay', capture));
    expect(open.step('ship', free).build().nodes[2]).toMatchObject({ retry: { attempts: 'forever' }, harmless: true });
    expect(refusal(() => open.step('ship', capture).build())).toMatch(/^SAGA_UNDO_MISSING/);
    expect(refusal(() => open.step('ship', { ...free, retry: retry.standard }).build())).toMatch(/^SAGA_STEP_CAN_FAIL_PAST_PIVOT/);
    expect(refusal(() => open.pivot().step('ship', free).build())).toMatch(/^SAGA_PIVOT_REPEATED/);
    expect(refusal(() => open.otherwise((b) => b.pivot().step('wait', capture)).step('ship', { ...undoable }).build())).toMatch(/^SAGA_UNDO_PAST_PIVOT/);
  });

  it('may go on past the pivot from what an onFailure answers', () => {
    const give = { ...capture, retry: retry.standard, onFailure: (): 'continue' => 'continue' } as const;
    expect(begin().pivot().step('a', give).build().nodes[0]).toMatchObject({ retry: { attempts: 5 } });
    const answered = begin().pivot().step('a', capture).parallel('both', (p) => p.branch('b', { ...capture, retry: retry.once }), { onFailure: () => 'continue' });
    expect(answered.build().nodes).toHaveLength(3);
  });

  it('of a sequence is a row of steps', () => {
    const row = sequence('row', { version: 1, domain: 'orders', input: Order }, (step) => [step('reserve', undoable), step('pay', { ...capture, pivot: true })]);
    expect(outline(row)).toEqual(['0 step reserve in - then 1 scope 0', '1 step pay in - then - scope 0']);
    expect(row.nodes[1]).toMatchObject({ pivot: true });
  });
});

describe('a definition with blocks is refused', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['with a pivot in a parallel block', () => begin().parallel('p', (p) => p.branch('b', (b) => b.pivot().step('a', capture))).build(), /^SAGA_PIVOT_MISPLACED: Parallel "p"/],
    ['with a pivot in a loop', () => begin().each('e', () => [1], (b) => b.pivot().step('a', capture), { max: 1 }).build(), /^SAGA_PIVOT_MISPLACED: Each "e"/],
    ['with a pivot in a choice in a loop', () => begin().each('e', () => [1], (b) => b.when('w', () => true, (w) => w.pivot().step('a', capture)), { max: 1 }).build(), /^SAGA_PIVOT_MISPLACED/],
    ['with a pivot before a block', () => begin().pivot().sleep('nap', '1s').build(), /^SAGA_PIVOT_WITHOUT_STEP: .*a sleep follows/],
    ['with a pivot at the end of a block', () => begin().when('w', () => true, (w) => w.step('a', free).pivot()).build(), /^SAGA_PIVOT_WITHOUT_STEP/],
    ['with two pivots for one step', () => begin().pivot().pivot().step('a', capture).build(), /^SAGA_PIVOT_REPEATED/],
    ['with a pivot after one in a choice', () => begin().when('w', () => true, (w) => w.pivot().step('a', capture)).pivot().step('b', capture).build(), /^SAGA_PIVOT_REPEATED/],
    ['with a signal past the pivot that turns back', () => begin().pivot().step('a', capture).signal('s', { of: Order, timeout: { after: '1h', then: 'compensate' } }).build(), /^SAGA_STEP_CAN_FAIL_PAST_PIVOT: Signal "s"/],
    ['with a child past the pivot that has a timeout', () => begin(['payments']).pivot().child('c', { of: settle, input, timeout: '1h' }).build(), /^SAGA_STEP_CAN_FAIL_PAST_PIVOT: Child saga "c"/],
    ['with a child before the pivot that has no undo', () => begin(['payments']).child('c', { of: settle, input }).build(), /^SAGA_UNDO_MISSING: Child saga "c"/],
    ['with a child in a domain without a grant', () => begin().child('c', { of: settle as never, input, harmless: true } as never).build(), /^SAGA_GRANT_MISSING: .*"payments"/],
    ['with a child without a result', () => begin(['payments']).child('c', { of: { ...settle, result: null } as never, input, harmless: true }).build(), /^SAGA_CHILD_WITHOUT_RESULT/],
    ['with a grant that is no domain', () => begin(['my payments']).step('a', free).build(), /^SAGA_DOMAIN_INVALID: .*"my payments"/],
    ['with a parallel block without a branch', () => begin().parallel('p', (p) => p).build(), /^SAGA_BLOCK_EMPTY: Parallel "p"/],
    ['with an empty branch', () => begin().parallel('p', (p) => p.branch('b', (b) => b)).build(), /^SAGA_BLOCK_EMPTY: Branch "p.b"/],
    ['with an empty choice', () => begin().when('w', () => true, (b) => b).build(), /^SAGA_BLOCK_EMPTY: When "w"/],
    ['with an empty otherwise', () => begin().when('w', () => true, (b) => b.step('a', free)).otherwise((b) => b).build(), /^SAGA_BLOCK_EMPTY: When "w"/],
    ['with an empty loop', () => begin().each('e', () => [1], (b) => b, { max: 1 }).build(), /^SAGA_BLOCK_EMPTY: Each "e"/],
    ['with an otherwise that follows no choice', () => (begin().step('a', free) as never as { otherwise: (b: unknown) => unknown }).otherwise((b: unknown) => b), /^SAGA_OTHERWISE_WITHOUT_WHEN/],
    ['with a loop without a bound', () => begin().each('e', () => [1], (b) => b.step('a', free), {} as never).build(), /^SAGA_LOOP_UNBOUNDED/],
    ['with two branches of one id', () => begin().parallel('p', (p) => p.branch('b', free).branch('b' as never, free)).build(), /^SAGA_STEP_ID_REPEATED: Parallel "p"/],
    ['with an id that is taken around the block', () => begin().step('a', free).parallel('p', (p) => p.branch('b', (b) => b.step('a' as never, free))).build(), /^SAGA_STEP_ID_REPEATED: Step "p.b.a"/],
    ['with an id on both sides of a choice', () => begin().when('w', () => true, (b) => b.step('a', free)).otherwise((b) => b.step('a' as never, free)).build(), /^SAGA_STEP_ID_REPEATED/],
    ['with an id that a choice has taken', () => begin().when('w', () => true, (b) => b.step('a', free)).step('a' as never, free).build(), /^SAGA_STEP_ID_REPEATED/],
    ['with a step called item', () => begin().step('item' as never, free).build(), /^SAGA_STEP_ID_INVALID/],
    ['with a drop of nothing', () => begin().step('a', free).drop().build(), /^SAGA_BLOCK_EMPTY/],
    ['with a drop of what is not recorded', () => begin().step('a', free).drop('b' as never).build(), /^SAGA_DROP_UNKNOWN: .*"b"/],
    ['with a drop in a choice of what is recorded outside', () => begin().step('a', free).when('w', () => true, (b) => b.drop('a' as never)).build(), /^SAGA_DROP_UNKNOWN/],
    ['with a second drop of the same', () => begin().step('a', free).drop('a').drop('a' as never).build(), /^SAGA_DROP_UNKNOWN/],
    ['with a drop while something may be undone', () => begin().step('a', undoable).step('b', free).drop('b').build(), /^SAGA_DROP_TOO_EARLY: .*step "a"/],
    ['with a timeout that is no time', () => begin().signal('s', { of: Order, timeout: { after: '0s', then: 'continue' } }).build(), /^SAGA_DURATION_INVALID/],
  ])('%s', (_, build, expected) => {
    expect(refusal(build)).toMatch(expected);
  });

  it('but not for a drop past the pivot, or before any undo', () => {
    expect(refusal(() => begin().step('a', undoable).pivot().step('b', capture).drop('a').build())).toBe('nothing');
    expect(refusal(() => begin().step('a', free).drop('a').step('b', undoable).build())).toBe('nothing');
    expect(refusal(() => begin().when('w', () => true, (b) => b.step('a', free).drop('a')).build())).toBe('nothing');
  });
});
