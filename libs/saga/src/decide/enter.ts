import { durationMs, type Duration } from '../duration.js';
import type { Failure } from '../failure.js';
import { failure } from '../failure.js';
import { recordedAt, recordedInIteration } from '../plan/data.js';
import { indexesOf, nodeAt, pathOf, type Path } from '../plan/place.js';
import type { EachNode, PlanNode, SleepNode } from '../plan/plan.js';
import type { Activity, OpenSaga } from '../state.js';
import type { Draft } from './draft.js';
import { giveUp } from './give-up.js';
import { send } from './send.js';
import { runUserCode, threw, type UserResult } from './user-code.js';

/** Enters a place that is ready: sends its command, begins its wait, or goes into its block. What throws parks the place. */
export function enter(draft: Draft, saga: OpenSaga, activity: Activity): void {
  const { path } = activity;
  const node = nodeAt(draft.plan, path);
  const failed = node === undefined ? unknownPlace(path) : enterNode(draft, saga, node, path);
  if (failed !== undefined) giveUp(draft, path, failed);
}

function enterNode(draft: Draft, saga: OpenSaga, node: PlanNode, path: Path): Failure | undefined {
  switch (node.kind) {
    case 'step':
    case 'child':
      return send(draft, saga, node, path, 'do');
    case 'parallel':
      draft.emit({ kind: 'ParallelStarted', step: path });
      return undefined;
    case 'drop':
      draft.emit({ kind: 'DataDropped', step: path });
      return undefined;
    case 'when': {
      const chosen = answer(() => node.predicate(recordedAt(draft.plan, saga, node, path)));
      if (!('value' in chosen)) return threw(chosen, { step: path });
      draft.emit({ kind: 'WhenDecided', step: path, chosen: chosen.value ? 'then' : 'otherwise' });
      return undefined;
    }
    case 'each':
      return indexesOf(path).length > indexesOf(pathOf(node, indexesOf(path))).length ? enterIteration(draft, saga, node, path) : enterLoop(draft, saga, node, path);
    case 'sleep':
      return enterSleep(draft, saga, node, path);
    case 'signal':
      draft.emit({ kind: 'SignalAwaited', step: path, dueAtMs: node.timeoutMs === null ? null : draft.atMs + node.timeoutMs });
      return undefined;
  }
}

function enterSleep(draft: Draft, saga: OpenSaga, node: SleepNode, path: Path): Failure | undefined {
  const { length } = node;
  if (typeof length === 'number') {
    draft.emit({ kind: 'SleepStarted', step: path, dueAtMs: draft.atMs + length });
    return undefined;
  }
  const made = runUserCode<number>(() => durationMs(length(recordedAt(draft.plan, saga, node, path)) as Duration), () => undefined);
  if (!('value' in made)) return threw(made, { step: path });
  draft.emit({ kind: 'SleepStarted', step: path, dueAtMs: draft.atMs + made.value });
  return undefined;
}

function enterLoop(draft: Draft, saga: OpenSaga, node: EachNode, path: Path): Failure | undefined {
  const items = runUserCode<readonly unknown[]>(
    () => node.over(recordedAt(draft.plan, saga, node, path)),
    (value) => {
      if (!Array.isArray(value)) return 'What a loop goes over must be an array.';
      return value.length > node.max ? `The loop has ${value.length} items, and its plan allows ${node.max}.` : undefined;
    },
  );
  if (!('value' in items)) return threw(items, { step: path });
  draft.emit({ kind: 'LoopStarted', step: path, count: items.value.length });
  return undefined;
}

/** At the boundary before an iteration: the loop goes on, or ends because all items are through or its author says so. */
function enterIteration(draft: Draft, saga: OpenSaga, node: EachNode, path: Path): Failure | undefined {
  const loop = path.slice(0, path.lastIndexOf('['));
  const index = indexesOf(path).at(-1) ?? 0;
  const count = saga.loops.find((candidate) => candidate.path === loop)?.count ?? 0;
  let ended = index >= count;
  const { until } = node;
  if (!ended && index > 0 && until !== null) {
    const told = answer(() => until(recordedInIteration(draft.plan, saga, node, `${loop}[${index - 1}]`)));
    if (!('value' in told)) return threw(told, { step: path });
    ended = told.value;
  }
  draft.emit(ended ? { kind: 'LoopEnded', step: path } : { kind: 'IterationStarted', step: path });
  return undefined;
}

function answer(predicate: () => unknown): UserResult<boolean> {
  return runUserCode<boolean>(predicate, (value) => (typeof value === 'boolean' ? undefined : `A predicate must give true or false, not ${typeof value}.`));
}

function unknownPlace(path: Path): Failure {
  return failure('threw', 'PLACE_UNKNOWN', 'The plan has no such place.', { step: path });
}
