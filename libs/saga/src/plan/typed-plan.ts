import type { AnyRecord, SagaContract } from '../contract.js';
import type { Plan } from './plan.js';

/** A plan that remembers its types for those who refer to it: parents of its sagas, and migrations. */
export interface TypedPlan<Domain extends string, Input, Result, Recorded, Places extends string> extends Plan {
  /** What a parent saga needs to run this one as its child. */
  readonly contract: [Result] extends [never] ? SagaWithoutResult : SagaContract<Domain, Input, Result>;
  /** Carries types for the compiler; never present at run time. */
  readonly __types?: { readonly input: Input; readonly recorded: Recorded; readonly places: Places };
}

/** The contract of a saga that has no result to answer a parent with: it cannot be a child until its build() names one. */
export interface SagaWithoutResult {
  readonly name: string;
  readonly domain: string;
  readonly input: AnyRecord;
  readonly result: null;
}
