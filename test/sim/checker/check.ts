import type { PlanSpec } from '../plans/spec.js';
import type { Evidence, PlaceSeen, TransitionSeen, Violation } from './evidence.js';
import { PlanIndex } from './plan-index.js';
import { SagaWatch } from './saga-watch.js';

/** Why a record that can be read may be quarantined: nobody is there who could take it. */
const UNROUTABLE = /^(SAGA_ID_MISMATCH|SNAPSHOT_TOO_LARGE|[A-Z]+_OF_UNKNOWN_SAGA)$/;

/** Holds everything that a run left behind against the invariants of the design. */
export function check(evidence: Evidence, specs: readonly PlanSpec[]): readonly Violation[] {
  const violations: Violation[] = [];
  const histories = Map.groupBy(evidence.transitions, ({ sagaId }) => sagaId);
  const watches = watch(histories, specs);
  for (const saga of watches.values()) violations.push(...saga.violations);
  checkStates(evidence, histories, violations);
  checkInputs(evidence, violations);
  checkCommands(evidence, watches, violations);
  checkOutcomes(evidence, watches, violations);
  checkChildren(watches, violations);
  checkEffects(evidence, watches, violations);
  for (const name of evidence.openTransactions) violations.push({ rule: 'I7', sagaId: null, text: `The transaction of ${name} was left open.` });
  return violations;
}

function watch(histories: ReadonlyMap<string, readonly TransitionSeen[]>, specs: readonly PlanSpec[]): Map<string, SagaWatch> {
  const indexes = new Map(specs.map((spec) => [`${spec.name}@${spec.version}`, new PlanIndex(spec)]));
  const watches = new Map<string, SagaWatch>();
  for (const [sagaId, transitions] of histories) {
    const [first] = transitions;
    const index = indexes.get(`${first?.sagaType}@${first?.planVersion}`);
    if (index === undefined) continue;
    const saga = new SagaWatch(sagaId, index, indexes);
    for (const transition of transitions) saga.transition(transition);
    saga.finish();
    watches.set(sagaId, saga);
  }
  return watches;
}

/** I4, I9: the state is the fold of the history, its sequence has no gap, and nothing was folded that is not in it. */
function checkStates({ states, stateHashes }: Evidence, histories: ReadonlyMap<string, readonly TransitionSeen[]>, violations: Violation[]): void {
  for (const { sagaId, hash, refolded, closed } of states) {
    const history = histories.get(sagaId) ?? [];
    const wrong = (rule: string, text: string): number => violations.push({ rule, sagaId, text });
    history.forEach(({ sequence, hashBefore, hashAfter: _ }, n) => {
      if (sequence !== n + 1) wrong('I4', `Transition ${sequence} stands at place ${n + 1} of the history.`);
      if (hashBefore !== (history[n - 1]?.hashAfter ?? null)) wrong('I4', `Transition ${sequence} was decided on another state than its predecessor left.`);
    });
    if (history.at(-1)?.hashAfter !== hash) wrong('I4', 'The state record is not what the last transition left.');
    if (refolded !== hash) wrong('I9', 'The history, folded anew, gives other bytes than the state record has.');
    let from = 0;
    for (const written of stateHashes.get(sagaId) ?? []) {
      const at = history.findIndex(({ hashAfter }, n) => n >= from && hashAfter === written);
      if (at < 0) wrong('I4', 'A state record is of no transition, or of an earlier one.');
      else from = at + 1;
    }
    if (!closed) wrong('I3', 'The saga has not ended.');
  }
}

/** I8, I10: every input led to exactly one transition, one quarantined copy or one forwarded one; none was passed over. */
function checkInputs({ published, consumed, quarantined, forwarded, transitions }: Evidence, violations: Violation[]): void {
  const taken = new Map<string, string[]>();
  const take = (place: PlaceSeen, how: string): void => {
    const key = `${place.topic}/${place.partition}/${place.offset}`;
    taken.set(key, [...(taken.get(key) ?? []), how]);
  };
  for (const { cause, events } of transitions) {
    if (cause.place !== null && events[0]?.kind !== 'DeferredTaken') take(cause.place, cause.kind === 'deferral' ? 'deferral' : 'transition');
  }
  for (const place of quarantined) take(place, `quarantine ${place.code ?? ''}`);
  for (const place of forwarded) take(place, 'forward');
  for (const { topic, partition, offset, id, sagaId, readable } of published) {
    const key = `${topic}/${partition}/${offset}`;
    const all = taken.get(key) ?? [];
    // What was put aside is taken once more, after the saga's end too.
    const how = all.length === 2 ? all.filter((one) => one !== 'deferral') : all;
    const wrong = (rule: string, text: string): number => violations.push({ rule, sagaId, text: `Input ${key} (${id}) ${text}` });
    if (offset >= (consumed.get(`${topic}/${partition}`) ?? 0)) wrong('I8', 'was never consumed.');
    else if (how.length === 0) wrong('I10', 'was passed over: its offset is committed and nothing came of it.');
    else if (how.length > 1) wrong('I10', `was taken ${how.length} times: ${how.join(', ')}.`);
    const code = how[0]?.startsWith('quarantine ') === true ? how[0].slice('quarantine '.length) : undefined;
    if (!readable && code === undefined) wrong('I8', 'cannot be read and was not quarantined.');
    if (readable && code !== undefined && !UNROUTABLE.test(code)) wrong('I8', `can be read and was quarantined: ${code}.`);
  }
}

