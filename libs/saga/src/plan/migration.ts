import type { Plan, Recorded } from './plan.js';

/** How running sagas of another version of the same saga type come to a plan. */
export interface Migration {
  readonly from: number;
  /** The plan of that version, and with it how sagas came there. */
  readonly old: Plan;
  /**
   * Where a saga that stands at a place of the old plan stands in the new one, by path without loop indexes. A place that
   * is missing here maps to the node with the same path, if there is one of the same kind; else its saga stays where it is.
   */
  readonly cursor: Readonly<Record<string, string>>;
  /** The new plan's recorded values, made of the old ones; without `sagaId`. */
  readonly data: (old: Recorded) => Readonly<Record<string, unknown>>;
}
