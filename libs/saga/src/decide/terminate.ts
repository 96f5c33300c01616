import { activityAt, childRuns } from '../evolve/activities.js';
import { failure, type Failure } from '../failure.js';
import type { TerminateInput } from '../inputs.js';
import { recordedPlaces } from '../plan/data.js';
import { nodeAt, type Path } from '../plan/place.js';
import { isCommandNode } from '../plan/plan.js';
import type { OpenSaga } from '../state.js';
import type { Draft } from './draft.js';
import { ignoreSeen } from './ignore.js';

/** Stops a saga on the spot. Nothing is undone; what it leaves in place is written down as the causes of its failure. */
export function terminate(draft: Draft, input: TerminateInput, saga: OpenSaga): void {
  if (ignoreSeen(draft, input, saga)) return;
  if (input.by === 'operator') draft.emit({ kind: 'OperatorActed', commandId: input.commandId });
  const causes = [...leftInPlace(draft, saga), ...(saga.compensating === null ? [] : [saga.compensating])];
  draft.emit({
    kind: 'SagaTerminated',
    failure: failure('cancelled', 'TERMINATED', `Terminated by the ${input.by}: ${input.reason}`, { causes }),
    atMs: draft.atMs,
  });
}

function leftInPlace({ plan }: Draft, saga: OpenSaga): readonly Failure[] {
  const left = new Map<Path, string>();
  for (const { path, outcome } of saga.undo) {
    if (activityAt(saga, path, 'undo') !== undefined) left.set(path, 'Its undo was under way.');
    else if (outcome === 'done') left.set(path, 'It is done and was not undone.');
    else if (outcome === 'unknown') left.set(path, 'It may have happened and was not undone.');
  }
  // From the pivot on nothing registers an undo.
  for (const node of saga.pastPivot ? plan.nodes : []) {
    if (!isCommandNode(node) || node.harmless) continue;
    for (const path of recordedPlaces(saga.data, node)) if (!left.has(path)) left.set(path, 'It is done and stays.');
  }
  for (const activity of saga.active) {
    const out = activity.phase === 'sent' || activity.unknown || childRuns(plan, activity);
    if (activity.action === 'do' && out && !left.has(activity.path)) left.set(activity.path, 'It was under way and its outcome is not known.');
  }
  return Array.from(left, ([step, text]) => {
    const node = nodeAt(plan, step);
    return failure('cancelled', 'LEFT_IN_PLACE', text, { step, ...(isCommandNode(node) ? { participant: node.command.participant } : {}) });
  });
}
