import type { Plan } from '../plan/plan.js';
import { Assembly } from './assembly.js';
import type { SagaDraft } from './draft.js';
import { compileMigrations } from './migrations.js';
import { recordsOf } from './plan-records.js';
import { refuse } from './refuse.js';
import { tryFunctions } from './trial.js';

/**
 * Checks a definition as a whole and compiles it.
 *
 * @throws SagaDefinitionError
 */
export function compile(draft: SagaDraft): Plan {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(draft.name)) {
    refuse('SAGA_NAME_INVALID', `"${draft.name}" cannot name a saga type: write lower-case words joined by hyphens.`);
  }
  if (!Number.isSafeInteger(draft.version) || draft.version < 1) {
    refuse('SAGA_VERSION_INVALID', `Saga "${draft.name}": a version is a whole number from 1 on.`);
  }
  for (const domain of [draft.domain, ...(draft.grants ?? [])]) {
    if (/^[a-z][a-z0-9]*$/.test(domain)) continue;
    refuse('SAGA_DOMAIN_INVALID', `Saga "${draft.name}": "${domain}" is no domain; a domain is one lower-case word, such as "orders".`);
  }
  if (draft.block.length === 0) refuse('SAGA_EMPTY', `Saga "${draft.name}" has no step: add at least one.`);

  const { nodes, scopes, numbers, samples } = new Assembly(draft).assemble();
  const result = draft.result === undefined ? null : { type: draft.result.result, from: draft.result.from };
  const plan: Plan = {
    name: draft.name,
    version: draft.version,
    domain: draft.domain,
    input: draft.input,
    idField: draft.idField ?? null,
    nodes,
    first: 0,
    scopes,
    numbers,
    result,
    records: recordsOf(draft.input, nodes, result?.type),
    signals: new Set(nodes.flatMap((node) => (node.kind === 'signal' ? [node.of.name] : []))),
    grants: [...(draft.grants ?? [])],
    migrations: new Map(),
  };
  tryFunctions(plan, draft.sample, samples);
  return { ...plan, migrations: compileMigrations(draft, plan) };
}
