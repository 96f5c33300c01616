import { failure } from '../failure.js';
import { freeze } from '../freeze.js';
import type { SignalInput } from '../inputs.js';
import { recordedAt } from '../plan/data.js';
import { nodeAt, type Path } from '../plan/place.js';
import type { SignalJudgement, SignalNode } from '../plan/plan.js';
import { EARLY_SIGNALS_MAX, type Activity, type ClosedSaga, type EarlySignal, type OpenSaga } from '../state.js';
import type { Draft } from './draft.js';
import { giveUp } from './give-up.js';
import { ignore } from './ignore.js';
import { proceed } from './proceed.js';
import { refuse } from './refuse.js';
import { runUserCode, threw } from './user-code.js';

/** A signal for a saga that goes forward: the place that waits for it takes it, or it is kept until one does. */
export function takeSignal(draft: Draft, input: SignalInput, saga: OpenSaga): void {
  const { commandId, value } = input;
  const oversize = draft.noRoomForInput;
  if (saga.seenIds.includes(commandId)) {
    ignore(draft, 'COMMAND_SEEN', `Signal ${commandId} has been taken before.`);
  } else if (!draft.plan.signals.has(value.type)) {
    refuse(draft, commandId, 'SIGNAL_UNKNOWN', `${draft.plan.name} version ${draft.plan.version} never waits for ${value.type}.`);
  } else if (oversize !== undefined) {
    refuse(draft, commandId, 'SNAPSHOT_TOO_LARGE', `With this signal the saga would need ${oversize.bytes} bytes; ${oversize.bytesMax} are allowed.`);
  } else {
    const listening = listeningTo(draft, saga, value.type);
    if (listening.length > 0) offer(draft, listening, { id: commandId, value });
    else if (saga.earlySignals.length < EARLY_SIGNALS_MAX) draft.emit({ kind: 'SignalKept', commandId, value });
    else refuse(draft, commandId, 'TOO_MANY_SIGNALS', `${EARLY_SIGNALS_MAX} signals wait for this saga already.`);
    proceed(draft);
  }
}

/** A saga that goes back waits for no signal. */
export function signalTooLate(draft: Draft, input: SignalInput, saga: OpenSaga | ClosedSaga): void {
  if (saga.kind === 'open' && saga.seenIds.includes(input.commandId)) {
    ignore(draft, 'COMMAND_SEEN', `Signal ${input.commandId} has been taken before.`);
  } else if (saga.kind === 'closed') {
    refuse(draft, input.commandId, 'SAGA_ENDED', `This saga has ended: it is ${saga.outcome}.`);
  } else {
    refuse(draft, input.commandId, 'SAGA_TURNED_BACK', 'This saga is being compensated and waits for no signal.');
  }
}

/**
 * Offers the oldest signal that came before a place began to listen, now that all places that can be entered are, to every
 * place that listens: as if it came now. One that made a judge throw waits for the place to be tried again.
 *
 * @returns whether there was one
 */
export function offerEarlySignal(draft: Draft, saga: OpenSaga): boolean {
  const began = new Set(draft.events.map((event) => (event.kind === 'SignalAwaited' ? event.step : null)));
  if (began.size === 0) return false;
  for (const early of saga.earlySignals) {
    const listening = listeningTo(draft, saga, early.value.type);
    const keptNow = draft.events.some((event) => event.kind === 'SignalKept' && event.commandId === early.id);
    if (keptNow || !listening.some(({ path }) => began.has(path))) continue;
    offer(draft, listening, early);
    return true;
  }
  return false;
}

/** Lets the places that wait for a signal read it, one after the other, until one of them does not ignore it. */
function offer(draft: Draft, listening: readonly Activity[], signal: EarlySignal): void {
  for (const { path } of listening) {
    const node = nodeAt(draft.plan, path);
    if (node?.kind === 'signal') read(draft, node, path, signal);
    const last = draft.events.at(-1);
    if (last?.kind !== 'SignalRead' || last.judgement !== 'ignore') return;
  }
}

function listeningTo({ plan }: Draft, { active }: OpenSaga, type: string): readonly Activity[] {
  return active.filter(({ phase, path }) => {
    const node = nodeAt(plan, path);
    return phase === 'listening' && node?.kind === 'signal' && node.of.name === type;
  });
}

function read(draft: Draft, node: SignalNode, path: Path, { id, value }: EarlySignal): void {
  const saga = draft.open;
  if (saga === undefined) return;
  const { judge } = node;
  freeze(value.value);
  const judged =
    judge === null
      ? { value: 'take' as const }
      : runUserCode<SignalJudgement>(
          () => judge(value.value, recordedAt(draft.plan, saga, node, path)),
          (given) => (given === 'take' || given === 'ignore' || given === 'refuse' ? undefined : 'judge must give "take", "ignore" or "refuse".'),
        );
  if (!('value' in judged)) {
    // Kept, so that it is read again when a person has the place tried again.
    draft.emit({ kind: 'SignalKept', commandId: id, value });
    giveUp(draft, path, threw(judged, { step: path }));
  } else if (judged.value === 'take') {
    draft.emit({ kind: 'SignalTaken', step: path, commandId: id, value });
  } else {
    draft.emit({ kind: 'SignalRead', step: path, commandId: id, value, judgement: judged.value });
    if (judged.value === 'refuse') giveUp(draft, path, failure('rejected', 'SIGNAL_REFUSED', `The signal ${node.id} said no.`, { step: path }));
  }
}
