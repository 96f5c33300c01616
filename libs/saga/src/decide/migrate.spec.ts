import type { Plan } from '../plan/plan.js';
import { authorize, begin, look, reserve, settlePlan, ship } from '../spec/steps.js';
import { order } from '../spec/order.js';
import { foldTransition } from '../transition.js';
import type { SagaState } from '../state.js';
import { cancelled, given, later, migrated, replied, retried, started, undoReplied } from '../testing/index.js';

const one = begin('moving')
  .step('hold', { ...reserve })
  .step('look', { ...look })
  .sleep('rest', '1h')
  .step('pay', { ...authorize })
  .build();

/** Renames hold and rest, puts a step before pay, and has something else in the place of look. */
const two = begin('moving', 2)
  .step('keep', { ...reserve })
  .step('glance', { ...reserve })
  .sleep('grace', '2h')
  .step('check', { ...look })
  .step('pay', { ...authorize, send: (s) => ({ orderId: s.keep.reservationId, amount: order.total }) })
  .migrate(one, { cursor: { hold: 'keep', look: 'glance', rest: 'grace' }, data: (old) => ({ input: old.input, keep: old.hold, glance: old.look && { reservationId: '' }, check: undefined, pay: old.pay }) })
  .build();

/** The way back: the same as version 1. */
const three = begin('moving', 3)
  .step('hold', { ...reserve })
  .step('look', { ...look })
  .sleep('rest', '1h')
  .step('pay', { ...authorize })
  .migrate(two, { cursor: { keep: 'hold', glance: 'look', grace: 'rest', check: 'pay' }, data: (old) => ({ input: old.input, hold: old.keep, look: old.glance && { captureId: '' }, pay: old.pay }) })
  .build();

