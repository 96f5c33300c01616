import { runUserCode } from '../decide/user-code.js';
import { putAt, valueAt } from '../plan/data.js';
import { liveAt } from '../plan/live.js';
import type { Migration } from '../plan/migration.js';
import { nodeAt, pathOf } from '../plan/place.js';
import { isCommandNode, type Plan, type PlanNode, type Recorded } from '../plan/plan.js';
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
    migrations.set(old.version, { from: old.version, cursor, data });
  }
  return migrations;
}

/** A place that is mapped is there, in blocks of the same kinds, and what is read from it on is made by `data`. */
function checkPlace({ old, data }: MigrationDraft, plan: Plan, { from, to }: { from: string; to: string }, owner: string): void {
  const [source, target] = [nodeAt(old, from), nodeAt(plan, to)];
  if (source === undefined) refuse('SAGA_MIGRATION_INVALID', `${owner}: version ${old.version} has no place "${from}".`);
  if (target === undefined) refuse('SAGA_MIGRATION_INVALID', `${owner}: version ${plan.version} has no place "${to}" for "${from}" to go to.`);
  if (blocksAround(old, source) !== blocksAround(plan, target)) {
    refuse('SAGA_MIGRATION_INVALID', `${owner}: "${from}" and "${to}" do not stand in parallel blocks and loops of the same kinds: a saga in the one cannot go on in the other.`);
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

function blocksAround(plan: Plan, node: PlanNode): string {
  const around = node.parent === null ? undefined : plan.nodes[node.parent];
  if (around === undefined) return '';
  return blocksAround(plan, around) + (around.kind === 'when' ? '' : `/${around.kind}`);
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