/** What the history says was sent is what was sent, each attempt once. */
function checkCommands({ commands }: Evidence, watches: ReadonlyMap<string, SagaWatch>, violations: Violation[]): void {
  const sent = new Map<string, number>();
  for (const { id } of commands) sent.set(id, (sent.get(id) ?? 0) + 1);
  for (const { sagaId, commandIds } of watches.values()) {
    for (const id of commandIds) {
      const times = sent.get(id) ?? 0;
      if (times !== 1) violations.push({ rule: 'I10', sagaId, text: `The command ${id} was sent ${times} times.` });
      sent.delete(id);
    }
  }
  for (const id of sent.keys()) violations.push({ rule: 'I10', sagaId: null, text: `The command ${id} was sent, and no history says so.` });
}

/** I3: every acknowledged command of a client is answered, with one outcome; every operator's command is taken or answered. */
function checkOutcomes({ outcomes, clientCommands, operatorCommands }: Evidence, watches: ReadonlyMap<string, SagaWatch>, violations: Violation[]): void {
  const answers = Map.groupBy(outcomes, ({ commandId }) => commandId);
  const known = new Set<string>();
  for (const { commandId, sagaId, kind } of [...clientCommands, ...operatorCommands]) {
    known.add(commandId);
    const taken = watches.get(sagaId)?.acted.has(commandId) === true;
    // An ended saga does not remember what it took: a repeated operator's command is told that it has ended.
    const answered = (answers.get(commandId) ?? []).filter(({ code }) => !taken || code !== 'SAGA_ENDED');
    const given = new Set(answered.map(({ id, outcome }) => `${id} ${outcome}`));
    const acted = taken ? 1 : 0;
    const needed = kind === 'start' || kind === 'cancel';
    const wrong = (text: string): number => violations.push({ rule: 'I3', sagaId, text: `The ${kind} ${commandId} ${text}` });
    if (given.size + acted > 1) wrong(`has ${given.size + acted} answers: ${[...given].join(', ')}${acted > 0 ? ', taken' : ''}.`);
    else if (needed && given.size === 0) wrong('was never answered.');
    else if (kind !== 'signal' && given.size + acted === 0) wrong('was neither taken nor answered.');
    const end = watches.get(sagaId)?.end;
    for (const { outcome } of answers.get(commandId) ?? []) {
      if (outcome !== 'rejected' && outcome !== end) wrong(`is answered ${outcome}, and the saga is ${end}.`);
    }
  }
  for (const [commandId, [first]] of answers) {
    if (!known.has(commandId)) violations.push({ rule: 'I3', sagaId: first?.sagaId ?? null, text: `An outcome answers ${commandId}, which nobody sent.` });
  }
}

/** A child's result is what its parent recorded, and only a child that completed has one. */
function checkChildren(watches: ReadonlyMap<string, SagaWatch>, violations: Violation[]): void {
  for (const { sagaId, childResults } of watches.values()) {
    for (const [path, value] of childResults) {
      const child = watches.get(`${sagaId}/${path}`);
      const same = child?.end === 'completed' && JSON.stringify(child.result) === JSON.stringify(value);
      if (!same) violations.push({ rule: 'CHILD', sagaId, text: `"${path}" is done with ${JSON.stringify(value)}, and its child is ${child?.end ?? 'not there'} with ${JSON.stringify(child?.result)}.` });
    }
  }
}

/** I1, I2, I5: what participants did is what the histories say, once each, and the money adds up. */
function checkEffects({ effects, balances }: Evidence, watches: ReadonlyMap<string, SagaWatch>, violations: Violation[]): void {
  const standing = new Map<string, number>();
  for (const { sagaId, step, did, undid } of effects) {
    const net = did.length - undid.length;
    standing.set(`${sagaId}|${step}`, net);
    if (net < 0 || net > 1 || did.length > 1) violations.push({ rule: 'I1', sagaId, text: `"${step}" took effect ${did.length} times (${did.join(', ')}) and was undone ${undid.length} times.` });
  }
  for (const saga of watches.values()) {
    for (const path of saga.done.keys()) {
      const net = standing.get(`${saga.sagaId}|${saga.sentAs.get(path) ?? path}`);
      if (net === undefined || saga.leftOut.has(path)) continue;
      if (saga.end === 'completed' && net !== 1) violations.push({ rule: 'I2', sagaId: saga.sagaId, text: `"${path}" is done, and its effect stands ${net} times.` });
    }
    for (const path of saga.undone) {
      const net = standing.get(`${saga.sagaId}|${saga.sentAs.get(path) ?? path}`) ?? 0;
      if (net !== 0) violations.push({ rule: 'I2', sagaId: saga.sagaId, text: `"${path}" is undone, and its effect stands.` });
    }
    if (saga.end !== 'compensated') continue;
    for (const path of saga.mustNotStand()) {
      const net = standing.get(`${saga.sagaId}|${saga.sentAs.get(path) ?? path}`) ?? 0;
      if (net !== 0) violations.push({ rule: 'I2', sagaId: saga.sagaId, text: `The saga is compensated, and the effect of "${path}" stands.` });
    }
  }
  const sum = [...balances.values()].reduce((total, balance) => total + balance, 0);
  if (sum !== 0) violations.push({ rule: 'I5', sagaId: null, text: `The ledger sums to ${sum}.` });
}
