import type { Plan } from '../plan/plan.js';
import type { Transition } from '../transition.js';
import { SagaUnderTest, type Happening } from './saga-under-test.js';

/**
 * A saga to which things have happened, or whose recorded history is at hand:
 *
 * ```ts
 * given(placeOrder, started(order), replied.done('reserve'))
 *   .when(replied.rejected('authorize', 'CARD_DECLINED'))
 *   .then('StepFailed', 'CompensationStarted', { kind: 'CommandSent', step: 'reserve', action: 'undo' });
 * ```
 */
export function given(plan: Plan, ...past: readonly (Happening | readonly Transition[])[]): SagaUnderTest {
  const saga = new SagaUnderTest(plan);
  for (const part of past) {
    if (isHistory(part)) saga.follow(part);
    else saga.when(part);
  }
  return saga;
}

function isHistory(part: Happening | readonly Transition[]): part is readonly Transition[] {
  return Array.isArray(part);
}
