import { activityAt, isInside } from '../evolve/activities.js';
import { CAUSES_MAX, failure, type Failure } from '../failure.js';
import { idempotencyKey } from '../keys.js';
import { recordedAt } from '../plan/data.js';
import { indexesOf, nodeAt, pathOf, type Path } from '../plan/place.js';
import { isCommandNode, type CommandNode, type FailureChoice, type FailureHook, type ParallelNode, type PlanNode } from '../plan/plan.js';
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
  const last = { ...failed, causes: [...activity.causes, ...failed.causes].slice(-CAUSES_MAX) };
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
  if (!('value' in choice)) giveUp(draft, activity.path, threw(choice, { step: activity.path, causes: [last] }));
  else if (choice.value === 'retry') tryAgain(draft, saga, activity, node as CommandNode, last);
  else if (choice.value === 'continue') leaveOut(draft, activity, last);
  else giveUp(draft, activity.path, last);
}

/** What an author's policy says to a failure. */
export function ask(hook: FailureHook, failed: Failure, seen: () => Readonly<Record<string, unknown>>): UserResult<FailureChoice> {
  return runUserCode<FailureChoice>(
    () => hook(failed, seen()),
    (value) => (value === 'retry' || value === 'compensate' || value === 'continue' ? undefined : 'onFailure must give "retry", "compensate" or "continue".'),
  );
}

function tryAgain(draft: Draft, saga: OpenSaga, activity: Activity, node: CommandNode, failed: Failure): void {
  const { path, action, attempt } = activity;
  const dueAtMs = draft.atMs + delayMs(draft, saga, activity);
  draft.emit({ kind: 'AttemptFailed', step: path, action, attempt, failure: { ...failed, causes: [] }, dueAtMs });
  const edit = nextEdit(activity, node, failed);
  draft.emit({ kind: 'StepRetried', step: path, action, by: 'policy', detail: failed.code, dueAtMs, edit });
}

/**
 * The edit number of a new round. What a participant rejected it has rejected for good under that key, and a child saga
 * that has ended does not begin again: only then the key changes. Otherwise it must stay, or the effect could happen twice.
 */
export function nextEdit(activity: Pick<Activity, 'edit' | 'unknown'>, node: PlanNode | undefined, failed: Failure): number {
  const final = failed.kind === 'rejected' || (node?.kind === 'child' && failed.kind !== 'threw');
  return final && !activity.unknown ? activity.edit + 1 : activity.edit;
}

function leaveOut(draft: Draft, activity: Activity, failed: Failure): void {
  const { path } = activity;
  draft.emit({ kind: 'StepFailed', step: path, attempt: activity.attempt, outcome: outcomeOf(activity, failed), failure: failed });
  draft.emit({ kind: 'StepSkipped', step: path, action: 'do', by: 'policy', detail: failed.code });
}

/**
 * Gives a place up. Before the pivot the saga turns back, unless the author's code failed (a person has to look at that
 * first) or a block around it has a policy of its own. Past the pivot there is no way back, and the place is parked.
 */
export function giveUp(draft: Draft, path: Path, failed: Failure): void {
  const saga = draft.open;
  if (saga === undefined) return;
  const activity = activityAt(saga, path, 'do');
  draft.emit({
    kind: 'StepFailed',
    step: path,
    attempt: failed.attempt ?? activity?.attempt ?? 1,
    outcome: outcomeOf(activity, failed),
    failure: failed,
  });
  const parks = failed.kind === 'threw' || saga.pastPivot || blockWithPolicy(draft, path) !== undefined;
  if (saga.compensating === null && !parks) draft.emit({ kind: 'CompensationStarted', failure: failed });
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
 * for all attempts; a failure is its word on one attempt only, and says nothing of one that timed out before.
 */
function outcomeOf(activity: Activity | undefined, failed: Failure): 'unknown' | 'notDone' {
  if (activity === undefined || failed.kind === 'rejected') return 'notDone';
  return activity.unknown || failed.kind === 'timeout' ? 'unknown' : 'notDone';
}

/** The failure that a cancel is. */
export function cancelled(by: string, reason: string | null): Failure {
  return failure('cancelled', 'CANCELLED', `Cancelled by the ${by}${reason === null ? '.' : `: ${reason}`}`);
}
