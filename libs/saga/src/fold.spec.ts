import { AvroRecord, codecOf, StateCodec } from '../../../test/support/saga/avro-codec.js';
import { readSchema } from '../../../test/support/saga/schemas.js';
import type { Plan } from './plan/plan.js';
import { fromMarker } from './records/marker.js';
import { fromSnapshot } from './records/from-snapshot.js';
import type { SnapshotRecord } from './records/snapshot-record.js';
import { fromTransitionRecord, toTransitionRecord, type TransitionRecord } from './records/transition-record.js';
import { everyConstruct, everyConstructNext } from './spec/every-construct.js';
import { orderPlan, plainRetry } from './spec/order.js';
import { policies } from './spec/policies.js';
import { Random } from './spec/random.js';
import { bringToEnd, randomRun, type Observer } from './spec/random-run.js';
import type { SagaState } from './state.js';
import type { SagaUnderTest } from './testing/index.js';
import { foldTransition, type Transition } from './transition.js';

const SEEDS = 100;
const order = orderPlan({ reserve: { ...plainRetry, deadline: '90s' }, void: plainRetry });
/** Plans to run, with the version their sagas may be taken to. */
const PLANS: readonly (readonly [name: string, plan: Plan, next: Plan | undefined])[] = [
  ['a row of steps', order, undefined],
  ['every construct, and a migration', everyConstruct, everyConstructNext],
  ['policies and children', policies, undefined],
];

function run(plan: Plan, next: Plan | undefined, seed: number, each: Observer = () => undefined): SagaUnderTest {
  const saga = randomRun(plan, new Random(seed), each, next);
  bringToEnd(saga, each);
  return saga;
}

