import type { SagaInput } from '../inputs.js';
import type { Plan } from '../plan/plan.js';
import { nextDueMs, type Activity, type OpenSaga } from '../state.js';
import { cancelled, edited, given, migrated, replied, retried, signalled, skipped, started, terminated, type Happening, type SagaUnderTest } from '../testing/index.js';
import { order } from './order.js';
import type { Random } from './random.js';

/** Called with the saga after every input, and the input. */
export type Observer = (saga: SagaUnderTest, input: SagaInput) => void;

const CODES = ['NO', 'AGAIN', 'WITHOUT'];
const timer: Happening = ({ sagaId }) => [{ kind: 'timer', sagaId }];

/**
 * A saga run by chance: mostly what would happen next, and in between everything that can go wrong with it. Runs until the
 * saga has ended and three more inputs have come, or for 150 inputs.
 *
 * @param next - another version of the plan, to which the saga may be taken
 */
export function randomRun(plan: Plan, random: Random, each: Observer, next?: Plan): SagaUnderTest {
  const saga = given(plan);
  const inputs: SagaInput[] = [];
  let afterEnd = 0;
  // Some runs go well and some badly: every end of a saga has to be reached.
  const luck = random.pick([0.3, 0.6, 0.9, 0.99]);
  take(saga, started(order), inputs, each);
  for (let n = 0; n < 150 && afterEnd < 3; n += 1) {
    saga.nowMs += random.below(300);
    const again = random.next() < 0.05 ? random.pick(inputs) : undefined;
    take(saga, again ?? happening(saga, random, luck, next), inputs, each);
    if (saga.state?.kind === 'closed') afterEnd += 1;
  }
  return saga;
}

/** Brings a saga to its end by what would happen next if all went well, a person helping where it is parked. */
export function bringToEnd(saga: SagaUnderTest, each: Observer): void {
  for (let n = 0; n < 300 && saga.state?.kind === 'open'; n += 1) {
    const { active, stuck, undo } = saga.state;
    const [first] = active.filter(({ phase }) => phase !== 'failed');
    const parked = active.find(({ phase }) => phase === 'failed');
    const broken = undo.find(({ failure }) => failure !== null);
    const unmovable = n > 200 && parked !== undefined;
    const fair =
      first !== undefined ? expected(saga, first) : unmovable ? skipped(parked.path, 'never mind') : broken !== undefined && n > 200 ? skipped(broken.path, 'never mind', { action: 'undo' }) : retried();
    if (first === undefined && parked === undefined && broken === undefined && stuck === null) return;
    // A result that cannot be made without what was left out leaves nothing to try.
    const hopeless = n > 200 && active.length === 0 && broken === undefined;
    take(saga, hopeless ? terminated('no result') : fair, [], each);
  }
}

function expected(saga: SagaUnderTest, { path, action, phase }: Activity): Happening {
  if (phase === 'sent' || phase === 'child' || phase === 'closing') return replied.done(path, undefined, { action });
  if (phase === 'listening') return signalled(path, order);
  saga.nowMs = Math.max(saga.nowMs, (saga.state === undefined ? undefined : nextDueMs(saga.state)) ?? 0);
  return timer;
}

function take(saga: SagaUnderTest, happening: Happening, inputs: SagaInput[], each: Observer): void {
  const [input] = typeof happening === 'function' ? [...happening(saga)] : [happening];
  if (input === undefined) return;
  inputs.push(input);
  saga.when(input);
  each(saga, input);
}

function happening(saga: SagaUnderTest, random: Random, luck: number, next: Plan | undefined): Happening {
  const chance = random.next();
  if (chance < 0.02) return started(order, random.next() < 0.5 ? {} : { startHash: new Uint8Array(3) });
  if (chance < 0.03) return cancelled('chance', { by: random.pick(['client', 'operator', 'parent']) });
  if (chance < 0.033) return terminated('chance');
  if (chance < 0.05 && next !== undefined) return migrated(next);
  if (chance < 0.08) return signalled('onward.test.Order', { ...order, orderId: random.pick(['ignore', 'refuse', 'take']) });
  if (chance < 0.12 && saga.state !== undefined) {
    saga.nowMs = Math.max(saga.nowMs, (nextDueMs(saga.state) ?? 0) - random.below(2));
    return timer;
  }
  const open = saga.state?.kind === 'open' ? saga.state : undefined;
  if (open === undefined || chance < 0.22) return stray(saga, random);
  return likely(saga, open, random, luck);
}

function likely(saga: SagaUnderTest, open: OpenSaga, random: Random, luck: number): Happening {
  const activity = open.active.length === 0 ? undefined : random.pick(open.active);
  if (activity === undefined || activity.phase === 'failed') {
    const undo = open.undo.filter(({ failure }) => failure !== null);
    const chance = random.next();
    if (chance < 0.5) return retried(random.pick([null, activity?.path ?? null]));
    if (activity !== undefined) return chance < 0.8 ? skipped(activity.path, 'chance') : edited(activity.path, undefined, 'chance');
    if (undo.length === 0) return retried();
    const { path } = random.pick(undo);
    return chance < 0.7 ? skipped(path, 'chance', { action: 'undo' }) : edited(path, undefined, 'chance', { action: 'undo' });
  }
  const { path, action, attempt } = activity;
  const oversize = random.next() < 0.02 ? { oversize: { bytes: 2, bytesMax: 1 } } : {};
  if (random.next() < luck) return activity.phase === 'listening' ? signalled(path, { ...order, orderId: random.pick(['take', 'refuse']) }) : { ...one(saga, expected(saga, activity)), ...oversize };
  const chance = random.next();
  if (chance < 0.3) {
    saga.nowMs = Math.max(saga.nowMs, nextDueMs(open) ?? 0);
    return timer;
  }
  return chance < 0.65 ? replied.failed(path, random.pick(CODES), { action, attempt }) : replied.rejected(path, random.pick(CODES), { action, attempt });
}

/** A reply that nobody asked for, or an old one. */
function stray({ plan }: SagaUnderTest, random: Random): Happening {
  const step = random.pick(plan.nodes).path.replaceAll('[]', () => `[${random.below(2)}]`);
  const options = { action: random.pick(['do', 'undo'] as const), attempt: 1 + random.below(3) };
  const chance = random.next();
  if (chance < 0.2) return replied.done(step, undefined, options);
  return chance < 0.7 ? replied.failed(step, random.pick(CODES), options) : replied.rejected(step, random.pick(CODES), options);
}

function one(saga: SagaUnderTest, happening: Happening): SagaInput {
  const [input] = typeof happening === 'function' ? [...happening(saga)] : [happening];
  if (input === undefined) throw new TypeError('Nothing happens.');
  return input;
}
