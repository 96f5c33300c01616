import { runUserCode } from '../decide/user-code.js';
import { putAt, valueAt } from '../plan/data.js';
import { blocksAround } from '../plan/blocks-around.js';
import { liveAt } from '../plan/live.js';
import type { Migration } from '../plan/migration.js';
import { nodeAt, pathOf } from '../plan/place.js';
import { isCommandNode, type Plan, type PlanNode, type Recorded } from '../plan/plan.js';
import { sameCommand } from '../plan/move-saga.js';
import { pathsBefore } from '../plan/used-paths.js';
import { dataIssue, dataShape } from '../records/recorded-data.js';
import type { MigrationDraft, SagaDraft } from './draft.js';
import { refuse } from './refuse.js';
import { holdsBytes, sampleOf } from './sample.js';

/** The migrations of a definition, checked against the plan that they lead to. */
export function compileMigrations(draft: SagaDraft, plan: Plan): ReadonlyMap<number, Migration> {
  const migrations = new Map<number, Migration>();
  for (const migration of draft.migrations) {
    const { old, cursor, data } = migration;
    const owner = `Migration of "${plan.name}" from version ${old.version} to ${plan.version}`;
    if (old.name !== plan.name || old.domain !== plan.domain) {
      refuse('SAGA_MIGRATION_INVALID', `${owner}: the other plan is "${old.name}" of the domain "${old.domain}", another saga type.`);
    }
    if (old.version === plan.version || migrations.has(old.version)) {
      refuse('SAGA_MIGRATION_INVALID', `${owner}: there is one migration from every other version.`);
    }
    for (const [from, to] of Object.entries(cursor)) checkPlace(migration, plan, { from, to }, owner);
    checkKeys(migration, plan, owner);
    migrations.set(old.version, { from: old.version, old, cursor, data });
  }
  return migrations;
}

/** A place that is mapped is there, in blocks of the same kinds and branches, and what is read from it on is made by `data`. */
function checkPlace({ old, data }: MigrationDraft, plan: Plan, { from, to }: { from: string; to: string }, owner: string): void {
  const [source, target] = [nodeAt(old, from), nodeAt(plan, to)];
  if (source === undefined) refuse('SAGA_MIGRATION_INVALID', `${owner}: version ${old.version} has no place "${from}".`);
  if (target === undefined) refuse('SAGA_MIGRATION_INVALID', `${owner}: version ${plan.version} has no place "${to}" for "${from}" to go to.`);
  if (blocksAround(old, source) !== blocksAround(plan, target)) {
    refuse('SAGA_MIGRATION_INVALID', `${owner}: "${from}" and "${to}" do not stand in loops, and parallel blocks of the same branches, alike: a saga in the one cannot go on in the other.`);
  }
  const recorded = sampleAt(old, source);
  const made = runUserCode<Recorded>(
    () => Object.fromEntries(Object.entries(data(recorded)).filter(([, value]) => value !== undefined)),
    (value) => (holdsBytes(value) ? undefined : dataIssue(dataShape(plan), value as Recorded)),
  );
  if (!('value' in made)) return refuse('SAGA_MIGRATION_INVALID', `${owner}, data for a saga at "${from}": ${made.message}`);
  const missing = ['input', ...liveAt(plan, target)].find((path) => valueAt(made.value, path.replaceAll('[]', '[0]')) === undefined);
  if (missing === undefined) return;
  refuse('SAGA_MIGRATION_FORGETS', `${owner}: a saga at "${from}" goes on at "${to}", where "${missing}" may be read, and data gives none: add it.`);
}

/**
 * A path is part of idempotency keys: a participant would take a step at a path that another one had for that one's
 * repetition. So a path that commands may have gone out under stays with its step.
 */
function checkKeys(migration: MigrationDraft, plan: Plan, owner: string): void {
  const taken = pathsBefore(migration).find(({ path, node, now }) => {
    const here = nodeAt(plan, path);
    return isCommandNode(here) && (now !== path || !sameCommand(node, here, 'do'));
  });
  if (taken === undefined) return;
  const { path, version } = taken;
  refuse('SAGA_MIGRATION_KEY_REUSED', `${owner}: "${path}" is another step in version ${version}, and its commands went out under keys with this path. Give the step of version ${plan.version} another id.`);
}

/** What a saga that stands at a node has surely recorded, in samples. */
function sampleAt(plan: Plan, node: PlanNode): Recorded {
  let data: Readonly<Record<string, unknown>> = { input: sampleOf(plan.input) };
  for (const path of liveAt(plan, node)) {
    const recorded = nodeAt(plan, path);
    if (recorded !== undefined) data = putSamples(data, plan, recorded);
  }
  return { sagaId: 'sagaId', ...data };
}

/** Puts what a node records; for a block, what is recorded in it. */
function putSamples(data: Readonly<Record<string, unknown>>, plan: Plan, node: PlanNode): Readonly<Record<string, unknown>> {
  const path = pathOf(node, []);
  if (isCommandNode(node)) return putAt(data, path, sampleOf(node.command.done));
  if (node.kind === 'signal') return putAt(data, path, sampleOf(node.of));
  let after = node.kind === 'each' ? putAt(data, path, [{}]) : node.kind === 'parallel' ? putAt(data, path, {}) : data;
  for (const inner of plan.nodes) if (inner.parent === node.number) after = putSamples(after, plan, inner);
  return after;
}
