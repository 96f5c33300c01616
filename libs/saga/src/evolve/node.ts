import type { EventOf } from '../events.js';
import { freeze } from '../freeze.js';
import { dropAt, putAt } from '../plan/data.js';
import { indexesOf, nodeAt } from '../plan/place.js';
import type { ParallelNode, Plan, PlanNode } from '../plan/plan.js';
import { IDS_SEEN_MAX, type OpenSaga } from '../state.js';
import { changeAt, enterBlock, goOn, isInside, leave } from './activities.js';
import { broken } from './broken.js';

type NodeEvent = EventOf<
  | 'ParallelStarted' | 'BranchSkipped' | 'WhenDecided' | 'LoopStarted' | 'IterationStarted' | 'LoopEnded' | 'SleepStarted'
  | 'SleepEnded' | 'SignalAwaited' | 'SignalKept' | 'SignalTaken' | 'SignalRead' | 'SignalTimedOut' | 'DataDropped'
>;

/** The state after an event of a node that sends no command. */
export function atNode(plan: Plan, saga: OpenSaga, event: NodeEvent): OpenSaga {
  switch (event.kind) {
    case 'SignalKept':
      return {
        ...seen(saga, event.commandId),
        earlySignals: [...saga.earlySignals.filter(({ id }) => id !== event.commandId), { id: event.commandId, value: event.value }],
      };
    case 'SignalTaken': {
      freeze(event.value.value);
      const taken = { ...read(saga, event.commandId), data: putAt(saga.data, event.step, event.value.value) };
      return leave(plan, taken, event.step);
    }
    case 'SignalRead':
      return read(saga, event.commandId);
    case 'SignalTimedOut':
    case 'SleepEnded':
      return leave(plan, saga, event.step);
    case 'SleepStarted':
      return changeAt(saga, event.step, 'do', { phase: 'sleeping', dueAtMs: event.dueAtMs });
    case 'SignalAwaited':
      return changeAt(saga, event.step, 'do', { phase: 'listening', dueAtMs: event.dueAtMs });
    default:
      return atBlock(plan, saga, event, nodeOf(plan, event));
  }
}

type BlockEvent = Exclude<NodeEvent, EventOf<'SleepStarted' | 'SleepEnded' | 'SignalAwaited' | 'SignalKept' | 'SignalTaken' | 'SignalRead' | 'SignalTimedOut'>>;

function atBlock(plan: Plan, saga: OpenSaga, event: BlockEvent, node: PlanNode): OpenSaga {
  switch (event.kind) {
    case 'ParallelStarted':
      return node.kind !== 'parallel' ? saga : enterBlock(plan, { ...saga, data: putAt(saga.data, event.step, emptyBranches(plan, node)) }, event.step, node.branches.map(({ first }) => first));
    case 'BranchSkipped': {
      const active = saga.active.filter(({ path }) => path !== event.step && !isInside(path, event.step));
      const loops = saga.loops.filter(({ path }) => !isInside(path, event.step));
      const left: OpenSaga = { ...saga, active, loops };
      const block = event.step.slice(0, event.step.lastIndexOf('.'));
      return active.some(({ path }) => isInside(path, block)) ? left : goOn(plan, left, node, indexesOf(block));
    }
    case 'WhenDecided': {
      const first = node.kind !== 'when' ? null : event.chosen === 'then' ? node.then : node.otherwise;
      return first === null ? leave(plan, saga, event.step) : enterBlock(plan, saga, event.step, [first]);
    }
    case 'LoopStarted': {
      const { step, count } = event;
      const started = { ...saga, loops: [...saga.loops, { path: step, count }], data: putAt(saga.data, step, Object.freeze([])) };
      return changeAt(started, step, 'do', { path: `${step}[0]` });
    }
    case 'IterationStarted':
      if (node.kind !== 'each') return saga;
      return enterBlock(plan, { ...saga, data: putAt(saga.data, event.step, Object.freeze({})) }, event.step, [node.first]);
    case 'LoopEnded': {
      const loop = event.step.slice(0, event.step.lastIndexOf('['));
      return leave(plan, { ...saga, loops: saga.loops.filter(({ path }) => path !== loop) }, event.step);
    }
    case 'DataDropped':
      return node.kind !== 'drop' ? saga : leave(plan, { ...saga, data: dropAt(saga.data, event.step, node.ids) }, event.step);
  }
}

/** What is recorded of a parallel block in the beginning: a branch that is a block has its results in a record of its own. */
function emptyBranches(plan: Plan, node: ParallelNode): object {
  const blocks = node.branches.filter(({ first }) => plan.nodes[first]?.scope !== node.scope);
  return Object.freeze(Object.fromEntries(blocks.map(({ id }) => [id, Object.freeze({})])));
}

/** The node of an event; a branch is known by its block's node. */
function nodeOf(plan: Plan, event: BlockEvent): PlanNode {
  const node = nodeAt(plan, event.kind === 'BranchSkipped' ? event.step.slice(0, event.step.lastIndexOf('.')) : event.step);
  if (node === undefined) throw broken(event, `names "${event.step}", which the plan does not have`);
  return node;
}

/** The saga with a signal or an operator's command remembered. */
export function seen(saga: OpenSaga, id: string): OpenSaga {
  if (saga.seenIds.includes(id)) return saga;
  return { ...saga, seenIds: [...saga.seenIds, id].slice(-IDS_SEEN_MAX) };
}

function read(saga: OpenSaga, id: string): OpenSaga {
  return { ...seen(saga, id), earlySignals: saga.earlySignals.filter((early) => early.id !== id) };
}
