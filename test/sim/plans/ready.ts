import { enrollment, hello, placeOrder, placeOrderV1, settlePayment } from '../../../services/orchestrator/src/sagas/index.js';
import type { Plan } from '@onward/saga';
import type { BlockSpec, PlanSpec, StepSpec } from './spec.js';

const step = (id: string, participant: StepSpec['participant'], more: Partial<StepSpec> = {}): StepSpec => ({
  kind: 'step',
  id,
  participant,
  amount: 0,
  retry: 'untilDone',
  throwsAt: null,
  undo: null,
  harmless: more.undo === undefined,
  pivot: false,
  onFailure: null,
  ...more,
});
const undoneBy = (participant: StepSpec['participant']): Partial<StepSpec> => ({ undo: { participant, retry: 'untilDone' } });
const forward = { harmless: false, undo: null } as const;

/** The ready sagas as the checker reads them: written down by hand, beside their definitions and not from them. */
const SPECS: readonly (Omit<PlanSpec, 'input'> & { readonly plan: Plan })[] = [
  spec(settlePayment, true, [step('authorize', 'payment', undoneBy('payment')), step('capture', 'payment', { ...forward, pivot: true })]),
  spec(hello, false, [step('greet', 'customers')]),
  spec(enrollment, false, [
    step('open', 'customers', undoneBy('customers')),
    step('ask', 'customers'),
    {
      kind: 'each',
      id: 'weeks',
      take: 4,
      fixed: true,
      untilItem: 'any',
      block: [
        { kind: 'signal', id: 'verified', of: 'onward.orders.EmailVerified', judges: false, timeout: { ms: 7 * 86_400_000, then: 'continue' } },
        { kind: 'when', id: 'answered', test: null, then: [step('activate', 'customers', { onFailure: 'byCause' })], otherwise: [step('remind', 'customers')] },
      ],
    },
    {
      kind: 'when',
      id: 'inactive',
      test: null,
      then: [{ kind: 'signal', id: 'lastCall', of: 'onward.orders.EmailVerified', judges: false, timeout: { ms: 2 * 86_400_000, then: 'compensate' } }, step('activateLast', 'customers')],
      otherwise: null,
    },
    step('welcome', 'customers', { ...forward, pivot: true, onFailure: 'continue' }),
  ]),
  spec(placeOrderV1, false, [
    step('reserve', 'fulfillment', undoneBy('fulfillment')),
    step('authorize', 'payment', undoneBy('payment')),
    step('capture', 'payment', { ...forward, pivot: true }),
    step('ship', 'fulfillment', forward),
  ]),
  {
    ...spec(placeOrder, false, [
      step('reserve', 'fulfillment', undoneBy('fulfillment')),
      {
        kind: 'parallel',
        id: 'checks',
        onFailure: null,
        branches: [
          { id: 'fraud', step: step('fraud', 'payment'), block: [] },
          { id: 'quote', step: step('quote', 'fulfillment'), block: [] },
        ],
      },
      {
        kind: 'when',
        id: 'risky',
        test: null,
        then: [{ kind: 'signal', id: 'approval', of: 'onward.orders.ManualApproval', judges: true, timeout: { ms: 86_400_000, then: 'compensate' } }],
        otherwise: null,
      },
      { kind: 'sleep', id: 'grace', ms: 15 * 60_000, computed: false },
      { kind: 'child', id: 'settle', of: 'settle-payment', parentClose: 'compensate', timeoutMs: null, undo: { participant: 'payment', retry: 'untilDone' }, harmless: false, pivot: false, onFailure: null },
      step('ship', 'fulfillment', { ...forward, pivot: true }),
    ]),
    from: { version: 1, cursor: {} },
  },
];

function spec(plan: Plan, asChild: boolean, block: BlockSpec): Omit<PlanSpec, 'input'> & { readonly plan: Plan } {
  return { name: plan.name, version: plan.version, block, asChild, plan };
}

/** The sagas that come with the suite, with what the checker knows of them. */
export const readySagas: readonly { readonly spec: PlanSpec; readonly plan: Plan }[] = SPECS.map(({ plan, ...rest }) => ({ plan, spec: { ...rest, input: plan.input.name } }));
