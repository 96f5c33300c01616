/**
 * On which sides of the pivot a saga can be when it gets to a node. With a pivot in one branch of a choice it may be on
 * either side after it, and the rules of both hold.
 */
export interface Reach {
  readonly before: boolean;
  readonly past: boolean;
}

export const BEFORE_PIVOT: Reach = { before: true, past: false };
export const PAST_PIVOT: Reach = { before: false, past: true };

/** Where a saga can be that comes one way or the other. */
export function eitherReach(one: Reach, other: Reach): Reach {
  return { before: one.before || other.before, past: one.past || other.past };
}
