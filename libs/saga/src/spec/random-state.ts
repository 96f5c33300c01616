import type { Failure } from '../failure.js';
import type { Path } from '../plan/place.js';
import type { Plan } from '../plan/plan.js';
import type { Activity, OpenSaga, Phase, UndoEntry } from '../state.js';
import type { Random } from './random.js';

const BEGIN_MS = Date.UTC(2026, 0, 1);

const PHASES: readonly Phase[] = ['ready', 'sent', 'waiting', 'sleeping', 'listening', 'child', 'closing', 'failed'];

/** A failure tree made by chance. */
export function randomFailure(random: Random, depth = 2): Failure {
  return {
    code: random.pick(['AWAY', 'NO']),
    message: 'It did not work.',
    kind: random.pick(['rejected', 'failed', 'timeout']),
    step: random.pick([null, 'reserve']),
    attempt: random.pick([null, 3]),
    participant: random.pick([null, 'payment']),
    causes: depth === 0 ? [] : Array.from({ length: random.below(3) }, () => randomFailure(random, depth - 1)),
  };
}

/**
 * A state made by chance, of any shape that a saga of the plan can have, and many that it never has.
 *
 * @param recorded - what the plan may have recorded, by id, its values as {@link Leaf}; parts are left out now and then
 */
export function randomState(plan: Plan, recorded: Readonly<Record<string, unknown>>, random: Random): OpenSaga {
  const input = (recorded['input'] as Leaf).value;
  const order = { type: plan.input.name, value: input };
  const paths = plan.nodes.flatMap(({ path, kind }) => {
    const here = path.replace(/\[\]/g, () => `[${random.below(200)}]`);
    return kind === 'each' ? [here, `${here}[${random.below(3)}]`] : [here];
  });
  const timeMs = (): number | null => random.pick([null, BEGIN_MS + random.below(1e9)]);
  const few = <T>(make: () => T): T[] => Array.from({ length: random.below(4) }, make);
  const path = (): Path => random.pick(paths);
  const activity = (): Activity => {
    const plain = random.next() < 0.5;
    return {
      path: path(),
      action: random.pick(['do', 'undo']),
      phase: random.pick(PHASES),
      attempt: random.below(100),
      firstAttempt: plain ? 1 : random.below(5),
      edit: plain ? 0 : random.below(3),
      edited: plain ? null : random.pick([null, order]),
      sentAs: plain ? null : random.pick([null, 'old.place']),
      dueAtMs: timeMs(),
      deadlineAtMs: timeMs(),
      unknown: random.pick([true, false]),
      causes: plain ? [] : few(() => randomFailure(random)),
      failure: plain ? null : random.pick([null, randomFailure(random)]),
    };
  };
  const undo = (): UndoEntry => {
    const plain = random.next() < 0.5;
    return {
      path: path(),
      outcome: random.pick(['pending', 'done', 'unknown', 'notDone']),
      doEdit: plain ? 0 : random.below(3),
      failure: plain ? null : random.pick([null, randomFailure(random)]),
      attempt: plain ? 0 : random.below(9),
      edit: plain ? 0 : random.below(3),
      edited: plain ? null : random.pick([null, order]),
      sentAs: plain ? null : random.pick([null, 'old.place']),
    };
  };
  const parent = { domain: 'orders', sagaId: 'parent-1', step: 'parcels[2].settle', attempt: 1, idempotencyKey: 'orders/parent-1/settle/do/0' };
  return {
    kind: 'open',
    sagaId: 'order-1',
    sagaType: plan.name,
    planVersion: plan.version,
    sequence: 1 + random.below(1e6),
    startedAtMs: BEGIN_MS,
    lastAtMs: BEGIN_MS + random.below(1e9),
    startHash: new Uint8Array(32).fill(random.below(256)),
    commandIds: ['c1', ...few(() => `c${random.below(99)}`)],
    seenIds: few(() => `s${random.below(99)}`),
    parent: random.pick([null, parent]),
    pastPivot: random.pick([true, false]),
    data: { ...(thinned(recorded, random) as object), input },
    active: few(activity),
    loops: few(() => ({ path: path(), count: random.below(10) })),
    undo: few(undo),
    earlySignals: few(() => ({ id: `e${random.below(99)}`, value: order })),
    compensating: random.pick([null, randomFailure(random)]),
    stuck: random.pick([null, randomFailure(random)]),
    deferred: few(() => Uint8Array.of(random.below(256), 1, 2)),
  };
}

/** Leaves parts out by chance: a saga has recorded some of its plan's results. Lists may have holes: what late replies leave. */
function thinned(recorded: unknown, random: Random): unknown {
  if (Array.isArray(recorded)) {
    const items: unknown[] = new Array<unknown>(recorded.length);
    recorded.forEach((item, index) => {
      if (random.next() < 0.9) items[index] = thinned(item, random);
    });
    return items;
  }
  if (typeof recorded !== 'object' || recorded === null) return recorded;
  const kept = Object.entries(recorded).filter(() => random.next() < 0.8);
  return Object.fromEntries(kept.map(([id, part]) => [id, part instanceof Leaf ? part.value : thinned(part, random)]));
}

/** Marks a recorded value, of which nothing is left out. */
export class Leaf {
  constructor(readonly value: unknown) {}
}
