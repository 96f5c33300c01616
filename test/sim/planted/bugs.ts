import type { StageName } from '../runner/range.js';

/** A bug that is planted to see whether it is found: texts that stand once in a source file, and what stands there instead. */
export interface Bug {
  readonly name: string;
  readonly stage: StageName;
  readonly changes: readonly { readonly path: string; readonly find: string; readonly replace: string }[];
}

const engine = (name: string, file: string, find: string, replace: string): Bug => ({ name, stage: 'engine', changes: [{ path: `libs/saga/src/${file}`, find, replace }] });

const lane = (name: string, ...changes: readonly (readonly [path: string, find: string, replace: string])[]): Bug => ({
  name,
  stage: 'lane',
  changes: changes.map(([path, find, replace]) => ({ path, find, replace })),
});

const ENGINE_BUGS: readonly Bug[] = [
  engine('a step of unknown outcome is not undone', 'decide/proceed.ts', "failed === null && (outcome === 'done' || outcome === 'unknown')", "failed === null && outcome === 'done'"),
  engine('undos run in the order of completion, not in reverse', 'decide/proceed.ts', 'saga.undo.findLast(', 'saga.undo.find('),
  engine('undos run in reverse order of sending', 'evolve/undo.ts', 'return [...undo.filter((candidate) => candidate !== entry), { ...entry, outcome }];', 'return undo.map((candidate) => (candidate === entry ? { ...entry, outcome } : candidate));'),
  engine('undos do not wait for commands that are out', 'decide/proceed.ts', 'would only guess at the outcome.\n  if (saga.active.length > 0) return false;', 'would only guess at the outcome.\n  if (saga.active.some(({ action }) => action === "undo")) return false;'),
  engine('an undo is registered only when its step is done', 'evolve/command.ts', ': [...saga.undo, registered(activity)]', ': saga.undo'),
  engine('a done step runs again', 'evolve/command.ts', 'return leave(plan, recorded, event.step);', 'const left = leave(plan, recorded, event.step); return event.attempt === 2 ? { ...left, active: [...left.active, readyAt(event.step)] } : left;'),
  engine('a late failure fails a later attempt', 'decide/reply.ts', "const superseded = input.attempt < firstAttempt || (input.attempt < attempt && nodeAt(plan, path)?.kind !== 'child');", 'const superseded = false;'),
  engine('every attempt has a key of its own', 'effects.ts', "const key = idempotencyKey(plan.domain, before.sagaId, sent, event.action, event.edit);", "const key = idempotencyKey(plan.domain, before.sagaId, sent, event.action, event.attempt - 1);"),
  engine('an undo names the key under which its do was first sent', 'effects.ts', "'do', entry.doEdit);", "'do', 0);"),
  engine('a retry after a refusal keeps the key', 'decide/give-up.ts', "return kind === 'rejected' ? edit + 1 : edit;", 'return kind === "rejected" ? edit : edit;'),
  engine('a retry after a failure changes the key', 'decide/give-up.ts', "return kind === 'rejected' ? edit + 1 : edit;", 'return kind === "threw" ? edit : edit + 1;'),
  engine('a time-out counts as not done', 'decide/give-up.ts', "return activity.unknown || failed.kind === 'timeout' || failed.kind === 'cancelled' ? 'unknown' : 'notDone';", "return failed.kind === 'cancelled' ? 'unknown' : 'notDone';"),
  engine('the timer of a signal is lost', 'state.ts', "if (phase === 'ready' || phase === 'failed') return Infinity;", "if (phase === 'ready' || phase === 'failed' || phase === 'sleeping') return Infinity;"),
  engine('timers fire half a second before their time', 'state.ts', 'return Math.min(dueAtMs ?? Infinity, deadlineAtMs ?? Infinity);', 'return Math.min(dueAtMs ?? Infinity, deadlineAtMs ?? Infinity) - 500;'),
  engine('an early signal is dropped', 'evolve/node.ts', "earlySignals: [...saga.earlySignals.filter(({ id }) => id !== event.commandId), { id: event.commandId, value: event.value }],", 'earlySignals: saga.earlySignals,'),
  engine('a kept signal is taken twice', 'evolve/node.ts', 'const taken = { ...read(saga, event.commandId), data:', 'const taken = { ...seen(saga, event.commandId), data:'),
  engine('a repeated signal counts again', 'evolve/node.ts', 'if (saga.seenIds.includes(id)) return saga;', 'if (id !== "") return saga;'),
  engine('a parallel block is left with its first branch', 'evolve/activities.ts', "if (block.kind === 'parallel' && saga.active.some(({ path }) => isInside(path, pathOf(block, indexes)))) return saga;", ''),
  engine('a loop skips an item', 'evolve/activities.ts', '(indexes.at(-1) ?? 0) + 1}', '(indexes.at(-1) ?? 0) + 2}'),
  engine('a choice is made anew by the fold', 'evolve/node.ts', "event.chosen === 'then' ? node.then : node.otherwise", 'node.predicate({ sagaId: saga.sagaId, ...saga.data }) === true ? node.then : node.otherwise'),
  engine('a snapshot loses the undo stack but its top', 'records/to-snapshot.ts', 'undo: state.undo.map((entry) =>', 'undo: state.undo.slice(-1).map((entry) =>'),
  engine('a snapshot forgets that an attempt timed out', 'records/to-snapshot.ts', 'codec), sentAs, unknown, causes, failure }', 'codec), sentAs, unknown: false, causes, failure }'),
  engine('a repeated start is never answered', 'evolve/index.ts', 'return event.parent === null ? withCommand(state, event.commandId) : state;', 'return state;'),
  engine('a cancel past the pivot turns the saga back', 'decide/cancel.ts', 'if (saga.pastPivot) {', 'if (saga.pastPivot && saga.sagaId === "") {'),
  engine('the pivot counts from its reply', 'evolve/command.ts', "pastPivot: saga.pastPivot || (action === 'do' && node.pivot)", 'pastPivot: saga.pastPivot'),
  engine('a child does not answer its parent', 'effects.ts', '...(parent === null ? [] : [replyTo(before.sagaId, parent, end)]),', ''),
  engine('a child is cancelled and not awaited', 'decide/proceed.ts', 'policy: childNode.parentClose', "policy: childNode.parentClose === 'compensate' ? 'cancel' : childNode.parentClose"),
  engine('a late done is not undone', 'evolve/command.ts', 'return { ...saga, data: putAt(saga.data, step, value.value), undo: completed(saga.undo, step) };', 'return saga;'),
  engine('new steps begin beside a failed branch', 'decide/proceed.ts', "phase === 'ready' && !awaiting.some(({ block }) => isInside(path, block.path))", "phase === 'ready'"),
  engine('a migrated step goes on under another key', 'plan/move-saga.ts', 'return { ...activity, path, sentAs: started ? renamed : null };', 'return { ...activity, path, sentAs: null };'),
  engine('an operator is obeyed twice', 'evolve/index.ts', "case 'OperatorActed':\n      return seen(saga, event.commandId);", "case 'OperatorActed':\n      return saga;"),
];

