import { serviceContracts } from '@onward/contracts';
import { isCommandNode, type ClosedSaga, type CommandNode, type Plan } from '@onward/saga';

/** A saga type that the orchestrator cannot take on. */
export class PlanCatalogueError extends Error {
  readonly code = 'PLAN_CATALOGUE_INVALID';
}

/** The plans this orchestrator runs: every version of every saga type it was given. */
export class PlanCatalogue {
  readonly #byVersion = new Map<string, Plan>();
  readonly #byStart = new Map<string, Plan>();
  readonly #signals = new Set<string>();
  /** Starts that only a parent saga may send. */
  readonly #ofParents: ReadonlySet<string>;

  /**
   * @throws PlanCatalogueError when there is no plan, one is of another domain, two claim one name and version or one start command, or
   *   versions that one command starts end with different results
   */
  constructor(
    readonly plans: readonly Plan[],
    readonly domain: string,
  ) {
    if (plans.length === 0) throw new PlanCatalogueError(`The orchestrator of ${domain} has no saga to run: name a module that exports plans.`);
    this.#ofParents = startsOfParents(domain);
    for (const plan of plans) {
      if (plan.domain !== domain) throw new PlanCatalogueError(`The saga ${plan.name} is of the domain ${plan.domain}, and this orchestrator runs ${domain}.`);
      const key = versionKey(plan.name, plan.version);
      if (this.#byVersion.has(key)) throw new PlanCatalogueError(`Two plans are called ${plan.name} version ${plan.version}.`);
      this.#byVersion.set(key, plan);
      const rival = this.#byStart.get(plan.input.name);
      if (rival !== undefined && rival.name !== plan.name) throw new PlanCatalogueError(`${plan.input.name} starts both ${rival.name} and ${plan.name}: a start command starts one saga type.`);
      for (const other of this.#versionsOf(plan)) refuseOtherResult(plan, other);
      // A new saga starts on the newest version; running ones stay on theirs.
      if (rival === undefined || rival.version < plan.version) this.#byStart.set(plan.input.name, plan);
      for (const signal of plan.signals) this.#signals.add(signal);
    }
  }

  /** The versions of a saga type so far that the same command starts. */
  #versionsOf({ name, input }: Plan): Plan[] {
    return [...this.#byVersion.values()].filter((known) => known.name === name && known.input.name === input.name);
  }

  /** The newest plan that a command starts, if this sender may start it. */
  startedBy(commandName: string, sender: 'client' | 'parent' = 'client'): Plan | undefined {
    return sender === 'client' && this.#ofParents.has(commandName) ? undefined : this.#byStart.get(commandName);
  }

  /** Whether sagas of any plan wait for it. */
  isSignal(recordName: string): boolean {
    return this.#signals.has(recordName);
  }

  /** The plan of a running saga. */
  find(name: string, version: number): Plan | undefined {
    return this.#byVersion.get(versionKey(name, version));
  }

  /** A plan for what needs one and looks at nothing but the domain. */
  get any(): Plan {
    return this.plans[0] as Plan;
  }

  /** The plan of a saga that has ended; when its version is gone, one that can at least write its result again. */
  ofEnded({ sagaType, planVersion, result }: ClosedSaga): Plan {
    const plan = this.find(sagaType, planVersion);
    if (plan !== undefined) return plan;
    return { ...this.any, records: new Map(result === null ? [] : [[result.type, { name: result.type, schema: 'bytes' }]]) };
  }

  /** Every node that sends a command. */
  *commandNodes(): Generator<{ readonly plan: Plan; readonly node: CommandNode }> {
    for (const plan of this.plans) {
      for (const node of plan.nodes) if (isCommandNode(node)) yield { plan, node };
    }
  }
}

/** A parent saga was built with the result of the version it knew, and the newest one answers it. */
function refuseOtherResult(one: Plan, other: Plan): void {
  const [older, newer] = one.version < other.version ? [one, other] : [other, one];
  const [before, now] = [older.result?.type.name, newer.result?.type.name];
  if (before === undefined || before === now) return;
  const what = now === undefined ? 'has no result' : `gives ${now}`;
  throw new PlanCatalogueError(`${older.name} version ${older.version} gives ${before} and version ${newer.version} ${what}, and ${newer.input.name} starts both: who asked for the one would be answered with the other. Keep the result's record, whose fields may grow, or give the new version a start command of its own.`);
}

/** What a domain's contract lists as asked of it by other sagas, and not as accepted from clients. */
function startsOfParents(domain: string): ReadonlySet<string> {
  const contract = serviceContracts.find(({ service }) => service === domain);
  const ofClients = new Set((contract?.accepts['client'] ?? []).map(({ name }) => name));
  return new Set(Object.keys(contract?.commands ?? {}).filter((name) => !ofClients.has(name)));
}

function versionKey(name: string, version: number): string {
  return `${name}@${version}`;
}
