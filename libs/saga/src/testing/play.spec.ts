import { everyConstruct } from '../spec/every-construct.js';
import { fulfillment, Order } from '../spec/contracts.js';
import { order, orderPlan } from '../spec/order.js';
import { begin, look, settlePlan, authorize } from '../spec/steps.js';
import { cancelled, done, failed, noReply, play, rejected, retried } from './index.js';

describe('a play', () => {
  it('goes well when nothing else is said', () => {
    const played = play(orderPlan(), { input: order });
    expect(played).toMatchObject({ outcome: 'completed', failure: null, result: { trackingId: 'trackingId' }, tookMs: 4 });
    expect(played.commands.map(({ step }) => step)).toEqual(['reserve', 'authorize', 'capture', 'ship']);
    expect(played.log).toEqual([
      '+0ms order-1 start → SagaStarted, CommandSent reserve #1',
      '+1ms order-1 reply reserve done → StepDone reserve, CommandSent authorize #1',
      '+2ms order-1 reply authorize done → StepDone authorize, CommandSent capture #1',
      '+3ms order-1 reply capture done → StepDone capture, CommandSent ship #1',
      '+4ms order-1 reply ship done → StepDone ship, SagaCompleted',
    ]);
  });

  it('asks its participants', () => {
    const asked: unknown[] = [];
    const played = play(orderPlan(), {
      input: order,
      participants: {
        'fulfillment.Reserve': (request, { attempt }) => (attempt < 3 ? failed() : done({ reservationId: `r ${request.skus.join()}` })),
        'payment.Authorize': (request, { action }) => {
          asked.push([request, action]);
          return rejected('CARD_DECLINED', { after: '2h' });
        },
        'fulfillment.Release': ({ reservationId }) => (reservationId === 'r a,b' ? done() : rejected()),
      },
    });
    expect(asked).toEqual([[{ orderId: 'order-1', amount: order.total }, 'do']]);
    expect(played).toMatchObject({ outcome: 'compensated', failure: { code: 'ATTEMPT_TIMED_OUT' } });
  });

  it('ends parked where only a person can help, unless one does', () => {
    let refused = true;
    const participants = { 'payment.Capture': () => (refused ? rejected() : done()) };
    expect(play(orderPlan(), { input: order, participants })).toMatchObject({ outcome: 'stuck', failure: { code: 'NO' } });
    const helped = play(orderPlan(), {
      input: order,
      participants: { 'payment.Capture': () => ((refused = !refused), refused ? done() : rejected()) },
      happenings: [{ after: '1d', what: retried('capture', 'card is fine now') }],
    });
    expect(helped).toMatchObject({ outcome: 'completed', tookMs: 86_400_002 });
  });

  it('takes thirty days in no time', () => {
    const month = begin()
      .each('days', () => Array.from({ length: 30 }, (_, day) => day), (day) => day.signal('sign', { of: Order, timeout: { after: '1d', then: 'continue' } }).step('look', { ...look }), { max: 30 })
      .build();
    const played = play(month, { input: order, signals: [{ after: '2d', to: 'days[1].sign' }] });
    expect(played.outcome).toBe('completed');
    expect(Math.round(played.tookMs / 86_400_000)).toBe(30);
    expect(played.commands).toHaveLength(30);
  });

  it('is broken off when its time is up', () => {
    const played = play(orderPlan(), { input: order, participants: { 'fulfillment.Ship': () => noReply() }, until: '3d' });
    expect(played).toMatchObject({ outcome: 'running', state: { active: [{ path: 'ship' }] } });
  });

  it('plays every construct', () => {
    const played = play(everyConstruct, { input: order, signals: [{ after: '1s', to: 'approval', value: order }] });
    expect(played.outcome).toBe('completed');
    expect(play(everyConstruct, { input: order, participants: { 'payment.Capture': () => rejected() }, happenings: [{ after: '3h', what: cancelled() }] }).outcome).toBe('stuck');
  });
});

describe('a play of a child saga', () => {
  const child = begin('child').step('pay', { ...authorize }).build({ result: settlePlan.input, from: (s) => s.input });
  const parent = begin('parent')
    .child('settle', { of: child.contract, input: (s) => ({ ...s.input, orderId: `${s.sagaId}/settle` }), timeout: '1h', undo: { command: fulfillment.Release, send: () => ({ orderId: '', reservationId: null, outcome: '' }) } })
    .step('look', { ...look })
    .build();

  it('plays the child as well', () => {
    const played = play(parent, { input: order, children: { child } });
    expect(played.outcome).toBe('completed');
    expect(played.log).toContain('+1ms order-1/settle start → SagaStarted, CommandSent pay #1');
    const failing = play(parent, { input: order, children: { child }, participants: { 'payment.Authorize': () => rejected('CARD_DECLINED') } });
    expect(failing).toMatchObject({ outcome: 'compensated', failure: { code: 'CARD_DECLINED', step: 'settle' } });
  });

  it('stops it with its parent', () => {
    const played = play(parent, { input: order, children: { child }, participants: { 'payment.Authorize': () => done(undefined, { after: '10s' }) }, happenings: [{ after: '5s', what: cancelled() }] });
    expect(played.outcome).toBe('compensated');
    expect(played.log.join('\n')).toContain('order-1/settle cancel → CancelAccepted, CompensationStarted');
  });

  it('or follows a script of its end', () => {
    expect(play(parent, { input: order, children: { child: rejected('NO') } })).toMatchObject({ outcome: 'compensated', failure: { code: 'NO' } });
    const silent = play(parent, { input: order, children: { child: () => noReply() } });
    expect(silent).toMatchObject({ outcome: 'compensated', failure: { code: 'CHILD_TIMED_OUT' } });
  });
});
