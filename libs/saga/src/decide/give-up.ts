import { activityAt, childRuns, isInside } from '../evolve/activities.js';
import { bounded, CAUSES_MAX, failure, joined, type Failure } from '../failure.js';
import { freeze } from '../freeze.js';
import { idempotencyKey } from '../keys.js';
import { recordedAt } from '../plan/data.js';
import { indexesOf, nodeAt, pathOf, type Path } from '../plan/place.js';
import { isCommandNode, type FailureChoice, type FailureHook, type ParallelNode } from '../plan/plan.js';
import { retryDelayMs } from '../retry.js';
import type { Activity, OpenSaga } from '../state.js';
import type { Draft } from './draft.js';
import { partOf } from './send.js';
import { runUserCode, threw, type UserResult } from './user-code.js';

/** Ends an attempt that failed or timed out: another one follows if the step's policy allows it. */
export function failAttempt(draft: Draft, saga: OpenSaga, activity: Activity, failed: Failure): void {
  const { path, action, attempt } = activity;
  const node = nodeAt(draft.plan, path);
  const policy = isCommandNode(node) ? partOf(node, action)?.retry : undefined;
  if (policy === undefined) return;
  const dueAtMs = draft.atMs + delayMs(draft, saga, activity);
  const over =
    failed.kind === 'rejected' ||
    activity.phase === 'child' ||
    activity.phase === 'closing' ||
    (action === 'do' && saga.compensating !== null) ||
    policy.final.includes(failed.code) ||
    (policy.attempts !== 'forever' && attempt - activity.firstAttempt + 1 >= policy.attempts) ||
    (activity.deadlineAtMs !== null && dueAtMs >= activity.deadlineAtMs);
  if (over) endActivity(draft, saga, activity, failed);
  else draft.emit({ kind: 'AttemptFailed', step: path, action, attempt, failure: failed, dueAtMs });
}

/** The pause before a step's next attempt. */
export function delayMs({ plan }: Draft, saga: OpenSaga, { path, action, attempt, edit, sentAs }: Activity): number {
  const node = nodeAt(plan, path);
  const policy = isCommandNode(node) ? partOf(node, action)?.retry : undefined;
  if (policy === undefined) return 0;
  return retryDelayMs(policy, idempotencyKey(plan.domain, saga.sagaId, sentAs ?? path, action, edit), Math.max(1, attempt));
}

/** Gives up what is under way, for a failure that no further attempt of its policy can follow. */
export function endActivity(draft: Draft, saga: OpenSaga, activity: Activity, failed: Failure): void {
  const last = { ...failed, causes: bounded([...activity.causes, ...failed.causes].slice(-CAUSES_MAX)) };
  if (activity.action === 'undo') {
    draft.emit({ kind: 'UndoFailed', step: activity.path, attempt: activity.attempt, failure: last });
    return;
  }
  const node = nodeAt(draft.plan, activity.path);
  const hook = saga.compensating === null && isCommandNode(node) ? node.onFailure : null;
  if (hook === null || node === undefined) {
    giveUp(draft, activity.path, last);
    return;
  }
  const choice = ask(hook, last, () => recordedAt(draft.plan, saga, node, activity.path));
  if (!('value' in choice)) giveUp(draft, activity.path, threw(choice, { step: activity.path, causes: [last] }), last);
  else if (choice.value === 'retry') tryAgain(draft, saga, activity, last);
  else if (choice.value === 'continue') leaveOut(draft, activity, last);
  else giveUp(draft, activity.path, last);
}

/** What an author's policy says to a failure. There is no trying again with a child saga that was terminated. */
export function ask(hook: FailureHook, failed: Failure, seen: () => Readonly<Record<string, unknown>>): UserResult<FailureChoice> {
  // The failures of earlier attempts are part of the state.
  freeze(failed);
  const choice = runUserCode<FailureChoice>(
    () => hook(failed, seen()),
    (value) => (value === 'retry' || value === 'compensate' || value === 'continue' ? undefined : 'onFailure must give "retry", "compensate" or "continue".'),
  );
  return 'value' in choice && choice.value === 'retry' && isTerminated(failed) ? { value: 'compensate' } : choice;
}

/** A terminated child gives the same answer whenever it is asked again, and what it did it left in place: another one could do it twice. */
function isTerminated({ code, kind, causes }: Failure): boolean {
  return (kind === 'cancelled' && code === 'TERMINATED') || (code === 'BRANCHES_FAILED' && causes.some(isTerminated));
}