const LANE = 'libs/kafka/src/lane/lane.ts';
const ORCHESTRATOR = 'services/orchestrator/src/lane';

const LANE_BUGS: readonly Bug[] = [
  lane('offsets are committed without what was produced', [LANE, 'records: [...produced, ...turn.quarantined],', 'records: turn.inputs.length === 2 ? turn.quarantined : [...produced, ...turn.quarantined],']),
  lane('what was produced is committed without offsets', [LANE, 'topics: turn.offsets },', 'topics: turn.inputs.length === 1 ? turn.offsets.slice(1) : turn.offsets },']),
  lane(
    'fencing is forgotten: commits name no member, and every producer has a name of its own',
    [LANE, 'offsets: { groupId, membership: turn.membership, topics: turn.offsets },', "offsets: { groupId, membership: { memberId: '', generationId: -1 }, topics: turn.offsets },"],
    [LANE, 'return TransactionalProducer.open({ cluster: this.#cluster, transactionalId,', 'return TransactionalProducer.open({ cluster: this.#cluster, transactionalId: `${transactionalId}-${performance.now()}`,'],
  ),
  lane('a stale local store is trusted', [`${ORCHESTRATOR}/state-restore.ts`, 'let from = await store.claim(topicId);', 'let from = await store.claim(topicId);\n    if (from !== undefined) from = end;']),
  lane('memory outlives the loss of its partition', [`${ORCHESTRATOR}/saga-processor.ts`, 'this.#partitions.set(partition, new PartitionSagas(partition, store));', 'if (!this.#kept.has(partition)) this.#kept.set(partition, new PartitionSagas(partition, store));\n    this.#partitions.set(partition, this.#kept.get(partition));'], [`${ORCHESTRATOR}/saga-processor.ts`, 'export class SagaProcessor implements LaneProcessor {', 'export class SagaProcessor implements LaneProcessor {\n  #kept = new Map();']),
  lane('a record that cannot be read stops its partition', [`${ORCHESTRATOR}/saga-runner.ts`, 'this.refuse(record, inbound, turn);', 'throw new UnreadableSaga(place.sagaId, inbound.reason);']),
  lane('inputs of aborted transactions are taken', ['libs/kafka/src/consumer/fetch-loop.ts', 'this.#isolation = options.isolation', "this.#isolation = 'read_uncommitted'"]),
  lane('an ended saga is forgotten', [`${ORCHESTRATOR}/saga-runner.ts`, 'if (stored === undefined) return undefined;', "if (stored === undefined) return undefined;\n      if ((await this.parts.codec.decodeState(sagaId, stored)).kind === 'closed') return undefined;"]),
  lane('what was put aside is taken but for the last', [`${ORCHESTRATOR}/saga-runner.ts`, 'for (const bytes of deferred) {', 'for (const bytes of deferred.slice(0, -1)) {']),
  lane('the restore reads to the last stable offset only', ['libs/kafka/src/consumer/topic-reader.ts', "until === 'end' ? await endOffsets(cluster, topic, partitions, 'read_uncommitted')", "until === 'end' ? await endOffsets(cluster, topic, partitions, 'read_committed')"]),
  lane('only the first change of a saga in a batch is written as its state', [`${ORCHESTRATOR}/partition-sagas.ts`, 'this.#changed.set(sagaId, changed);', 'if (!this.#changed.has(sagaId) || changed.saga.kind === "closed") this.#changed.set(sagaId, changed);']),
  lane('what arrives on another partition is forwarded and taken', [`${ORCHESTRATOR}/saga-processor.ts`, 'turn.out.push(writer.forward(record, located.partition, located.origin));', 'turn.out.push(writer.forward(record, located.partition, located.origin), writer.forward(record, located.partition, located.origin));']),
];

/** Every bug that is planted: what the engine could do wrong, and what the lane around it could. */
export const BUGS: readonly Bug[] = [...ENGINE_BUGS, ...LANE_BUGS];
