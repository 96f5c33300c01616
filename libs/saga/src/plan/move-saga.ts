import { thrownMessage } from '../failure.js';
import { freeze } from '../freeze.js';
import { dataIssue, dataShape } from '../records/recorded-data.js';
import type { Activity, OpenSaga, UndoEntry } from '../state.js';
import { readyAt } from '../evolve/activities.js';
import { blocksAround } from './blocks-around.js';
import { valueAt } from './data.js';
import { liveAt } from './live.js';
import type { Migration } from './migration.js';
import { indexesOf, nodeAt, pathOf, type Path } from './place.js';
import { isCommandNode, type Plan, type PlanNode } from './plan.js';
import { requestAt, sameRequest } from './request.js';

/** A saga on its new plan, or why it stays on the old one. */
export type Move =
  | { readonly kind: 'moved'; readonly saga: OpenSaga }
  | { readonly kind: 'stays'; readonly code: MoveRefusal; readonly reason: string };

export type MoveRefusal =
  | 'MIGRATION_UNKNOWN'
  | 'MIGRATION_PLACE_UNMAPPED'
  | 'MIGRATION_STEP_IN_FLIGHT'
  | 'MIGRATION_UNDO_UNMAPPED'
  | 'MIGRATION_KEY_TAKEN'
  | 'MIGRATION_DATA_INVALID';

