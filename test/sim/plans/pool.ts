import type { Plan } from '@onward/saga';
import { hashOf, Random } from '../random.js';
import { buildPlan } from './build-plan.js';
import { PlanGenerator, nextVersion } from './generate.js';
import { readySagas } from './ready.js';
import { knowRecords } from './records.js';
import type { PlanSpec } from './spec.js';

/** Plans that one orchestrator runs together: children, their parents, and a newer version of one of them. */
export interface Family {
  readonly number: number;
  readonly plans: readonly BuiltPlan[];
}

export interface BuiltPlan {
  readonly spec: PlanSpec;
  readonly plan: Plan;
}

/** How many families there are; with six plans each, the pool holds 300 plans. */
export const FAMILIES = 50;
/** The number of the sagas that come with the suite. */
export const READY = FAMILIES;
/** One of so many seeds plays them. */
const READY_SHARE = 12;
const families = new Map<number, Family>();

/** The family that a seed plays. */
export function familyOf(seed: string): Family {
  const hash = hashOf(seed);
  return family(hash % READY_SHARE === 0 ? READY : hash % FAMILIES);
}

/** A family by its number: the same in every process, made once in each. */
export function family(number: number): Family {
  const known = families.get(number);
  if (known !== undefined) return known;
  const random = new Random(`family ${number}`);
  const made: Family = number === READY ? { number, plans: readySagas } : makeFamily(number, random);
  knowRecords(made.plans.map(({ plan }) => plan));
  families.set(number, made);
  return made;
}

function makeFamily(number: number, random: Random): Family {
  const plans: BuiltPlan[] = [];
  const built = new Map<string, Plan>();
  const add = (spec: PlanSpec, older?: Plan): Plan => {
    const plan = buildPlan(spec, built, older);
    plans.push({ spec, plan });
    if (older === undefined) built.set(spec.name, plan);
    return plan;
  };
  add(new PlanGenerator(random, []).plan(`f${number}-leaf`, true));
  add(new PlanGenerator(random, [`f${number}-leaf`]).plan(`f${number}-twig`, true));
  const children = [`f${number}-leaf`, `f${number}-twig`];
  for (const name of ['one', 'two']) add(new PlanGenerator(random, children).plan(`f${number}-${name}`, false));
  const spec = new PlanGenerator(random, children).plan(`f${number}-old`, false);
  const first = add(spec);
  add(nextVersion(spec, random), first);
  return { number, plans };
}
