import type { CommandType, RecordType } from '../contract.js';
import { Order, OrderResult, payment } from '../spec/contracts.js';
import { refusal } from '../spec/refusal.js';
import { saga } from './builder.js';
import { sampleOf } from './sample.js';

const begin = (sample?: typeof Order extends RecordType<infer T> ? T : never) =>
  saga('test', { version: 1, domain: 'orders', input: Order, idField: 'orderId', ...(sample === undefined ? {} : { sample }) });
const step = { command: payment.Capture, send: () => ({ authorizationId: '' }), harmless: true } as const;
const boom = (): never => {
  throw new TypeError('boom');
};

describe('a function of a plan is refused', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['when a send throws', () => begin().step('a', { ...step, send: boom }).build(), /^SAGA_CODE_THROWS: Step "a", send throws on sample input: TypeError: boom\. .*sample/],
    ['when a send gives another value', () => begin().step('a', { ...step, send: () => 'text' as never }).build(), /^SAGA_VALUE_INVALID: Step "a", send: What was returned is no onward.test.Capture/],
    ['when a send changes what is recorded', () => begin().step('a', { ...step, send: (s) => ({ authorizationId: ((s.input.skus as string[])[0] = 'x') }) }).build(), /^SAGA_CODE_THROWS/],
    [
      'when an undo cannot do without the reply',
      () => begin().step('a', { ...step, harmless: false, undo: { command: payment.Void, send: (_s, reply) => ({ orderId: (reply as { captureId: string }).captureId, outcome: '' }) } }).build(),
      /^SAGA_CODE_THROWS: Step "a", undo with outcome unknown/,
    ],
    ['when a predicate throws', () => begin().when('w', boom, (b) => b.step('a', step)).build(), /^SAGA_CODE_THROWS: When "w", predicate/],
    ['when a predicate gives no answer', () => begin().when('w', (() => 'yes') as never, (b) => b.step('a', step)).build(), /^SAGA_VALUE_INVALID: When "w", predicate: it should give true or false/],
    ['on the side of a choice that the sample does not take', () => begin().when('w', () => true, (b) => b.step('a', step)).otherwise((b) => b.step('b', { ...step, send: boom })).build(), /^SAGA_CODE_THROWS: Step "b"/],
    ['when a loop goes over no list', () => begin().each('e', (() => 3) as never, (b) => b.step('a', step), { max: 3 }).build(), /^SAGA_VALUE_INVALID: Each "e", over: it should be a list/],
    ['in a loop', () => begin().each('e', (s) => s.input.skus, (b) => b.step('a', { ...step, send: (s) => ({ authorizationId: (s.item as never as { x: { y: string } }).x.y }) }), { max: 3 }).build(), /^SAGA_CODE_THROWS: Step "e\[\].a"/],
    ['when an until throws', () => begin().each('e', (s) => s.input.skus, (b) => b.step('a', step), { max: 3, until: boom }).build(), /^SAGA_CODE_THROWS: Each "e", until/],
    ['when a judge gives no judgement', () => begin().signal('s', { of: Order, judge: (() => true) as never }).build(), /^SAGA_VALUE_INVALID: Signal "s", judge: .*"take", "ignore", "refuse"/],
    ['when a sleep has no length', () => begin().sleep('s', (() => '5 minutes') as never).build(), /^SAGA_CODE_THROWS: Sleep "s", length/],
    ['when a policy throws on a code', () => begin().step('a', { ...step, onFailure: ({ code }) => (code === 'PROVIDER_AWAY' ? boom() : 'retry') }).build(), /^SAGA_CODE_THROWS: Step "a", onFailure with PROVIDER_AWAY/],
    ['when a policy gives no choice', () => begin().step('a', { ...step, onFailure: (() => 'ignore') as never }).build(), /^SAGA_VALUE_INVALID: Step "a", onFailure with NO: .*"ignore"|not ignore/],
    ['when a result throws', () => begin().step('a', step).build({ result: OrderResult, from: boom }), /^SAGA_CODE_THROWS: The result, from/],
    ['when the sample is no input', () => begin('order' as never).step('a', step).build(), /^SAGA_SAMPLE_INVALID/],
  ])('%s', (_, build, expected) => {
    expect(refusal(build)).toMatch(expected);
  });
});

