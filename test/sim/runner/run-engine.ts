import { check } from '../checker/check.js';
import type { Violation } from '../checker/evidence.js';
import { familyOf, READY } from '../plans/pool.js';
import { Random } from '../random.js';
import { INPUT_TOPIC } from '../stage/engine-fold.js';
import { EngineStage } from '../stage/engine-stage.js';
import { Clients } from '../world/clients.js';
import { Operators } from '../world/operators.js';
import { Participants } from '../world/participants.js';
import { Tally } from '../world/stage.js';
import { gatherHistories, startable } from './evidence.js';
import { endingsOf, type SeedRun } from './seed-run.js';
import { Tracer } from './tracer.js';

const START_MS = Date.UTC(2026, 0, 1);
/** Faults stop after this; so long may it take until everything has come to rest. */
const CALM_AFTER_MS = 20_000;
const REST_WITHIN_MS = 45 * 60_000;
/** The ready sagas wait for weeks. */
const READY_WITHIN_MS = 60 * 86_400_000;

/** Runs one seed on the engine alone, and judges it. */
export function runEngineSeed(seed: string, reading: boolean): SeedRun {
  const tracer = new Tracer(reading, START_MS);
  const tally = new Tally();
  const random = new Random(`${seed}/world`);
  const ran = familyOf(seed);
  const participants = new Participants(seed, () => stage, tally, tracer);
  const stage: EngineStage = new EngineStage(seed, ran, { commandSent: (command) => participants.take(command) }, tally, tracer, START_MS);
  const clients = new Clients(seed, stage, tally, startable(ran));
  const operators = new Operators(seed, stage, tally, clients);
  clients.begin(random.between(10, 18));
  operators.begin();
  stage.after(CALM_AFTER_MS, () => {
    participants.calmDown();
    operators.calmDown();
    stage.calm();
  });
  const violations: Violation[] = [];
  let rested = false;
  try {
    rested = stage.clock.run(START_MS + (ran.number === READY ? READY_WITHIN_MS : REST_WITHIN_MS));
  } catch (error) {
    violations.push({ rule: 'THROWN', sagaId: null, text: (error as Error).stack ?? String(error) });
  }
  const states = [...stage.sagas().values()];
  const waiting = states.filter(({ kind }) => kind === 'open');
  if (!rested || waiting.length > 0) {
    const first = waiting[0];
    violations.push({ rule: 'REST', sagaId: first?.sagaId ?? null, text: `${waiting.length} sagas have not come to rest${first?.kind === 'open' ? `: ${first.sagaType} stands at ${JSON.stringify(first.active.map(({ path, phase }) => `${path} ${phase}`))}` : ''}` });
  }
  if (violations.length === 0) {
    const { histories, folding } = gatherHistories(stage, stage.sagas(), ran, new Map());
    const evidence = {
      ...histories,
      commands: stage.commands,
      outcomes: stage.outcomes,
      quarantined: stage.quarantined,
      forwarded: stage.forwarded,
      published: stage.inputs.flatMap((log, partition) => log.map(({ message, sagaId, id }, offset) => ({ topic: INPUT_TOPIC, partition, offset, id, sagaId, readable: message !== null }))),
      consumed: new Map(stage.committed.map((position, partition) => [`${INPUT_TOPIC}/${partition}`, position])),
      openTransactions: [],
      clientCommands: clients.commands,
      operatorCommands: operators.commands,
      effects: [...participants.books.effects.values()],
      balances: participants.books.ledger.balances,
    };
    violations.push(...folding, ...check(evidence, ran.plans.map(({ spec }) => spec)));
  }
  return { seed, traceHash: reading ? '' : tracer.digest(), violations, sagas: states.length, endings: endingsOf(states), faults: tally.counts, lines: tracer.lines };
}
