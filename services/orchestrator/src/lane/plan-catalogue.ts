import type { Plan } from '@onward/saga';

/** A saga type that the orchestrator cannot take on. */
export class PlanCatalogueError extends Error {
  readonly code = 'PLAN_CATALOGUE_INVALID';
}

/** The plans this orchestrator runs. */
export class PlanCatalogue {
  readonly #byVersion = new Map<string, Plan>();
  readonly #byStart = new Map<string, Plan>();

  /** @throws PlanCatalogueError when a plan is of another domain, or two claim one name and version or one start command */
  constructor(
    readonly plans: readonly Plan[],
    domain: string,
  ) {
    for (const plan of plans) {
      if (plan.domain !== domain) throw new PlanCatalogueError(`The saga ${plan.name} is of the domain ${plan.domain}, and this orchestrator runs ${domain}.`);
      const key = versionKey(plan.name, plan.version);
      if (this.#byVersion.has(key)) throw new PlanCatalogueError(`Two plans are called ${plan.name} version ${plan.version}.`);
      this.#byVersion.set(key, plan);
      const rival = this.#byStart.get(plan.input.name);
      if (rival !== undefined && rival.name !== plan.name) throw new PlanCatalogueError(`${plan.input.name} starts both ${rival.name} and ${plan.name}: a start command starts one saga type.`);
      // A new saga starts on the newest version; running ones stay on theirs.
      if (rival === undefined || rival.version < plan.version) this.#byStart.set(plan.input.name, plan);
    }
  }

  /** The newest plan that a command starts. */
  startedBy(commandName: string): Plan | undefined {
    return this.#byStart.get(commandName);
  }

  /** The plan of a running saga. */
  find(name: string, version: number): Plan | undefined {
    return this.#byVersion.get(versionKey(name, version));
  }
}

function versionKey(name: string, version: number): string {
  return `${name}@${version}`;
}