/** Seeds are run in turn; an error says which one it was. */
function everySeed(check: (seed: number) => void): void {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    try {
      check(seed);
    } catch (error) {
      throw new Error(`Seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
}

describe.each(PLANS)('sagas of %s, run by chance', (_, plan, next) => {
  const plans = next === undefined ? [plan] : [plan, next];
  const planOf = (version: number): Plan => plans.find((candidate) => candidate.version === version) ?? plan;
  const codecs = new Map(plans.map((candidate) => [candidate.version, new StateCodec(candidate)]));
  const encode = (state: SagaState): Buffer => codecs.get(state.planVersion)!.encode(state);
  const values = codecOf(...plans);
  const transitions = new AvroRecord(readSchema('onward.orders.SagaTransition'));

  /** A transition as a reader of the topic gets it: through its record's bytes. */
  function written(transition: Transition): Transition {
    const of = planOf(transition.planVersion);
    const record = toTransitionRecord(of, transition, { before: null, after: null }, values);
    return fromTransitionRecord(of, transitions.decode(transitions.encode(record)) as TransitionRecord, values);
  }

  function reread(state: SagaState): SagaState {
    const codec = codecs.get(state.planVersion)!;
    const bytes = codec.encode(state);
    return state.kind === 'open'
      ? fromSnapshot(planOf(state.planVersion), codec.snapshots.decode(bytes) as SnapshotRecord, codec.values)
      : fromMarker(codec.markers.decode(bytes) as Parameters<typeof fromMarker>[0], codec.values);
  }

  it('are what their histories fold to, byte for byte, whatever happened (I4, I9)', () => {
    const endings = new Map<string, number>();
    everySeed((seed) => {
      const live: Buffer[] = [];
      const saga = run(plan, next, seed, ({ state }) => {
        if (state !== undefined) live.push(encode(state));
      });
      let folded: SagaState | undefined;
      let plainly: SagaState | undefined;
      saga.history.forEach((transition, n) => {
        plainly = foldTransition(planOf(transition.planVersion), plainly, transition);
        folded = foldTransition(planOf(transition.planVersion), folded, written(transition));
        if (live[n]?.equals(encode(folded)) !== true) throw new Error(`Transition ${n + 1} folds to another state than the live one.`);
      });
      expect(plainly).toEqual(saga.state);
      if (saga.status !== undefined) endings.set(saga.status, (endings.get(saga.status) ?? 0) + 1);
    });
    // Runs that all end alike would prove nothing.
    for (const ending of ['completed', 'compensated', 'terminated']) expect({ ending, times: endings.get(ending) }).toEqual({ ending, times: expect.any(Number) });
  });

  it('go on alike from a snapshot that was written and read at any point', () => {
    everySeed((seed) => {
      const undisturbed = run(plan, next, seed);
      const restarted = run(plan, next, seed, (saga) => {
        if (saga.state !== undefined) saga.state = reread(saga.state);
      });
      expect(restarted.history.map(({ events }) => events.map(({ kind }) => kind))).toEqual(undisturbed.history.map(({ events }) => events.map(({ kind }) => kind)));
      expect(restarted.state && encode(restarted.state)).toEqual(undisturbed.state && encode(undisturbed.state));
    });
  });

  it('stand somewhere, and wait for something or a person, after every input', () => {
    everySeed((seed) => {
      run(plan, next, seed, ({ state }, input) => {
        if (state?.kind !== 'open') return;
        const places = [...state.active.map(({ path, action }) => `${action} ${path}`), ...state.undo.map(({ path }) => path), ...state.loops.map(({ path }) => `loop ${path}`)];
        expect({ input, repeated: places.filter((place, n) => places.indexOf(place) !== n) }).toEqual({ input, repeated: [] });
        const waits = state.active.some(({ phase }) => phase !== 'failed' && phase !== 'ready');
        if (!waits && state.stuck === null) throw new Error(`After ${input.kind} nobody moves it: ${JSON.stringify(state.active)}`);
        if (state.compensating !== null && state.active.some(({ phase }) => phase === 'failed' || phase === 'ready' || phase === 'child')) throw new Error('It goes back, and has not dropped what it was at.');
      });
    });
  });

  it('leave no child running that nobody told to stop', () => {
    everySeed((seed) => {
      const running = new Map<string, { readonly step: string; readonly attempts: number[] }>();
      run(plan, next, seed, ({ effects, events, plan: runs }, input) => {
        if (input.kind === 'reply' && input.action === 'do') {
          for (const [id, { step, attempts }] of running) if (step === input.step && attempts.includes(input.attempt)) running.delete(id);
        }
        for (const effect of effects) {
          if (effect.kind === 'command' && effect.childSagaId !== null) {
            const child = running.get(effect.childSagaId) ?? { step: effect.step, attempts: [] };
            child.attempts.push(effect.attempt);
            running.set(effect.childSagaId, child);
          } else if (effect.kind === 'childStop') running.delete(effect.childSagaId);
        }
        if (!events.some(({ kind }) => kind === 'SagaCompensated' || kind === 'SagaTerminated' || kind === 'SagaCompleted')) return;
        const abandoned = runs.nodes.flatMap((node) => (node.kind === 'child' && node.parentClose === 'abandon' ? [node.path] : []));
        expect([...running.values()].filter(({ step }) => !abandoned.includes(step))).toEqual([]);
      });
    });
  });

  it('can all be brought to an end', () => {
    everySeed((seed) => expect(run(plan, next, seed).state).toMatchObject({ kind: 'closed' }));
  });

  it('answer every command of a client exactly once (I3)', () => {
    everySeed((seed) => {
      const asked = new Set<string>();
      const answers: string[] = [];
      run(plan, next, seed, ({ effects, events }) => {
        for (const effect of effects) if (effect.kind === 'outcome') answers.push(effect.commandId);
        for (const event of events) {
          if (event.kind === 'SagaStarted' || event.kind === 'StartRepeated' || event.kind === 'CommandRefused' || (event.kind === 'CancelAccepted' && event.by !== 'parent')) asked.add(event.commandId);
        }
      });
      expect([...new Set(answers)].sort()).toEqual([...asked].sort());
    });
  });

  it('undo in reverse order all that was done, and leave nothing that may have been', () => {
    let compensated = 0;
    everySeed((seed) => {
      const standing: string[] = [];
      const parked = new Set<string>();
      const underWay = new Set<string>();
      const saga = run(plan, next, seed, ({ events, state }) => {
        for (const event of events) {
          const step = 'step' in event && event.step !== null ? event.step : '';
          if (event.kind === 'UndoDone' || (event.kind === 'StepSkipped' && event.action === 'undo')) standing.splice(standing.indexOf(step), 1);
          if (event.kind === 'UndoFailed') parked.add(step);
          if (event.kind === 'StepRetried' || event.kind === 'StepEdited') parked.delete(step);
          if (event.kind === 'UndoDone' || event.kind === 'UndoFailed') underWay.delete(step);
          // An undo that is under way already goes on, whatever turns out to be done meanwhile.
          if (event.kind === 'CommandSent' && event.action === 'undo' && !underWay.has(step)) {
            underWay.add(step);
            const last = standing.findLast((done) => !parked.has(done));
            if (last !== undefined && standing.includes(step) && step !== last) throw new Error(`${step} is undone before ${last}.`);
          }
          if (event.kind === 'SagaCompensated') {
            compensated += 1;
            expect(standing).toEqual([]);
          }
        }
        if (state?.kind === 'open' && !state.pastPivot) {
          const done = state.undo.filter(({ outcome }) => outcome === 'done').map(({ path }) => path);
          for (const path of done) if (!standing.includes(path)) standing.push(path);
        }
      });
      expect(saga.state?.kind).toBe('closed');
    });
    expect(compensated).toBeGreaterThan(SEEDS / 20);
  });

  it('ask under a new key only when the old one has done nothing', () => {
    everySeed((seed) => {
      /** Keys by step and action, the newest last, with the attempts that may have worked. */
      const keys = new Map<string, { readonly key: string; readonly attempts: number[]; readonly open: Set<number> }[]>();
      run(plan, next, seed, ({ effects }, input) => {
        if (input.kind === 'reply' && input.reply.outcome !== 'done') {
          const sent = keys.get(`${input.action} ${input.step}`) ?? [];
          const current = sent.find(({ attempts }) => attempts.includes(input.attempt));
          if (input.reply.outcome === 'rejected') current?.open.clear();
          else current?.open.delete(input.attempt);
        }
        for (const effect of effects) {
          if (effect.kind !== 'command') continue;
          const place = `${effect.action} ${effect.step}`;
          const sent = keys.get(place) ?? [];
          keys.set(place, sent);
          const last = sent.at(-1);
          if (last?.key === effect.idempotencyKey) {
            last.attempts.push(effect.attempt);
            last.open.add(effect.attempt);
          } else {
            const before = sent.find(({ open }) => open.size > 0);
            if (before !== undefined) throw new Error(`${effect.idempotencyKey} is sent while ${before.key} may have worked.`);
            sent.push({ key: effect.idempotencyKey, attempts: [effect.attempt], open: new Set([effect.attempt]) });
          }
        }
      });
    });
  });
});
