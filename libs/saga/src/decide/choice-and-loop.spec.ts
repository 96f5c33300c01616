import { authorize, begin, look, reserve } from '../spec/steps.js';
import { order } from '../spec/order.js';
import { cancelled, given, later, replied, retried, skipped, started, undoReplied } from '../testing/index.js';

const withSkus = (...skus: string[]) => started({ ...order, skus });

describe('a when', () => {
  const plan = begin()
    .when('many', (s) => s.input.skus.length > 1, (then) => then.step('hold', { ...reserve }))
    .otherwise((other) => other.step('look', { ...look }))
    .when('three', (s) => s.input.skus.length === 3, (then) => then.step('extra', { ...look }))
    .step('last', { ...look, send: (s) => ({ authorizationId: s.hold?.reservationId ?? s.look?.captureId ?? '' }) })
    .build();

  it('goes the way its predicate says, and records in the scope around it', () => {
    const saga = given(plan, withSkus('a', 'b'));
    saga.then('SagaStarted', { kind: 'WhenDecided', step: 'many', chosen: 'then' }, { kind: 'CommandSent', step: 'hold' });
    saga.when(replied.done('hold'));
    saga.then('StepDone', { kind: 'WhenDecided', step: 'three', chosen: 'otherwise' }, { kind: 'CommandSent', value: { value: { authorizationId: 'reservationId' } } });
  });

  it('goes the other way otherwise', () => {
    expect(given(plan, withSkus('a')).sent).toEqual(['do look #1']);
    expect(given(plan, withSkus('a', 'b', 'c'), replied.done('hold')).sent).toEqual(['do extra #1']);
  });

  it('parks the saga when its predicate throws or gives no answer; it can be left out', () => {
    const broken = begin()
      .when('odd', (s) => (s.input.skus.length > 1 ? ('yes' as never) : true), (then) => then.step('hold', { ...reserve }))
      .step('last', { ...look })
      .build();
    const saga = given(broken, started(order));
    expect(saga.effects).toMatchObject([{ kind: 'stuck', failure: { code: 'USER_VALUE_INVALID', step: 'odd' } }]);
    expect(saga.when(skipped('odd', 'not odd')).sent).toEqual(['do last #1']);
  });
});

describe('a loop', () => {
  const plan = begin()
    .each('parcels', (s) => s.input.skus, (parcel) => parcel.step('hold', { ...reserve, send: (s) => ({ orderId: `${s.index}`, skus: [s.item] }) }).step('look', { ...look, send: (s) => ({ authorizationId: s.hold.reservationId }) }), {
      max: 3,
      until: (s) => s.item === 'stop',
    })
    .step('last', { ...look, send: (s) => ({ authorizationId: `${s.parcels.length}` }) })
    .build();

  it('runs its block for every item in turn', () => {
    const saga = given(plan, withSkus('a', 'b'));
    saga.then('SagaStarted', { kind: 'LoopStarted', step: 'parcels', count: 2 }, { kind: 'IterationStarted', step: 'parcels[0]' }, { kind: 'CommandSent', step: 'parcels[0].hold', value: { value: { orderId: '0', skus: ['a'] } } });
    saga.when(replied.done('parcels[0].hold', { reservationId: 'r0' }));
    expect(saga.effects).toMatchObject([{ step: 'parcels[0].look', idempotencyKey: 'orders/order-1/parcels[0].look/do/0', value: { value: { authorizationId: 'r0' } } }]);
    expect(saga.when(replied.done('parcels[0].look')).sent).toEqual(['do parcels[1].hold #1']);
    saga.when(replied.done('parcels[1].hold'), replied.done('parcels[1].look'));
    saga.then('StepDone', { kind: 'LoopEnded', step: 'parcels[2]' }, { kind: 'CommandSent', value: { value: { authorizationId: '2' } } });
  });

  it('over nothing records that there was nothing', () => {
    const saga = given(plan, withSkus());
    saga.then('SagaStarted', { kind: 'LoopStarted', count: 0 }, { kind: 'LoopEnded', step: 'parcels[0]' }, { kind: 'CommandSent', value: { value: { authorizationId: '0' } } });
  });

  it('ends when its author says so', () => {
    const saga = given(plan, withSkus('stop', 'b'), replied.done('parcels[0].hold'), replied.done('parcels[0].look'));
    expect(saga.sent).toEqual(['do last #1']);
  });

  it('over too many items parks the saga', () => {
    const saga = given(plan, withSkus('a', 'b', 'c', 'd'));
    expect(saga.effects).toMatchObject([{ kind: 'stuck', failure: { step: 'parcels', message: expect.stringContaining('4 items') } }]);
    expect(saga.when(skipped('parcels', 'none of them')).status).toBe('stuck');
    expect(saga.when(retried()).kinds).toEqual(['OperatorActed', 'StepRetried', 'StepFailed', 'SagaStuck']);
  });

  it('undoes its iterations in reverse order', () => {
    const saga = given(plan, withSkus('a', 'b'), replied.done('parcels[0].hold'), replied.done('parcels[0].look'), replied.done('parcels[1].hold'), cancelled(), replied.done('parcels[1].look'));
    expect(saga.sent).toEqual(['undo parcels[1].hold #1']);
    expect(saga.when(undoReplied.done('parcels[1].hold')).sent).toEqual(['undo parcels[0].hold #1']);
    expect(saga.when(undoReplied.done('parcels[0].hold')).status).toBe('compensated');
  });

  it('takes no reply for an iteration that it is not in', () => {
    const saga = given(plan, withSkus('a', 'b'));
    for (const step of ['parcels[1].hold', 'parcels[9].hold', 'parcels[].hold', 'parcels[0]', 'parcels', 'parcels[0].hold[1]', 'parcels[-1].hold']) {
      saga.when(replied.done(step, { reservationId: '' }, { participant: 'fulfillment' }));
      expect(saga.kinds).toEqual(['InputIgnored']);
    }
  });
});

