import { VirtualTime } from '@onward/kafka/twin';
import { check } from '../checker/check.js';
import type { Violation } from '../checker/evidence.js';
import { familyOf, READY } from '../plans/pool.js';
import { Random } from '../random.js';
import { LaneStage } from '../stage/lane-stage.js';
import { partsOf } from '../stage/orchestrator-parts.js';
import { Clients } from '../world/clients.js';
import { Operators } from '../world/operators.js';
import { Participants } from '../world/participants.js';
import { Tally } from '../world/stage.js';
import { gatherHistories, startable } from './evidence.js';
import { endingsOf, type SeedRun } from './seed-run.js';
import { Tracer } from './tracer.js';

const START_MS = Date.UTC(2026, 0, 1);
const CALM_AFTER_MS = 14_000;
const REST_WITHIN_MS = 15 * 60_000;
/** The ready sagas wait for weeks. */
const READY_WITHIN_MS = 60 * 86_400_000;

/** Runs one seed with the whole lane on the twin, and judges it. */
export async function runLaneSeed(seed: string, reading: boolean): Promise<SeedRun> {
  const tracer = new Tracer(reading, START_MS);
  const tally = new Tally();
  const random = new Random(`${seed}/world`);
  const ran = familyOf(seed);
  // Made before time is virtual: that they are made for the first time must not show.
  await partsOf(ran, false);
  await partsOf(ran, true);
  const noise = new Random(`${seed}/noise`);
  const time = VirtualTime.install({ startMs: START_MS, random: () => noise.next() });
  let stage: LaneStage | undefined;
  const at = (): LaneStage => stage as LaneStage;
  const violations: Violation[] = [];
  const participants = new Participants(seed, at, tally, tracer);
  let clients: Clients | undefined;
  let operators: Operators | undefined;
  try {
    stage = new LaneStage(seed, time, ran, { commandSent: (command) => participants.take(command) }, tally, tracer);
    clients = new Clients(seed, stage, tally, startable(ran));
    operators = new Operators(seed, stage, tally, clients);
    const people = { clients, operators };
    await time.run(async () => {
      await at().begin();
      people.clients.begin(random.between(3, 6));
      people.operators.begin();
      await sleep(CALM_AFTER_MS);
      participants.calmDown();
      people.operators.calmDown();
      at().calm();
      do {
        await sleep(1_000);
        at().leap();
      }
      while (!at().atRest && at().violations.length === 0);
      at().finish();
    }, { untilMs: START_MS + (ran.number === READY ? READY_WITHIN_MS : REST_WITHIN_MS) });
  } catch (error) {
    const open = stage === undefined ? [] : [...stage.sagas().values()].filter(({ kind }) => kind === 'open');
    violations.push({ rule: 'REST', sagaId: open[0]?.sagaId ?? null, text: `${(error as Error).message} ${open.length} sagas are open. ${(error as Error).name === 'VirtualTimeError' ? '' : ((error as Error).stack ?? '')}` });
  } finally {
    time.uninstall();
  }
  if (stage === undefined || clients === undefined || operators === undefined) return { seed, traceHash: '', violations, sagas: 0, endings: {}, faults: tally.counts, lines: tracer.lines };
  violations.push(...stage.violations);
  const states = [...stage.sagas().values()];
  if (violations.length === 0) {
    const { histories, folding } = gatherHistories(stage.seen, stage.sagas(), ran, stage.seen.forwarded);
    const deferred = histories.transitions.filter(({ cause }) => cause.kind === 'deferral').length;
    if (deferred > 0) tally.add('input deferred', deferred);
    const evidence = {
      ...histories,
      commands: stage.seen.commands,
      outcomes: stage.seen.outcomes,
      quarantined: stage.seen.quarantined,
      forwarded: [...stage.seen.forwarded.keys()].map(placeOf),
      published: stage.seen.published,
      consumed: new Map(stage.seen.published.map(({ topic, partition }) => [`${topic}/${partition}`, at().consumed(topic, partition)])),
      openTransactions: stage.broker.openTransactions,
      clientCommands: clients.commands,
      operatorCommands: operators.commands,
      effects: [...participants.books.effects.values()],
      balances: participants.books.ledger.balances,
    };
    violations.push(...folding, ...check(evidence, ran.plans.map(({ spec }) => spec)));
  }
  return { seed, traceHash: reading ? '' : tracer.digest(), violations, sagas: states.length, endings: endingsOf(states), faults: tally.counts, lines: tracer.lines };
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

function placeOf(text: string): { topic: string; partition: number; offset: number } {
  const [topic = '', partition, offset] = text.split('/');
  return { topic, partition: Number(partition), offset: Number(offset) };
}
