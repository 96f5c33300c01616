import { AvroRecord, codecOf, StateCodec } from '../../../test/support/saga/avro-codec.js';
import { readSchema } from '../../../test/support/saga/schemas.js';
import type { Given } from './spec/given.js';
import { orderPlan, plainRetry } from './spec/order.js';
import { Random } from './spec/random.js';
import { randomRun } from './spec/random-run.js';
import { fromMarker } from './marker.js';
import { fromSnapshot, type SnapshotRecord } from './snapshot.js';
import { statusOf, type SagaState } from './state.js';
import { foldTransition } from './transition.js';
import { fromTransitionRecord, toTransitionRecord, type TransitionRecord } from './transition-record.js';

const SEEDS = 200;
const plan = orderPlan({ reserve: { ...plainRetry, deadline: '90s' }, void: plainRetry });
const states = new StateCodec(plan);
const codec = codecOf(plan);
const transitions = new AvroRecord(readSchema('onward.orders.SagaTransition'));

/** A history as a reader of the topic gets it: through its records' bytes. */
function written(saga: Given): ReturnType<typeof fromTransitionRecord>[] {
  return saga.history.map((transition) => {
    const record = toTransitionRecord(plan, transition, { before: null, after: null }, codec);
    return fromTransitionRecord(transitions.decode(transitions.encode(record)) as TransitionRecord, codec);
  });
}

function reread(state: SagaState): SagaState {
  const bytes = states.encode(state);
  return state.kind === 'open'
    ? fromSnapshot(plan, states.snapshots.decode(bytes) as SnapshotRecord)
    : fromMarker(states.markers.decode(bytes) as Parameters<typeof fromMarker>[0], codec);
}

function kindsOf(saga: Given): string {
  return saga.history.map(({ events }) => events.map(({ kind }) => kind).join(' ')).join('\n');
}

describe('the fold of a history', () => {
  it('is the live state, byte for byte, whatever happened (I4, I9)', () => {
    const endings = new Map<string, number>();
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const live: Buffer[] = [];
      const saga = randomRun(plan, new Random(seed), ({ state }) => {
        if (state !== undefined) live.push(states.encode(state));
      });
      let folded: SagaState | undefined;
      written(saga).forEach((transition, n) => {
        folded = foldTransition(plan, folded, transition);
        const same = live[n]?.equals(states.encode(folded));
        if (same !== true) throw new Error(`Seed ${seed}: transition ${n + 1} folds to another state than the live one.`);
      });
      const ending = saga.status ?? 'none';
      endings.set(ending, (endings.get(ending) ?? 0) + 1);
    }
    // A run that never gets far would prove nothing.
    for (const ending of ['completed', 'compensated', 'stuck']) expect(endings.get(ending)).toBeGreaterThan(SEEDS / 20);
  });

  it('goes on alike from a snapshot that was written and read at any point', () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const undisturbed = randomRun(plan, new Random(seed), () => {});
      const restarted = randomRun(plan, new Random(seed), (saga) => {
        if (saga.state !== undefined) saga.state = reread(saga.state);
      });
      expect({ seed, kinds: kindsOf(restarted) }).toEqual({ seed, kinds: kindsOf(undisturbed) });
      expect(restarted.state && states.encode(restarted.state)).toEqual(undisturbed.state && states.encode(undisturbed.state));
    }
  });
});

describe('whatever happens to a saga', () => {
  it('every command of a client is answered exactly once when the saga has ended (I3)', () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const asked = new Set<string>();
      const answers: string[] = [];
      const saga = randomRun(plan, new Random(seed), ({ effects, events }) => {
        for (const effect of effects) if (effect.kind === 'outcome') answers.push(effect.commandId);
        for (const event of events) if ('commandId' in event) asked.add(event.commandId);
      });
      expect({ seed, repeated: answers.length - new Set(answers).size }).toEqual({ seed, repeated: 0 });
      if (saga.state?.kind === 'closed') expect([...answers].sort()).toEqual([...asked].sort());
    }
  });

  it('a compensated saga has undone, in reverse order, all that was done or may have been', () => {
    let compensated = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const standing: string[] = [];
      const failedUndos = new Set<string>();
      const saga = randomRun(plan, new Random(seed), ({ events }) => {
        for (const event of events) {
          const happened =
            event.kind === 'StepDone' ||
            (event.kind === 'StepFailed' && event.outcome === 'unknown') ||
            (event.kind === 'LateReply' && event.action === 'do' && event.outcome === 'done');
          if (happened && 'step' in event && !standing.includes(event.step)) standing.push(event.step);
          if (event.kind === 'UndoDone') standing.splice(standing.indexOf(event.step), 1);
          if (event.kind === 'UndoFailed') failedUndos.add(event.step);
          if (event.kind === 'CommandSent' && event.action === 'undo') {
            const next = standing.findLast((step) => !failedUndos.has(step));
            if (event.step !== next) throw new Error(`Seed ${seed}: ${event.step} is undone before ${next}.`);
          }
          if (event.kind === 'SagaCompensated') expect({ seed, standing }).toEqual({ seed, standing: [] });
        }
      });
      if (saga.state !== undefined && statusOf(saga.state) === 'compensated') compensated += 1;
    }
    expect(compensated).toBeGreaterThan(SEEDS / 20);
  });
});