describe('a loop in a loop', () => {
  const plan = begin()
    .each('rows', (s) => s.input.skus, (row) => row.each('cells', () => ['x', 'y', 'z'], (cell) => cell.step('hold', { ...authorize }), { max: 3, until: (s) => (s.index === 1 && s.hold.authorizationId === 'throw' ? ('?' as never) : false) }), { max: 3 })
    .build();

  it('names its places by both indexes', () => {
    const saga = given(plan, withSkus('a', 'b'));
    for (const place of ['rows[0].cells[0]', 'rows[0].cells[1]', 'rows[0].cells[2]', 'rows[1].cells[0]', 'rows[1].cells[1]', 'rows[1].cells[2]']) {
      expect(saga.sent).toEqual([`do ${place}.hold #1`]);
      saga.when(replied.done(`${place}.hold`));
    }
    expect(saga.status).toBe('completed');
  });

  it('that is left out at its boundary leaves the loop around it to go on', () => {
    const saga = given(plan, withSkus('a', 'b'), replied.done('rows[0].cells[0].hold'), replied.done('rows[0].cells[1].hold', { authorizationId: 'throw', amount: order.total }));
    expect(saga.effects).toMatchObject([{ kind: 'stuck', failure: { step: 'rows[0].cells[2]' } }]);
    saga.when(skipped('rows[0].cells[2]', 'enough'));
    expect(saga.state).toMatchObject({ loops: [{ path: 'rows' }, { path: 'rows[1].cells' }] });
    expect(saga.sent).toEqual(['do rows[1].cells[0].hold #1']);
  });
});

describe('a drop', () => {
  const plan = begin()
    .pivot()
    .step('pay', { ...look, harmless: false, retry: { ...look.retry, attempts: 'forever' } })
    .each('parcels', (s) => s.input.skus, (parcel) => parcel.step('look', { ...look, retry: { ...look.retry, attempts: 'forever' } }).drop('look').sleep('nap', '1s'), { max: 3 })
    .drop('pay')
    .sleep('rest', '1h')
    .build();

  it('forgets what was recorded, in its own scope', () => {
    const saga = given(plan, withSkus('a', 'b'), replied.done('pay'), replied.done('parcels[0].look'));
    saga.then('StepDone', { kind: 'DataDropped', step: 'parcels[0].drop(look)' }, 'SleepStarted');
    saga.when(later('1s'), replied.done('parcels[1].look'));
    expect(saga.state).toMatchObject({ data: { pay: {}, parcels: [{}, {}] } });
    saga.when(later('1s'));
    expect(saga.state).toHaveProperty('data', { input: { ...order, skus: ['a', 'b'] }, parcels: [{}, {}] });
    expect(saga.when(replied.done('pay', undefined, { attempt: 1 })).events).toMatchObject([{ kind: 'InputIgnored' }]);
    expect(saga.when(later('1h')).status).toBe('completed');
  });
});