class Stays extends Error {
  constructor(
    readonly code: MoveRefusal,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Takes a running saga from its plan to another version of it. Pure, and total: a saga that cannot be taken along stays,
 * with the reason. Commands that are out keep the idempotency keys they were sent under.
 */
export function moveSaga(plan: Plan, saga: OpenSaga, target: Plan): Move {
  const migration = target.name === plan.name ? target.migrations.get(plan.version) : undefined;
  if (migration === undefined) {
    return { kind: 'stays', code: 'MIGRATION_UNKNOWN', reason: `${target.name} version ${target.version} says nothing of how a saga of ${plan.name} version ${plan.version} comes to it.` };
  }
  try {
    const data = migratedData(migration, saga, target);
    const active = saga.active.map((activity) => moveActivity(plan, target, migration, activity));
    const pivoting = active.find(({ path, action, attempt }) => action === 'do' && attempt > 0 && isPivot(target, path));
    if (pivoting !== undefined && saga.compensating !== null) {
      throw new Stays('MIGRATION_STEP_IN_FLIGHT', `A command of "${pivoting.path}" is under way, and version ${target.version} makes it the pivot: the saga turns back and cannot pass it.`);
    }
    for (const { path, action } of active) if (action === 'do') checkLive(target, data, path);
    const undo = saga.undo.flatMap((entry) => moveUndo(plan, target, migration, saga, entry));
    for (const place of [...active, ...undo]) checkKey(target, place);
    const loops = saga.loops.map(({ path, count }) => ({ path: movedPath(plan, target, migration, path).path, count }));
    // Signals that the new plan never waits for have no reader any more, and no place in its snapshots.
    const earlySignals = saga.earlySignals.filter(({ value }) => target.signals.has(value.type));
    const pastPivot = saga.pastPivot || pivoting !== undefined || (saga.compensating === null && active.some(({ path }) => isPastPivot(target, path)));
    // What is parked is said again, for the new plan may have no reason to park it.
    const moved: OpenSaga = { ...saga, planVersion: target.version, pastPivot, data, active, undo, loops, earlySignals, stuck: null };
    for (const [n, activity] of saga.active.entries()) checkRequest({ plan, saga, activity }, { plan: target, saga: moved, activity: active[n] ?? activity });
    return { kind: 'moved', saga: moved };
  } catch (error) {
    if (error instanceof Stays) return { kind: 'stays', code: error.code, reason: error.message };
    throw error;
  }
}

function migratedData(migration: Migration, saga: OpenSaga, target: Plan): Readonly<Record<string, unknown>> {
  let data: Readonly<Record<string, unknown>>;
  try {
    const given = migration.data({ sagaId: saga.sagaId, ...saga.data });
    data = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  } catch (thrown) {
    throw new Stays('MIGRATION_DATA_INVALID', `The migration's data function threw: ${thrownMessage(thrown)}`);
  }
  const wrong = target.input.check?.(data['input']);
  if (wrong !== undefined) throw new Stays('MIGRATION_DATA_INVALID', `The migrated input is no ${target.input.name}: ${wrong}`);
  const issue = dataIssue(dataShape(target), data);
  if (issue !== undefined) throw new Stays('MIGRATION_DATA_INVALID', `The migrated data does not fit version ${target.version}: ${issue}`);
  freeze(data);
  return data;
}

/** What the new plan's functions may read without a question from a place on has to be there. */
function checkLive(target: Plan, data: Readonly<Record<string, unknown>>, path: Path): void {
  const node = nodeAt(target, path);
  if (node === undefined) return;
  const indexes = indexesOf(path);
  const missing = liveAt(target, node).find((live) => valueAt(data, pathOf({ path: live }, indexes)) === undefined);
  if (missing === undefined) return;
  throw new Stays('MIGRATION_DATA_INVALID', `From "${path}" on version ${target.version} reads "${missing}", and the migration's data has none.`);
}

/** Two steps of a saga never send under one path: what came first would be taken for what comes later. */
function checkKey(target: Plan, { path, sentAs }: Pick<Activity, 'path' | 'sentAs'>): void {
  if (sentAs === null || sentAs === path || !isCommandNode(nodeAt(target, sentAs))) return;
  throw new Stays('MIGRATION_KEY_TAKEN', `The command of "${path}" went out as "${sentAs}", which is another step in version ${target.version}: let the saga end on its version, or give that step another id.`);
}

/** Where a place of the old plan is in the new one. */
function movedPath(plan: Plan, target: Plan, { cursor }: Migration, path: Path): { readonly path: Path; readonly node: PlanNode; readonly old: PlanNode } {
  const old = nodeAt(plan, path);
  const mapped = old === undefined ? undefined : cursor[old.path];
  const node = old === undefined ? undefined : nodeAt(target, mapped ?? old.path);
  if (old === undefined || node === undefined || (mapped === undefined && node.kind !== old.kind)) {
    throw new Stays('MIGRATION_PLACE_UNMAPPED', `The saga stands at "${path}", which version ${target.version} does not have: map it in the migration's cursor.`);
  }
  const indexes = indexesOf(path);
  // A loop's boundary has an index more than the loop.
  const boundary = old.kind === 'each' && node.kind === 'each' ? path.slice(pathOf(old, indexes).length) : '';
  return { path: pathOf(node, indexes) + boundary, node, old };
}

function isPivot(plan: Plan, path: Path): boolean {
  const node = nodeAt(plan, path);
  return isCommandNode(node) && node.pivot;
}

/** Whether a place comes after the pivot, where no step has an undo: a saga that is taken there only goes forward. */
function isPastPivot(plan: Plan, path: Path): boolean {
  for (let node = nodeAt(plan, path); node !== undefined; node = node.parent === null ? undefined : plan.nodes[node.parent]) {
    const { parent, number } = node;
    if (plan.nodes.some((other) => isCommandNode(other) && other.pivot && other.parent === parent && other.number < number)) return true;
  }
  return false;
}

function moveActivity(plan: Plan, target: Plan, migration: Migration, activity: Activity): Activity {
  const { path, node, old } = movedPath(plan, target, migration, activity.path);
  if (activity.action === 'do' && blocksAround(plan, old) !== blocksAround(target, node)) {
    throw new Stays('MIGRATION_PLACE_UNMAPPED', `The saga stands at "${activity.path}", in a block that has other branches in version ${target.version}: wait until it has left the block.`);
  }
  const renamed = path === activity.path ? activity.sentAs : (activity.sentAs ?? activity.path);
  const started = activity.attempt > 0;
  if (isCommandNode(old) && isCommandNode(node) && sameCommand(old, node, activity.action)) {
    return { ...activity, path, sentAs: started ? renamed : null };
  }
  if (started && activity.phase !== 'failed') {
    throw new Stays('MIGRATION_STEP_IN_FLIGHT', `A command of "${activity.path}" is under way, and version ${target.version} has another one in its place: wait for its reply.`);
  }
  if (started && activity.unknown) {
    throw new Stays('MIGRATION_STEP_IN_FLIGHT', `"${activity.path}" may have happened, and version ${target.version} has another step in its place: retry it first.`);
  }
  return node.kind === old.kind && !isCommandNode(node) ? { ...activity, path } : readyAt(path);
}

/** A place of a saga on a plan. */
interface Standing {
  readonly plan: Plan;
  readonly saga: OpenSaga;
  readonly activity: Activity;
}

/** What may be out under a key is asked for again under it: the new plan has to ask for the same. */
function checkRequest(before: Standing, after: Standing): void {
  const { phase, attempt, firstAttempt, unknown, edited, path } = before.activity;
  const out = attempt >= firstAttempt && ['sent', 'waiting', 'child', 'closing'].includes(phase);
  if (attempt === 0 || edited !== null || !(out || unknown)) return;
  const [last, next] = [requested(before), requested(after)];
  if (last !== undefined && next !== undefined && sameRequest(last.value, next.value)) return;
  throw new Stays('MIGRATION_STEP_IN_FLIGHT', `"${path}" has been asked for and may happen, and version ${after.plan.version} asks for something else: wait for its reply.`);
}

function requested({ plan, saga, activity: { path, action } }: Standing): { readonly value: unknown } | undefined {
  const node = nodeAt(plan, path);
  try {
    return isCommandNode(node) ? { value: requestAt(plan, saga, node, path, action) } : undefined;
  } catch {
    return undefined;
  }
}

function moveUndo(plan: Plan, target: Plan, migration: Migration, saga: OpenSaga, entry: UndoEntry): readonly UndoEntry[] {
  const moved = sameUndo(plan, target, migration, entry);
  if (typeof moved !== 'string') return [{ ...entry, path: moved.path, sentAs: moved.path === entry.path ? entry.sentAs : (entry.sentAs ?? entry.path) }];
  // Past the pivot nothing is undone any more.
  if (saga.pastPivot) return [];
  throw new Stays('MIGRATION_UNDO_UNMAPPED', `"${entry.path}" has to be undone if the saga turns back: ${moved}`);
}

/** The place in the new plan whose undo is an entry's undo; else why there is none. */
function sameUndo(plan: Plan, target: Plan, migration: Migration, entry: UndoEntry): { readonly path: Path } | string {
  try {
    const { path, node, old } = movedPath(plan, target, migration, entry.path);
    if (isCommandNode(node) && node.undo !== null && sameCommand(old, node, 'undo')) return { path };
    return `version ${target.version} has no such undo.`;
  } catch (error) {
    if (error instanceof Stays) return error.message;
    throw error;
  }
}

/** Whether two nodes ask the same of the same participant. */
export function sameCommand(old: PlanNode, node: PlanNode, action: Activity['action']): boolean {
  if (!isCommandNode(old) || !isCommandNode(node) || old.kind !== node.kind) return false;
  const [a, b] = action === 'do' ? [old.command, node.command] : [old.undo?.command, node.undo?.command];
  return a !== undefined && b !== undefined && a.participant === b.participant && a.name === b.name;
}
