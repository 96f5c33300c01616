import { indexesOf, nodeAt, pathOf, type Path } from '../plan/place.js';
import type { Plan, PlanNode } from '../plan/plan.js';
import type { Action, Activity, OpenSaga } from '../state.js';

/** The activity at a place. */
export function activityAt(saga: OpenSaga, path: Path, action: Action): Activity | undefined {
  return saga.active.find((activity) => activity.path === path && activity.action === action);
}

/** Last failures of a child's place that tell of its end. */
const CHILD_ENDED = ['SNAPSHOT_TOO_LARGE', 'REPLY_TYPE_WRONG', 'TERMINATED'];

/** Whether an activity has a child saga that runs, for all that is known here: it was started, and no end was heard of. */
export function childRuns(plan: Plan, { path, action, phase, attempt, unknown, failure, causes }: Activity): boolean {
  if (action !== 'do' || attempt === 0 || nodeAt(plan, path)?.kind !== 'child') return false;
  return phase === 'child' || phase === 'closing' || (unknown && !CHILD_ENDED.includes((failure ?? causes.at(-1))?.code ?? ''));
}

/** A place that is to be entered. */
export function readyAt(path: Path): Activity {
  return {
    path,
    action: 'do',
    phase: 'ready',
    attempt: 0,
    firstAttempt: 1,
    edit: 0,
    edited: null,
    sentAs: null,
    dueAtMs: null,
    deadlineAtMs: null,
    unknown: false,
    causes: [],
    failure: null,
  };
}

/** The saga with the activity at a place changed. */
export function changeAt(saga: OpenSaga, path: Path, action: Action, change: Partial<Activity>): OpenSaga {
  return {
    ...saga,
    active: saga.active.map((activity) =>
      activity.path === path && activity.action === action ? { ...activity, ...change } : activity,
    ),
  };
}

/** The saga without the activity at a place. */
export function removeAt(saga: OpenSaga, path: Path, action: Action): OpenSaga {
  return { ...saga, active: saga.active.filter((activity) => activity.path !== path || activity.action !== action) };
}

/** Whether a path lies inside a block, by the block's path. */
export function isInside(path: Path, block: Path): boolean {
  return path.startsWith(`${block}.`) || path.startsWith(`${block}[`);
}

/** Leaves a place: its activity gives way to the next place that can be entered. */
export function leave(plan: Plan, saga: OpenSaga, path: Path): OpenSaga {
  const node = nodeAt(plan, path);
  const rest = removeAt(saga, path, 'do');
  return node === undefined ? rest : goOn(plan, rest, node, indexesOf(path));
}

/** Enters a node's block at the given first node. */
export function enterBlock(plan: Plan, saga: OpenSaga, path: Path, firsts: readonly number[]): OpenSaga {
  const rest = removeAt(saga, path, 'do');
  const indexes = indexesOf(path);
  const entered = firsts.map((number) => readyAt(pathOf(plan.nodes[number] as PlanNode, indexes)));
  return { ...rest, active: [...rest.active, ...entered] };
}

/**
 * Goes on behind a node: to the next of its block, or, at the block's end, behind the block. A parallel block ends with
 * its last branch; a loop's body leads to the boundary before the next iteration. Nothing new starts in a saga that turned back.
 */
export function goOn(plan: Plan, saga: OpenSaga, node: PlanNode, places: readonly number[]): OpenSaga {
  if (saga.compensating !== null) return saga;
  const indexes = places.slice(0, loopsAround(node));
  if (node.next !== null) {
    return { ...saga, active: [...saga.active, readyAt(pathOf(plan.nodes[node.next] as PlanNode, indexes))] };
  }
  const block = node.parent === null ? undefined : plan.nodes[node.parent];
  if (block === undefined) return saga;
  if (block.kind === 'each') {
    const boundary = `${pathOf(block, indexes)}[${(indexes.at(-1) ?? 0) + 1}]`;
    return { ...saga, active: [...saga.active, readyAt(boundary)] };
  }
  if (block.kind === 'parallel' && saga.active.some(({ path }) => isInside(path, pathOf(block, indexes)))) return saga;
  return goOn(plan, saga, block, indexes);
}

/** How many loops stand around a node. */
function loopsAround(node: PlanNode): number {
  return node.path.split('[]').length - 1;
}
