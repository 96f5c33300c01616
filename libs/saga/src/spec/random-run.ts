import type { SagaInput } from '../inputs.js';
import { stepOf, type Plan } from '../plan.js';
import { nextDueMs } from '../state.js';
import { cancel, done, failed, Given, rejected, start } from './given.js';
import type { Random } from './random.js';

/**
 * A saga run by chance: mostly what would happen next, and in between everything that can go wrong with it. Runs until
 * the saga has ended and three more inputs have come, or for 80 inputs.
 */
export function randomRun(plan: Plan, random: Random, each: (saga: Given) => void): Given {
  const saga = new Given(plan);
  let commands = 1;
  let afterEnd = 0;
  // Some runs go well and some badly: both ends of a saga have to be reached.
  const luck = random.pick([0.3, 0.6, 0.95]);
  saga.when(start());
  each(saga);
  for (let n = 0; n < 80 && afterEnd < 3; n += 1) {
    saga.nowMs += random.below(3_000);
    saga.when(randomInput(saga, random, luck, () => `c${(commands += 1)}`));
    each(saga);
    if (saga.state?.kind === 'closed') afterEnd += 1;
  }
  return saga;
}

function randomInput(saga: Given, random: Random, luck: number, nextId: () => string): SagaInput {
  const chance = random.next();
  const active = saga.state?.kind === 'open' ? saga.state.active[0] : undefined;
  if (chance < 0.03) return start(random.pick([nextId(), 'c1']));
  if (chance < 0.05) return start(nextId(), { startHash: new Uint8Array(32) });
  if (chance < 0.07) return cancel(random.pick([nextId(), 'c1']));
  if (chance < 0.15 && saga.state !== undefined) {
    saga.nowMs = Math.max(saga.nowMs, (nextDueMs(saga.state) ?? 0) - random.below(2));
    return { kind: 'timer', sagaId: 'order-1' };
  }
  const anyStep = random.pick(saga.plan.steps.map(({ id }) => id));
  const strays = chance < 0.3 || active === undefined;
  const step = strays ? anyStep : active.step;
  const action = strays ? random.pick(['do', 'undo'] as const) : active.action;
  const attempt = strays ? 1 + random.below(4) : active.attempt;
  const known = action === 'do' || stepOf(saga.plan, step)?.undo !== null;
  if (known && random.next() < (strays ? luck / 6 : luck)) return done(step, action, attempt);
  return random.next() < 0.7 ? failed(step, action, attempt) : rejected(step, action, attempt);
}
