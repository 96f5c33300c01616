import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RecordType } from '@onward/contracts';
import type { Plan } from '@onward/saga';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';
import type { ClientCommand } from './start-command.js';

/** The modules in a comma list, as ONWARD_SAGAS holds. */
export function modulesOf(list = ''): string[] {
  return list.split(',').map((name) => name.trim()).filter((name) => name !== '');
}

/**
 * Every plan that can be known of: of the ready sagas, and of a team's own modules.
 *
 * @param modules - paths of built modules, or package names, as seen from `folder`
 * @throws CliError (exit status 2) `SAGA_MODULE_INVALID`
 */
export async function knownPlans(modules: readonly string[], folder: string): Promise<Plan[]> {
  // Loaded when asked for: building plans takes longer than most commands.
  const ready = await import('@onward/orchestrator/sagas');
  return [...Object.values<Plan>(ready), ...(await plansOfModules(modules, folder))];
}

/**
 * What clients can send to the sagas of a team: their start commands and signals.
 *
 * @param modules - paths of built modules, or package names, as seen from `folder`
 * @throws CliError (exit status 2) `SAGA_MODULE_INVALID`
 */
export async function commandsOfSagas(modules: readonly string[], folder: string): Promise<ClientCommand[]> {
  const plans = await plansOfModules(modules, folder);
  return plans.flatMap(({ domain, input, signals, records }) => {
    const command = (type: unknown, signal: boolean): ClientCommand => ({ service: domain, type: type as RecordType<unknown>, signal });
    return [command(input, false), ...[...signals].flatMap((name) => records.get(name) ?? []).map((type) => command(type, true))];
  });
}

async function plansOfModules(modules: readonly string[], folder: string): Promise<Plan[]> {
  return (await Promise.all(modules.map((name) => plansOf(name, folder)))).flat();
}

async function plansOf(name: string, folder: string): Promise<Plan[]> {
  let exported: Record<string, unknown>;
  try {
    const path = resolve(folder, name);
    const file = existsSync(path) ? path : createRequire(join(folder, 'package.json')).resolve(name);
    exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (cause) {
    throw new CliError('SAGA_MODULE_INVALID', `The saga module ${name} cannot be loaded (is it built?): ${(cause as Error).message}`, ExitCode.invalid, { cause });
  }
  const plans = Object.values(exported).filter(isPlan);
  if (plans.length === 0) throw new CliError('SAGA_MODULE_INVALID', `The saga module ${name} exports no plan: export what .build() returns.`, ExitCode.invalid);
  return plans;
}

function isPlan(value: unknown): value is Plan {
  const plan = value as Partial<Plan> | null;
  return typeof plan === 'object' && plan !== null && typeof plan.name === 'string' && typeof plan.domain === 'string' && plan.records instanceof Map;
}
