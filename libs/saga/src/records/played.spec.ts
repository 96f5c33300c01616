import { isDeepStrictEqual } from 'node:util';
import { AvroRecord, codecOf, StateCodec } from '../../../../test/support/saga/avro-codec.js';
import { plain } from '../../../../test/support/saga/plain.js';
import { readSchema } from '../../../../test/support/saga/schemas.js';
import type { Plan } from '../plan/plan.js';
import { everyConstruct, everyConstructNext } from '../spec/every-construct.js';
import { RandomPlay } from '../spec/random-play.js';
import { Random } from '../spec/random.js';
import { statusOf, type SagaState } from '../state.js';
import { foldTransition, type Transition } from '../transition.js';
import { EVENT_KINDS } from './event-forms.js';
import { fromSnapshot } from './from-snapshot.js';
import { fromMarker, type ClosedSagaRecord } from './marker.js';
import type { SnapshotRecord } from './snapshot-record.js';
import { fromTransitionRecord, toTransitionRecord, type TransitionRecord } from './transition-record.js';

const SEEDS = 120;
/** Events that take a command whose answer is an outcome. */
const ANSWERED: ReadonlySet<string> = new Set(['SagaStarted', 'StartRepeated', 'CancelAccepted', 'CommandRefused']);
const codec = codecOf(everyConstruct, everyConstructNext);
const states = new Map([everyConstruct, everyConstructNext].map((plan: Plan) => [plan.version, new StateCodec(plan, codec)]));
const transitions = new AvroRecord(readSchema('onward.orders.SagaTransition'));

function codecAt(version: number): StateCodec {
  const found = states.get(version);
  if (found === undefined) throw new Error(`No plan has the version ${version}.`);
  return found;
}

function reread(state: SagaState): SagaState {
  const { plan, snapshots, markers } = codecAt(state.planVersion);
  const bytes = codecAt(state.planVersion).encode(state);
  return state.kind === 'open'
    ? fromSnapshot(plan, snapshots.decode(bytes) as SnapshotRecord, codec)
    : fromMarker(markers.decode(bytes) as ClosedSagaRecord, codec);
}

function written(transition: Transition): Transition {
  const { plan } = codecAt(transition.planVersion);
  const bytes = transitions.encode(toTransitionRecord(plan, transition, { before: null, after: null }, codec));
  return fromTransitionRecord(plan, transitions.decode(bytes) as TransitionRecord, codec);
}

function play(seed: number, each: (play: RandomPlay, transition: Transition) => void): RandomPlay {
  const played = new RandomPlay(everyConstruct, everyConstructNext, new Random(seed));
  played.run((transition) => each(played, transition));
  return played;
}

describe('a saga with every construct, whatever happens to it', () => {
  it('has states that its snapshots and markers bring back, and a history that folds to them (I4, I9)', () => {
    const kinds = new Set<string>();
    const endings = new Map<string, number>();
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      let folded: SagaState | undefined;
      const { state } = play(seed, ({ state: live }, transition) => {
        if (live === undefined) return;
        folded = foldTransition(codecAt(transition.planVersion).plan, folded, written(transition));
        for (const [how, other] of [['read', reread(live)], ['folded', folded]] as const) {
          if (isDeepStrictEqual(plain(other), plain(live))) continue;
          // What differs is shown by the comparison that is too slow to be made every time.
          expect({ seed, sequence: live.sequence, [how]: plain(other) }).toStrictEqual({ seed, sequence: live.sequence, [how]: plain(live) });
        }
        for (const { kind } of transition.events) kinds.add(kind);
      });
      const ending = state === undefined ? 'none' : statusOf(state);
      endings.set(ending, (endings.get(ending) ?? 0) + 1);
    }
    // A run that never gets far would prove nothing.
    expect(EVENT_KINDS.filter((kind) => !kinds.has(kind))).toEqual([]);
    for (const ending of ['completed', 'compensated']) expect(endings.get(ending)).toBeGreaterThan(SEEDS / 20);
  });

  it('goes on alike from what was written and read', () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const undisturbed = play(seed, () => undefined);
      const restarted = play(seed, (played) => {
        if (played.state !== undefined) played.state = reread(played.state);
      });
      if (isDeepStrictEqual(plain(restarted.history), plain(undisturbed.history))) continue;
      expect({ seed, history: plain(restarted.history) }).toStrictEqual({ seed, history: plain(undisturbed.history) });
    }
  });

  it('answers every command of a client or an operator at most once, and exactly once when it has ended (I3)', () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const asked = new Set<string>();
      const answers: string[] = [];
      const { state } = play(seed, ({ effects }, { events }) => {
        for (const effect of effects) if (effect.kind === 'outcome') answers.push(effect.commandId);
        for (const event of events) {
          const byParent = 'parent' in event ? event.parent !== null && event.kind !== 'SagaStarted' : 'by' in event && event.by === 'parent';
          if (ANSWERED.has(event.kind) && 'commandId' in event && !byParent) asked.add(event.commandId);
        }
      });
      const unique = [...new Set(answers)].sort();
      if (unique.length !== answers.length || (state?.kind === 'closed' && !isDeepStrictEqual(unique, [...asked].sort()))) {
        expect({ seed, answers }).toEqual({ seed, answers: [...asked] });
      }
    }
  });
});
