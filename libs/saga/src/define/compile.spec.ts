import { saga } from './builder.js';
import { retry } from '../retry.js';
import { fulfillment, Order, payment } from '../spec/contracts.js';
import { refusal } from '../spec/refusal.js';
import { orderPlan, plainRetry } from '../spec/order.js';

const begin = (name = 'test', version = 1, domain = 'orders') => saga(name, { version, domain, input: Order });

const capture = { command: payment.Capture, send: () => ({ authorizationId: '' }) };
const release = { command: fulfillment.Release, send: () => ({ orderId: '', reservationId: null, outcome: '' }) };

describe('a definition is refused', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['without a step', () => begin().build(), /^SAGA_EMPTY: .*add at least one/],
    ['with a name that names no topic', () => begin('Place Order').step('a', { ...capture, harmless: true }).build(), /^SAGA_NAME_INVALID/],
    ['with a version below 1', () => begin('test', 0).step('a', { ...capture, harmless: true }).build(), /^SAGA_VERSION_INVALID/],
    ['with a domain of two words', () => begin('test', 1, 'my-orders').step('a', { ...capture, harmless: true }).build(), /^SAGA_DOMAIN_INVALID/],
    ['with a step before the pivot that has no undo', () => begin().step('a', capture).build(), /^SAGA_UNDO_MISSING: Step "a" .*give it an undo/],
    ['with a harmless step that has an undo', () => begin().step('a', { ...capture, harmless: true, undo: release }).build(), /^SAGA_UNDO_OF_HARMLESS/],
    ['with an undo after the pivot', () => begin().pivot().step('a', { ...capture, undo: release }).build(), /^SAGA_UNDO_PAST_PIVOT/],
    ['with two pivots', () => begin().pivot().step('a', capture).pivot().step('b', capture).build(), /^SAGA_PIVOT_REPEATED/],
    ['with a pivot that marks no step', () => begin().step('a', { ...capture, harmless: true }).pivot().build(), /^SAGA_PIVOT_WITHOUT_STEP/],
    ['with bounded attempts after the pivot', () => begin().pivot().step('a', { ...capture, retry: retry.standard }).build(), /^SAGA_STEP_CAN_FAIL_PAST_PIVOT/],
    ['with a deadline after the pivot', () => begin().pivot().step('a', { ...capture, retry: retry.patient }).build(), /^SAGA_STEP_CAN_FAIL_PAST_PIVOT/],
    [
      'with a final code after the pivot',
      () => begin().pivot().step('a', { ...capture, retry: { ...retry.untilDone, final: ['PROVIDER_AWAY'] } }).build(),
      /^SAGA_STEP_CAN_FAIL_PAST_PIVOT/,
    ],
    [
      'with a final code that the command never fails with',
      () => begin().step('a', { ...capture, harmless: true, retry: { ...retry.once, final: ['NO_SUCH'] } }).build(),
      /^SAGA_FINAL_CODE_UNKNOWN: .*"NO_SUCH".*PROVIDER_AWAY/,
    ],
    [
      'with an attempt longer than the deadline',
      () => begin().step('a', { ...capture, harmless: true, retry: { ...plainRetry, attemptTimeout: '2m', deadline: '1m' } }).build(),
      /^SAGA_TIMEOUT_EXCEEDS_DEADLINE: .*2m.*1m/,
    ],
    ['with no attempt', () => begin().step('a', { ...capture, harmless: true, retry: { ...plainRetry, attempts: 0 } }).build(), /^SAGA_RETRY_INVALID/],
    ['with a duration of nothing', () => begin().step('a', { ...capture, harmless: true, retry: { ...plainRetry, firstDelay: '0s' } }).build(), /^SAGA_DURATION_INVALID/],
    ['with a step called input', () => begin().step('input' as never, { ...capture, harmless: true }).build(), /^SAGA_STEP_ID_INVALID/],
    ['with a step called like a part of every object', () => begin().step('constructor', { ...capture, harmless: true }).build(), /^SAGA_STEP_ID_INVALID/],
    ['with a step id that is no word', () => begin().step('two words', { ...capture, harmless: true }).build(), /^SAGA_STEP_ID_INVALID/],
    [
      'with two steps of one id',
      () => begin().step('a', { ...capture, harmless: true }).step('a' as never, { ...capture, harmless: true }).build(),
      /^SAGA_STEP_ID_REPEATED/,
    ],
    [
      'with two definitions of one record',
      () => {
        const other = { ...payment.Capture, done: { name: 'onward.test.Money', schema: { type: 'record', name: 'onward.test.Money', fields: [] } } };
        return begin().step('a', { ...capture, command: other, harmless: true }).build();
      },
      /^SAGA_RECORD_CONFLICT: .*onward.test.Money/,
    ],
  ])('%s', (_, build, expected) => {
    expect(refusal(build)).toMatch(expected);
  });
});

describe('a plan', () => {
  it('knows every record it sends or records', () => {
    expect([...orderPlan().records.keys()].sort()).toEqual(
      ['Authorize', 'Authorized', 'Capture', 'Captured', 'Order', 'OrderResult', 'Release', 'Released', 'Reserve', 'Reserved', 'Ship', 'Shipped', 'Void', 'Voided'].map(
        (name) => `onward.test.${name}`,
      ),
    );
  });

  it('can share its beginning with another', () => {
    const common = begin().step('a', { ...capture, harmless: true });
    const first = common.step('b', { ...capture, harmless: true }).build();
    const second = common.step('c', { ...capture, harmless: true }).build();
    expect([first, second].map(({ nodes }) => nodes.map(({ id }) => id))).toEqual([['a', 'b'], ['a', 'c']]);
  });
});
