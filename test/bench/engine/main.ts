import { createHash } from 'node:crypto';
import { advance, fromSnapshot, toSnapshot, toTransitionRecord, type OpenSaga } from '@onward/saga';
import { EngineCodec } from './engine-codec.js';
import { medianUs } from './measure.js';
import { fresh, NOW_MS, play, type Moment } from './play.js';
import { order, parallelOrder, smallOrder, type Subject } from './subjects.js';

/** What one transition of an open saga may cost, in microseconds. */
const GOAL_US = 20;

function measure(subject: Subject): void {
  const { plan } = subject;
  const codec = new EngineCodec(plan);
  const moments = play(subject);
  const unseen = (moment: Moment): Moment => ({ ...moment, input: fresh(moment.input, codec, plan) });
  const same = (moment: Moment): Moment => moment;
  const next = (state: OpenSaga, { input }: Moment): OpenSaga => {
    const advanced = advance(plan, state, input, NOW_MS, null);
    if (advanced.kind !== 'transition' || advanced.state.kind !== 'open') throw new Error('The saga ended before its time.');
    return advanced.state;
  };
  const snapshots = new Map(moments.map((moment) => [moment, toSnapshot(plan, moment.after, codec.values)]));
  const us = {
    'decode, decide, evolve, encode': medianUs(moments, unseen, (moment) => codec.bytesOf(next(codec.stateOf(moment.stateBytes), moment))),
    '  Avro to record': medianUs(moments, same, ({ stateBytes }) => codec.decodeSnapshot(stateBytes)),
    '  record to state': medianUs(moments, ({ stateBytes }) => codec.decodeSnapshot(stateBytes), (record) => fromSnapshot(plan, record, codec.values)),
    '  decide, evolve, effects': medianUs(moments, unseen, (moment) => next(moment.state, moment)),
    '  state to record': medianUs(moments, same, ({ after }) => toSnapshot(plan, after, codec.values)),
    '  record to Avro': medianUs(moments, same, (moment) => codec.encodeSnapshot(snapshots.get(moment) as never)),
    'beside it: history record': medianUs(moments, same, ({ transition }) =>
      codec.transitions.encode(toTransitionRecord(plan, transition, { before: null, after: null }, codec.values) as never),
    ),
    'beside it: SHA-256 of the state': medianUs(moments, same, ({ bytesAfter }) => createHash('sha256').update(bytesAfter).digest()),
  };
  console.log(`\n${subject.name}: ${moments.length} transitions, median microseconds of one`);
  for (const [stage, took] of Object.entries(us)) console.log(`  ${stage.padEnd(34)}${took.toFixed(1).padStart(7)}`);
  const [whole = Number.NaN] = Object.values(us);
  console.log(`  ${whole < GOAL_US ? 'within' : 'OVER'} the goal of ${GOAL_US}`);
  console.log('  bytes of the snapshot, by steps done');
  console.log(`  ${'steps'.padEnd(10)}${'Avro'.padStart(7)}${'JSON'.padStart(7)}`);
  for (const { done, after, bytesAfter } of moments) {
    console.log(`  ${String(done).padEnd(10)}${String(bytesAfter.length).padStart(7)}${String(jsonBytes(after)).padStart(7)}`);
  }
}

/** Plain JSON of the same state, binary parts in base64. */
function jsonBytes(state: OpenSaga): number {
  return Buffer.byteLength(JSON.stringify(state, (_, part: unknown) => (isBytes(part) ? Buffer.from(part.data).toString('base64') : part)));
}

function isBytes(part: unknown): part is { readonly data: number[] } {
  return typeof part === 'object' && part !== null && 'type' in part && part.type === 'Buffer' && 'data' in part;
}

for (const subject of [smallOrder(), order(), parallelOrder()]) measure(subject);
