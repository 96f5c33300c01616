import { SagaDefinitionError } from '../errors.js';
import { describe } from './describe.js';
import type { Plan } from './plan.js';

/** Where a released plan's lock stands, below the folder of the schemas. */
export function lockFile(plan: Pick<Plan, 'domain' | 'name' | 'version'>): string {
  return `${plan.domain}/plans/${plan.name}.v${plan.version}.lock.json`;
}

/** The text of a plan's lock: written once, when the version is released. */
export function lockOf(plan: Plan): string {
  return `${JSON.stringify(describe(plan), null, 2)}\n`;
}

/**
 * What of a plan is not as its lock says, a sentence each; empty for a plan that is what was released. Migrations are not part
 * of a lock, and neither is code: recorded histories, decided again, hold that.
 *
 * @param lock - the text of the lock
 */
export function lockDifferences(plan: Plan, lock: string): readonly string[] {
  let locked: unknown;
  try {
    locked = JSON.parse(lock);
  } catch {
    return [`${lockFile(plan)} is no JSON: get it back from the version control.`];
  }
  return differences(locked, describe(plan), '').map((difference) => `${plan.name} version ${plan.version}: ${difference}`);
}

/**
 * Refuses a plan that is not what was released under its version.
 *
 * @throws SagaDefinitionError `SAGA_PLAN_LOCKED`
 */
export function checkLock(plan: Plan, lock: string): void {
  const found = lockDifferences(plan, lock);
  if (found.length === 0) return;
  throw new SagaDefinitionError('SAGA_PLAN_LOCKED', `${found.join(' ')} Sagas of this version run: change it back, or give the plan a new version.`);
}

function differences(locked: unknown, is: unknown, where: string): readonly string[] {
  if (Array.isArray(locked) && Array.isArray(is)) {
    return Array.from({ length: Math.max(locked.length, is.length) }, (_, index): readonly string[] => {
      const name = nameOf(index < locked.length ? locked[index] : is[index], index, where);
      if (index >= locked.length) return [`${name} is new.`];
      if (index >= is.length) return [`${name} is gone.`];
      return differences(locked[index], is[index], name);
    }).flat();
  }
  if (isObject(locked) && isObject(is)) {
    return [...new Set([...Object.keys(locked), ...Object.keys(is)])].flatMap((key) => {
      const inner = where === '' ? key : `${where}.${key}`;
      return differences(locked[key], is[key], inner);
    });
  }
  return locked === is ? [] : [`${where} was ${text(locked)} and is ${text(is)}.`];
}

/** A node is named by its path and not by its position. */
function nameOf(element: unknown, index: number, where: string): string {
  if (where !== 'nodes' || !isObject(element)) return `${where}[${index}]`;
  return `${String(element['kind'])} "${String(element['path'])}"`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}
