import { authorize, begin, look, reserve, settlePlan } from '../spec/steps.js';
import { order } from '../spec/order.js';
import { cancelled, given, replied, retried, started, undoReplied, type SagaUnderTest } from '../testing/index.js';

const SETTLE = 'both.paying.settle';
const plan = () =>
  begin()
    .step('reserve', { ...reserve })
    .parallel('both', (both) =>
      both
        .branch('paying', (paying) => paying.child('settle', { of: settlePlan.contract, input: (s) => s.input, timeout: '1h', undo: { ...authorize.undo } }))
        .branch('other', { ...authorize }),
    )
    .step('last', { ...look })
    .build();
const running = (): SagaUnderTest => given(plan(), started(order), replied.done('reserve'), replied.done('both.other'));
const stops = ({ effects }: SagaUnderTest): string[] => effects.flatMap((effect) => (effect.kind === 'childStop' ? [`${effect.how} ${effect.childSagaId}`] : []));

describe('a child whose answer is lost or of another type', () => {
  const wrong = { kind: 'reply', sagaId: 'order-1', participant: 'orders', step: SETTLE, action: 'do', attempt: 1, reply: { outcome: 'done', value: { type: 'onward.test.Other', value: {} } } } as const;

  it('parks its place, where a person sees it', () => {
    const saga = running().when(wrong);
    saga.then({ kind: 'StepFailed', outcome: 'unknown', failure: { code: 'REPLY_TYPE_WRONG', kind: 'threw' } }, 'SagaStuck');
    expect(saga.when(wrong).kinds).toEqual(['InputIgnored']);
  });

  it('is not told to stop any more, and is undone without its result', () => {
    const saga = running().when(wrong, cancelled());
    expect(stops(saga)).toEqual([]);
    for (const back of [saga, running().when(cancelled(), wrong)]) {
      back.when(undoReplied.done('both.other'));
      expect(back.effects).toMatchObject([{ action: 'undo', step: SETTLE, value: { value: { outcome: 'unknown' } } }]);
    }
  });

  it('is asked again by an operator who names it: the same saga answers once more', () => {
    const saga = running().when(retried(SETTLE));
    expect(saga.kinds).toEqual(['OperatorActed', 'StepRetried', 'CommandSent']);
    expect(saga.effects).toMatchObject([{ kind: 'command', childSagaId: `order-1/${SETTLE}`, idempotencyKey: `orders/order-1/${SETTLE}/do/0`, attempt: 2 }]);
    expect(saga.when(replied.rejected(SETTLE, 'CARD_DECLINED', { attempt: 1 })).kinds).toContain('CompensationStarted');
    expect(running().when(retried()).answered).toEqual(['c2 NOTHING_PARKED']);
  });
});
