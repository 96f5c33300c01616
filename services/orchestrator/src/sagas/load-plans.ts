import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plan } from '@onward/saga';
import * as ready from './index.js';

/** A module named in ONWARD_SAGAS cannot be used. */
export class SagaModuleError extends Error {
  readonly code = 'SAGA_MODULE_INVALID';
}

/**
 * The plans of the ready sagas and of the modules that the configuration names.
 * @param modules package names, or paths (from the working directory) of built modules that export plans
 * @throws SagaModuleError when a module cannot be loaded or exports no plan
 */
export async function loadPlans(modules: readonly string[]): Promise<Plan[]> {
  const plans: Plan[] = [...Object.values(ready)];
  for (const name of modules) plans.push(...(await plansOf(name)));
  return plans;
}

async function plansOf(name: string): Promise<Plan[]> {
  const isPath = isAbsolute(name) || name.startsWith('.');
  let exported: Record<string, unknown>;
  try {
    exported = (await import(isPath ? pathToFileURL(resolve(name)).href : name)) as Record<string, unknown>;
  } catch (cause) {
    throw new SagaModuleError(`The saga module ${name} of ONWARD_SAGAS cannot be loaded: ${(cause as Error).message}`, { cause });
  }
  const plans = Object.values(exported).filter(isPlan);
  if (plans.length === 0) throw new SagaModuleError(`The saga module ${name} of ONWARD_SAGAS exports no plan: export what .build() returns.`);
  return plans;
}

function isPlan(value: unknown): value is Plan {
  const plan = value as Partial<Plan> | null;
  return typeof plan === 'object' && plan !== null && Array.isArray(plan.nodes) && typeof plan.name === 'string' && typeof plan.version === 'number' && plan.numbers instanceof Map;
}