describe('a function of a plan is tried', () => {
  it('with everything that is recorded before it', () => {
    const seen: unknown[] = [];
    begin()
      .step('a', step)
      .parallel('p', (p) => p.branch('one', step).branch('two', (b) => b.step('x', step)))
      .each('e', (s) => s.input.skus, (b) => b.step('y', step), { max: 3 })
      .step('z', { ...step, send: (s) => (seen.push(s), { authorizationId: '' }) })
      .build();
    const reply = { captureId: 'captureId' };
    expect(seen).toEqual([
      {
        sagaId: 'orderId',
        input: { orderId: 'orderId', skus: ['skus'], total: { amountMinor: 1, currency: 'currency' } },
        a: reply,
        p: { one: reply, two: { x: reply } },
        e: [{ y: reply }],
      },
    ]);
  });

  it('with optional results there and missing', () => {
    const seen: boolean[] = [];
    begin()
      .signal('approval', { of: Order, timeout: { after: '1h', then: 'continue' } })
      .step('z', { ...step, send: (s) => (seen.push(s.approval !== undefined), { authorizationId: '' }) })
      .build();
    expect(seen).toEqual([true, false]);
  });

  it('with branches there and missing where the policy of their block can go on without them', () => {
    const seen: boolean[] = [];
    begin()
      .parallel('p', (p) => p.branch('one', step).branch('two', step), { onFailure: ({ causes }) => (causes.some(({ code }) => code === 'PROVIDER_AWAY') ? 'continue' : 'compensate') })
      .step('z', { ...step, send: (s) => (seen.push(s.p.one !== undefined), { authorizationId: '' }) })
      .build();
    expect(seen).toEqual([true, false]);
  });

  it('and is good if it works where its own way leads', () => {
    const build = () =>
      begin()
        .when('one', (s) => s.input.skus.length > 3, (b) => b.step('x', step))
        .otherwise((b) => b.step('y', step))
        .step('z', { ...step, send: (s) => ({ authorizationId: (s.x ?? s.y!).captureId }) })
        .when('two', (s) => s.input.skus.length > 3, (b) => b.step('w', { ...step, send: (s) => ({ authorizationId: s.x!.captureId }) }))
        .build();
    expect(refusal(build)).toBe('nothing');
  });

  it("with the author's sample in the place of a made one", () => {
    const sample = { orderId: 'A-1', skus: ['1:x'], total: { amountMinor: 4200, currency: 'EUR' } };
    const build = (own?: typeof sample) =>
      begin(own).step('a', { ...step, send: (s) => ({ authorizationId: BigInt((s.input.skus[0] as string).split(':')[0] as string).toString() }) }).build();
    expect(refusal(() => build())).toMatch(/^SAGA_CODE_THROWS: .*SyntaxError/);
    expect(refusal(() => build(sample))).toBe('nothing');
  });
});

describe("a reply's sample", () => {
  const parsed = (sample?: { readonly captureId: string }) =>
    begin()
      .step('a', { ...step, ...(sample === undefined ? {} : { sample }) })
      .step('b', { ...step, send: (s) => ({ authorizationId: BigInt(s.a.captureId).toString() }) })
      .build();

  it('can be given where a made one will not do', () => {
    expect(refusal(() => parsed())).toMatch(/^SAGA_CODE_THROWS: Step "b", send .*of a reply to its step/);
    expect(refusal(() => parsed({ captureId: '42' }))).toBe('nothing');
    expect(refusal(() => parsed('42' as never))).toMatch(/^SAGA_SAMPLE_INVALID: The sample is no onward.test.Captured/);
  });
});

describe('a sample', () => {
  const record = (fields: readonly unknown[]): RecordType<unknown> => ({ name: 'onward.test.All', schema: { type: 'record', name: 'All', namespace: 'onward.test', fields } });

  it('has a value of every kind', () => {
    const fields = [
      { name: 'text', type: 'string' },
      { name: 'whole', type: 'int' },
      { name: 'real', type: 'double' },
      { name: 'yes', type: 'boolean' },
      { name: 'nothing', type: 'null' },
      { name: 'maybe', type: ['null', 'string'] },
      { name: 'list', type: { type: 'array', items: { type: 'record', name: 'Part', fields: [{ name: 'sku', type: 'string' }] } } },
      { name: 'again', type: 'Part' },
      { name: 'byKey', type: { type: 'map', values: 'onward.test.Part' } },
      { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['FIRST', 'SECOND'] } },
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' } },
      { name: 'bytes', type: 'bytes' },
      { name: 'fixed', type: { type: 'fixed', name: 'Two', size: 2 } },
    ];
    expect(sampleOf(record(fields))).toEqual({
      text: 'text', whole: 1, real: 1, yes: true, nothing: null, maybe: 'maybe', list: [{ sku: 'sku' }], again: { sku: 'sku' },
      byKey: { key: { sku: 'sku' } }, kind: 'FIRST', at: 1_767_225_600_000_000, bytes: new Uint8Array(1), fixed: new Uint8Array(2),
    });
  });

  it('ends where a type contains itself', () => {
    const fields = [
      { name: 'code', type: 'string' },
      { name: 'causes', type: { type: 'array', items: 'onward.test.All' } },
      { name: 'before', type: ['null', 'All'] },
    ];
    expect(sampleOf(record(fields))).toEqual({ code: 'code', causes: [], before: null });
  });

  it('does not judge a value by its bytes', () => {
    const request: RecordType<{ readonly bytes: Uint8Array }> = { name: 'Bytes', schema: { type: 'record', name: 'Bytes', fields: [] }, check: () => 'bytes should be a Buffer' };
    const command: CommandType<string, { readonly bytes: Uint8Array }, unknown> = { ...payment.Capture, request };
    const input = record([{ name: 'bytes', type: 'bytes' }]) as RecordType<{ readonly bytes: Uint8Array }>;
    const build = () => saga('test', { version: 1, domain: 'orders', input }).step('a', { command, send: (s) => ({ bytes: s.input.bytes }), harmless: true }).build();
    expect(refusal(() => build())).toBe('nothing');
  });
});
