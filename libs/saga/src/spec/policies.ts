import type { Failure } from '../failure.js';
import type { FailureChoice, ParentClose } from '../plan/plan.js';
import { Order } from './contracts.js';
import { order } from './order.js';
import { authorize, begin, look, reserve, settlePlan, ship } from './steps.js';

/** Chooses by the failure's code, of a block by those of its branches. */
function byCode({ code, causes }: Failure): FailureChoice {
  const codes = code === 'BRANCHES_FAILED' ? causes.map((cause) => cause.code) : [code];
  if (codes.includes('AGAIN') || codes.includes('CHILD_TIMED_OUT')) return 'retry';
  return codes.includes('WITHOUT') ? 'continue' : 'compensate';
}

const settle = (onParentClose: ParentClose) => ({
  of: settlePlan.contract,
  input: () => order,
  onParentClose,
  timeout: '1m' as const,
  undo: { ...authorize.undo },
});

/** A plan in which much can go wrong: steps and blocks with policies, children with every way to close them. */
export const policies = begin('policies')
  .step('first', { ...reserve, onFailure: byCode })
  .parallel(
    'some',
    (some) =>
      some
        .branch('a', { ...authorize })
        .branch('b', (b) =>
          b
            .step('hold', { ...reserve })
            .parallel('inner', (inner) => inner.branch('x', { ...look }).branch('y', (y) => y.step('pay', { ...authorize, onFailure: byCode }).step('more', { ...reserve })), { onFailure: byCode })
            .each('parts', (s) => s.input.skus, (part) => part.step('pack', { ...reserve }), { max: 3 }),
        )
        .branch('c', (c) => c.signal('go', { of: Order, judge: ({ orderId }) => (orderId === 'refuse' ? 'refuse' : orderId === 'ignore' ? 'ignore' : 'take'), timeout: { after: '10s', then: 'compensate' } })),
    { onFailure: byCode },
  )
  .parallel('children', (children) =>
    children
      .branch('one', (one) => one.child('settle', settle('compensate')))
      .branch('two', (two) => two.child('settle', { ...settle('cancel'), onFailure: byCode }))
      .branch('three', (three) => three.child('settle', settle('abandon')))
      .branch('four', (four) => four.child('settle', { ...settle('terminate'), onFailure: byCode })),
  )
  .pivot()
  .child('last', { of: settlePlan.contract, input: () => order, timeout: '1m', onFailure: byCode })
  .parallel('end', (end) => end.branch('l', { ...ship }).branch('r', (r) => r.step('ship', { ...ship, retry: { ...look.retry }, onFailure: byCode }).sleep('nap', '1s')))
  .build();
