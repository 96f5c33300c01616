import { bounded, failure, joined, type Failure } from '../failure.js';
import { recordedAt, recordedAtEnd } from '../plan/data.js';
import { nodeAt, type Path } from '../plan/place.js';
import { isCommandNode, type ParallelNode } from '../plan/plan.js';
import type { Activity, OpenSaga } from '../state.js';
import { isInside } from '../evolve/activities.js';
import type { Draft } from './draft.js';
import { enter } from './enter.js';
import { ask, blockWithPolicy, branchOf, delayMs, failuresOf, letGo, nextEdit, turnBack } from './give-up.js';
import { send } from './send.js';
import { offerEarlySignal } from './signal.js';
import { runForRecord, threw } from './user-code.js';

/**
 * Takes a saga as far as it goes without hearing from anybody: enters every place that is ready, asks the policies of
 * blocks at rest, sends the next undo, or ends. What is parked is said once.
 */
export function proceed(draft: Draft): void {
  for (let saga = draft.open; saga !== undefined; saga = draft.open) {
    const moved = saga.compensating === null ? forward(draft, saga) : backward(draft, saga);
    if (!moved) break;
  }
  noticeParked(draft);
}

/** One move forward; `false` when there is none. */
function forward(draft: Draft, saga: OpenSaga): boolean {
  const awaiting = saga.active.flatMap((activity) => {
    const block = awaitedBlock(draft, activity);
    return block === undefined ? [] : [{ activity, block }];
  });
  const ready = saga.active.find(({ phase, path }) => phase === 'ready' && !awaiting.some(({ block }) => isInside(path, block.path)));
  if (ready !== undefined) {
    enter(draft, saga, ready);
    return true;
  }
  if (offerEarlySignal(draft, saga)) return true;
  if (saga.stuck !== null) return false;
  for (const { block } of awaiting) {
    const inside = saga.active.filter(({ path }) => isInside(path, block.path));
    const atRest = inside.every((activity) => activity.phase === 'ready' || awaitedBlock(draft, activity) !== undefined);
    if (atRest) {
      const failed = inside.filter(({ phase }) => phase === 'failed');
      settleBlock(draft, saga, block.node, block.path, failed);
      return true;
    }
  }
  if (saga.active.length > 0) return false;
  complete(draft, saga);
  return true;
}

/** The block whose policy a failed place waits for. Code that threw waits for a person, whatever block it stands in. */
function awaitedBlock(draft: Draft, { phase, path, failure: failed }: Activity): ReturnType<typeof blockWithPolicy> {
  return phase === 'failed' && failed?.kind !== 'threw' ? blockWithPolicy(draft, path) : undefined;
}

function complete(draft: Draft, saga: OpenSaga): void {
  const { result } = draft.plan;
  if (result === null) {
    draft.emit({ kind: 'SagaCompleted', value: null, atMs: draft.atMs });
    return;
  }
  const made = runForRecord(result.type, () => result.from(recordedAtEnd(draft.plan, saga)));
  if ('value' in made) draft.emit({ kind: 'SagaCompleted', value: made.value, atMs: draft.atMs });
  else draft.emit({ kind: 'SagaStuck', failure: threw(made) });
}

/** A block with failed branches has come to rest: its policy says how to go on. */
function settleBlock(draft: Draft, saga: OpenSaga, node: ParallelNode, path: Path, failed: readonly Activity[]): void {
  const causes = failuresOf(failed);
  const tree: Failure = { ...failure('failed', 'BRANCHES_FAILED', `${causes.length} of ${node.branches.length} branches failed.`, { causes: bounded(causes) }), step: path };
  const { onFailure } = node;
  if (onFailure === null) return;
  const choice = ask(onFailure, tree, () => recordedAt(draft.plan, saga, node, path));
  if (!('value' in choice)) {
    draft.emit({ kind: 'SagaStuck', failure: threw(choice, { step: path, causes }) });
  } else if (choice.value === 'retry') {
    for (const activity of failed) retryBranch(draft, saga, activity);
  } else if (choice.value === 'continue') {
    const branches = new Map(failed.map((activity) => [branchOf(path, activity.path), activity.failure ?? tree]));
    for (const [step, cause] of branches) {
      for (const { path: inside } of saga.active) if (inside === step || isInside(inside, step)) letGo(draft, inside);
      draft.emit({ kind: 'BranchSkipped', step, failure: cause });
    }
  } else if (saga.pastPivot) {
    draft.emit({ kind: 'SagaStuck', failure: tree });
  } else {
    turnBack(draft, path);
  }
}

function retryBranch(draft: Draft, saga: OpenSaga, activity: Activity): void {
  const node = nodeAt(draft.plan, activity.path);
  const failed = activity.failure;
  if (failed === null) return;
  draft.emit({
    kind: 'StepRetried',
    step: activity.path,
    action: 'do',
    by: 'policy',
    detail: failed.code,
    dueAtMs: isCommandNode(node) ? draft.atMs + delayMs(draft, saga, activity) : null,
    edit: nextEdit(activity, failed),
  });
}

/** One move backward; `false` when there is none. */
function backward(draft: Draft, saga: OpenSaga): boolean {
  const child = saga.active.find(({ phase }) => phase === 'child');
  const childNode = child === undefined ? undefined : nodeAt(draft.plan, child.path);
  if (child !== undefined && childNode?.kind === 'child') {
    draft.emit({ kind: 'ChildClosing', step: child.path, policy: childNode.parentClose });
    return true;
  }
  // What is out is awaited: an undo beside its own do would only guess at the outcome.
  if (saga.active.length > 0) return false;
  const entry = saga.undo.findLast(({ outcome, failure: failed }) => failed === null && (outcome === 'done' || outcome === 'unknown'));
  if (entry !== undefined) {
    sendUndo(draft, saga, entry.path);
    return true;
  }
  const failures = failuresOf(saga.undo);
  if (failures.length > 0 || saga.compensating === null) return false;
  draft.emit({ kind: 'SagaCompensated', failure: saga.compensating, atMs: draft.atMs });
  return true;
}

/** Sends a step's undo; one that cannot be made has failed for good. */
export function sendUndo(draft: Draft, saga: OpenSaga, path: Path): void {
  const node = nodeAt(draft.plan, path);
  const failed = isCommandNode(node) && node.undo !== null ? send(draft, saga, node, path, 'undo') : failure('threw', 'PLACE_UNKNOWN', 'The plan has no such undo.', { step: path });
  if (failed !== undefined) draft.emit({ kind: 'UndoFailed', step: path, attempt: failed.attempt ?? 1, failure: failed });
}

/** Says that the saga is parked, when something is that nobody but a person can move. */
function noticeParked(draft: Draft): void {
  const saga = draft.open;
  if (saga === undefined || saga.stuck !== null) return;
  if (saga.compensating === null) {
    const parked = saga.active.filter((activity) => activity.phase === 'failed' && awaitedBlock(draft, activity) === undefined);
    const failures = failuresOf(parked);
    if (failures.length > 0) draft.emit({ kind: 'SagaStuck', failure: joined(failures) });
    return;
  }
  const failures = failuresOf(saga.undo);
  // Other undos still run; the notice comes when nothing moves any more.
  if (saga.active.length > 0 || failures.length === 0) return;
  const steps = failures.map((failed) => `"${failed.step}"`).join(', ');
  draft.emit({
    kind: 'SagaStuck',
    failure: failure('failed', 'COMPENSATION_FAILED', `What was done could not be undone: ${steps}.`, { causes: bounded(failures.map((failed) => ({ ...failed, causes: [] }))) }),
  });
}