function tryAgain(draft: Draft, saga: OpenSaga, activity: Activity, failed: Failure): void {
  const { path, action, attempt } = activity;
  const dueAtMs = draft.atMs + delayMs(draft, saga, activity);
  draft.emit({ kind: 'AttemptFailed', step: path, action, attempt, failure: { ...failed, causes: [] }, dueAtMs });
  const edit = nextEdit(activity, failed);
  draft.emit({ kind: 'StepRetried', step: path, action, by: 'policy', detail: failed.code, dueAtMs, edit });
}

/**
 * The edit number of a new round. What a participant rejected it has rejected for good under that key, and a child saga that
 * has ended compensated does not begin again: only then the key changes. Otherwise it stays, or the effect could happen twice.
 */
export function nextEdit({ edit }: Pick<Activity, 'edit'>, { kind }: Failure): number {
  return kind === 'rejected' ? edit + 1 : edit;
}

function leaveOut(draft: Draft, activity: Activity, failed: Failure): void {
  const { path } = activity;
  draft.emit({ kind: 'StepFailed', step: path, attempt: activity.attempt, outcome: outcomeOf(activity, failed), failure: failed });
  letGo(draft, path);
  draft.emit({ kind: 'StepSkipped', step: path, action: 'do', by: 'policy', detail: failed.code });
}

/** Does with the child saga of a place that is left out, should it still run, what its parent's turning back would do. */
export function letGo(draft: Draft, step: Path): void {
  const activity = draft.open === undefined ? undefined : activityAt(draft.open, step, 'do');
  const node = nodeAt(draft.plan, step);
  if (activity !== undefined && node?.kind === 'child' && childRuns(draft.plan, activity)) {
    draft.emit({ kind: 'ChildClosing', step, policy: node.parentClose });
  }
}

/**
 * Gives a place up. Before the pivot the saga turns back, unless the author's code failed (a person has to look at that
 * first) or a block around it has a policy of its own. Past the pivot there is no way back, and the place is parked.
 *
 * @param cause - what went wrong with the command itself, when `failed` is something else
 */
export function giveUp(draft: Draft, path: Path, failed: Failure, cause = failed): void {
  const saga = draft.open;
  if (saga === undefined) return;
  const activity = activityAt(saga, path, 'do');
  draft.emit({
    kind: 'StepFailed',
    step: path,
    attempt: failed.attempt ?? activity?.attempt ?? 1,
    outcome: outcomeOf(activity, cause),
    failure: failed,
  });
  const parks = failed.kind === 'threw' || saga.pastPivot || blockWithPolicy(draft, path) !== undefined;
  if (saga.compensating === null && !parks) turnBack(draft);
}

/** Turns back for everything that is parked now. */
export function turnBack(draft: Draft, step: Path | null = null): void {
  const saga = draft.open;
  const causes = saga === undefined ? [] : failuresOf(saga.active);
  draft.emit({ kind: 'CompensationStarted', failure: joined(causes, step) });
}

/** Why parked places are parked. */
export function failuresOf(parked: readonly Pick<Activity, 'failure'>[]): readonly Failure[] {
  return parked.flatMap(({ failure: why }) => (why === null ? [] : [why]));
}

/** The nearest parallel block around a place that has a policy for failures, and its path. */
export function blockWithPolicy({ plan }: Draft, path: Path): { readonly node: ParallelNode; readonly path: Path } | undefined {
  let node = nodeAt(plan, path);
  while (node !== undefined && node.parent !== null) {
    node = plan.nodes[node.parent];
    if (node?.kind === 'parallel' && node.onFailure !== null) return { node, path: pathOf(node, indexesOf(path)) };
  }
  return undefined;
}

/** The branch of a block that a path lies in. */
export function branchOf(block: Path, path: Path): Path {
  if (!isInside(path, block)) return path;
  const end = path.slice(block.length + 1).search(/[.[]/);
  return end < 0 ? path : path.slice(0, block.length + 1 + end);
}

/**
 * Whether a step that is given up may have happened all the same. A refusal is the participant's last word on the key,
 * for all attempts; a failure is its word on one attempt only, and says nothing of one that timed out before. A child that
 * was stopped on the spot has undone nothing.
 */
function outcomeOf(activity: Activity | undefined, failed: Failure): 'unknown' | 'notDone' {
  // A place that sent nothing has done nothing.
  if (activity === undefined || activity.attempt === 0 || failed.kind === 'rejected') return 'notDone';
  return activity.unknown || failed.kind === 'timeout' || failed.kind === 'cancelled' ? 'unknown' : 'notDone';
}

/** The failure that a cancel is. */
export function cancelled(by: string, reason: string | null): Failure {
  return failure('cancelled', 'CANCELLED', `Cancelled by the ${by}${reason === null ? '.' : `: ${reason}`}`);
}