describe('a migration', () => {
  it('takes a saga along with its data and its undos', () => {
    const saga = given(one, started(order), replied.done('hold', { reservationId: 'r1' }), replied.done('look'), migrated(two, 'faster'));
    saga.then('OperatorActed', { kind: 'SagaMigrated', fromVersion: 1, detail: 'faster', state: { planVersion: 2, active: [{ path: 'grace', phase: 'sleeping' }] } });
    saga.when(later('1h'), replied.done('check'));
    expect(saga.effects).toMatchObject([{ step: 'pay', value: { value: { orderId: 'r1' } }, idempotencyKey: 'orders/order-1/pay/do/0' }]);
    saga.when(replied.rejected('pay'));
    expect(saga.effects).toMatchObject([{ step: 'hold', action: 'undo', idempotencyKey: 'orders/order-1/hold/undo/0', value: { value: { reservationId: 'r1' } } }]);
    expect(saga.when(undoReplied.done('hold')).status).toBe('compensated');
  });

  it('keeps the key of a command that is under way, and takes its reply under the old path', () => {
    const saga = given(one, started(order), migrated(two));
    expect(saga.state).toMatchObject({ active: [{ path: 'keep', sentAs: 'hold' }], undo: [{ path: 'keep', sentAs: 'hold' }] });
    saga.when(replied.done('hold'));
    saga.then({ kind: 'StepDone', step: 'keep' }, { kind: 'CommandSent', step: 'glance' });
  });

  it('leads back as well', () => {
    const saga = given(one, started(order), migrated(two), migrated(three));
    expect(saga.state).toMatchObject({ planVersion: 3, active: [{ path: 'hold', sentAs: 'hold' }] });
    expect(saga.when(replied.done('hold')).sent).toEqual(['do look #1']);
    expect(saga.when(cancelled(), replied.done('look')).effects).toMatchObject([{ step: 'hold', action: 'undo' }]);
  });

  it('folds without the old plan and the migration', () => {
    const saga = given(one, started(order), replied.done('hold'), replied.done('look'), migrated(two), later('1h'), migrated(three));
    const plans = new Map<number, Plan>([one, two, three].map((plan) => [plan.version, plan]));
    let folded: SagaState | undefined;
    for (const transition of saga.history) folded = foldTransition({ ...plans.get(transition.planVersion)!, migrations: new Map() }, folded, transition);
    expect(folded).toEqual(saga.state);
  });

  it('of a step under way that the new plan has changed is refused until it is replied to', () => {
    const saga = given(one, started(order), replied.done('hold'), migrated(two, null, { commandId: 'o1' }));
    expect(saga.answered).toEqual(['o1 MIGRATION_STEP_IN_FLIGHT']);
    expect(saga.state).toMatchObject({ planVersion: 1 });
    expect(saga.when(replied.done('look'), migrated(two)).kinds).toContain('SagaMigrated');
  });

  it('frees a saga from what the old plan parked it with', () => {
    const broken = begin('moving').step('hold', { ...reserve, send: (s) => (s.input.skus.length > 1 ? ('no' as never) : { orderId: '', skus: [] }) }).build();
    const mended = begin('moving', 2)
      .step('hold', { ...reserve })
      .migrate(broken, { cursor: {}, data: (old) => ({ input: old.input, hold: old.hold }) })
      .build();
    const saga = given(broken, started(order));
    expect(saga.status).toBe('stuck');
    saga.when(migrated(mended));
    saga.then('OperatorActed', 'SagaMigrated', 'SagaStuck');
    expect(saga.when(retried()).sent).toEqual(['do hold #1']);
    expect(saga.when(replied.done('hold')).status).toBe('completed');
  });

  it('of a saga whose result threw ends it', () => {
    const broken = begin('moving').step('look', { ...look }).build({ result: one.input, from: (s) => (s.input.skus.length > 1 ? ('no' as never) : s.input) as never });
    const mended = begin('moving', 2).step('look', { ...look }).migrate(broken, { cursor: {}, data: (old) => ({ input: old.input, look: old.look }) }).build();
    expect(given(broken, started(order), replied.done('look'), migrated(mended)).kinds).toEqual(['OperatorActed', 'SagaMigrated', 'SagaCompleted']);
  });

  it('to a place past the pivot leads past the pivot', () => {
    const long = begin('moving').step('hold', { ...reserve }).sleep('rest', '1h').pivot().step('pay', { ...ship }).build();
    const early = begin('moving', 2)
      .step('hold', { ...reserve })
      .pivot()
      .step('check', { ...ship })
      .sleep('rest', '1h')
      .step('pay', { ...ship })
      .migrate(long, { cursor: {}, data: (old) => ({ input: old.input, hold: old.hold, check: { trackingId: '' }, pay: old.pay }) })
      .build();
    const saga = given(long, started(order), replied.done('hold'), migrated(early));
    expect(saga.state).toMatchObject({ planVersion: 2, pastPivot: true });
    expect(saga.when(cancelled(null, { commandId: 'x1' })).answered).toEqual(['x1 PAST_PIVOT']);
    const holding = given(long, started(order), migrated(early));
    expect(holding.state).toMatchObject({ planVersion: 2, pastPivot: false });
  });

  it('of a step under way onto the pivot leads past it', () => {
    const plain = begin('moving').step('hold', { ...reserve }).step('pay', { ...ship, harmless: true }).step('rest', { ...ship, harmless: true }).build();
    const turned = begin('moving', 2)
      .step('hold', { ...reserve })
      .pivot()
      .step('pay', { ...ship })
      .step('rest', { ...ship })
      .migrate(plain, { cursor: {}, data: (old) => ({ input: old.input, hold: old.hold, pay: old.pay, rest: old.rest }) })
      .build();
    const saga = given(plain, started(order), replied.done('hold'), migrated(turned));
    expect(saga.state).toMatchObject({ planVersion: 2, pastPivot: true });
    expect(saga.when(replied.done('pay'), cancelled(null, { commandId: 'x1' })).answered).toEqual(['x1 PAST_PIVOT']);
    const back = given(plain, started(order), replied.done('hold'), cancelled(), migrated(turned, null, { commandId: 'o1' }));
    expect(back.answered).toEqual(['o1 MIGRATION_STEP_IN_FLIGHT']);
    expect(back.when(replied.done('pay')).sent).toEqual(['undo hold #1']);
  });

  it('of what may be out is refused where the new plan asks for something else', () => {
    const asking = (version: number, sku: string) =>
      begin('moving', version).child('settle', { of: settlePlan.contract, input: (s) => ({ ...s.input, skus: [sku] }), timeout: '1h', undo: { ...authorize.undo }, onFailure: ({ code }) => (code === 'CHILD_TIMED_OUT' ? 'retry' : 'compensate') });
    const first = asking(1, 'a').build();
    const data = (old: { readonly input: typeof order; readonly settle?: unknown }) => ({ input: old.input, settle: old.settle });
    const other = asking(2, 'b').migrate(first, { cursor: {}, data: data as never }).build();
    const alike = asking(3, 'a').migrate(first, { cursor: {}, data: data as never }).build();
    for (const passed of [[], [later('1h')]]) {
      const saga = given(first, started(order), ...passed);
      expect(saga.when(migrated(other, null, { commandId: 'o1' })).answered).toEqual(['o1 MIGRATION_STEP_IN_FLIGHT']);
      expect(saga.when(migrated(alike)).state).toMatchObject({ planVersion: 3, active: [{ path: 'settle' }] });
    }
  });

  it('out of a block is refused where that has other branches in the new plan', () => {
    const block = (version: number) => begin('moving', version).step('hold', { ...reserve });
    const small = block(1).parallel('p', (p) => p.branch('x', { ...authorize }).branch('y', { ...reserve })).build();
    const large = block(2)
      .parallel('p', (p) => p.branch('x', { ...authorize }).branch('y', { ...reserve }).branch('z', { ...reserve }))
      .migrate(small, { cursor: {}, data: (old) => ({ input: old.input, hold: old.hold, p: old.p as never }) })
      .build();
    const saga = given(small, started(order), replied.done('hold'), migrated(large, null, { commandId: 'o1' }));
    expect(saga.answered).toEqual(['o1 MIGRATION_PLACE_UNMAPPED']);
    const before = given(small, started(order), migrated(large), replied.done('hold'));
    expect(before.sent).toEqual(['do p.x #1', 'do p.y #1', 'do p.z #1']);
  });

  it('is refused where a place maps nowhere, or nothing is known of the version', () => {
    const short = begin('moving', 4)
      .step('other', { ...reserve })
      .migrate(one, { cursor: { pay: 'other' }, data: (old) => ({ input: old.input, other: undefined }) })
      .build();
    const saga = given(one, started(order));
    expect(saga.when(migrated(short, null, { commandId: 'o1' })).answered).toEqual(['o1 MIGRATION_PLACE_UNMAPPED']);
    expect(saga.when(migrated(three, null, { commandId: 'o2' })).answered).toEqual(['o2 MIGRATION_UNKNOWN']);
    expect(saga.when({ kind: 'migrate', sagaId: 'order-1', commandId: 'o3', target: undefined, toVersion: 9, reason: null }).answered).toEqual(['o3 VERSION_UNKNOWN']);
    expect(saga.when(migrated(two, null, { commandId: 'o4' }), migrated(two, null, { commandId: 'o4' })).events).toMatchObject([{ reason: 'COMMAND_SEEN' }]);
  });
});
