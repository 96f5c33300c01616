/**
 * What a definition has so far, as a type: a list of what every call added, the newest first. Interfaces and not one growing
 * record, because the compiler looks into a record's every key each time it passes by, and into an interface's members only
 * when they are asked for: the cost of a definition grows with its length, not with its square. That holds for contracts whose
 * records are interfaces, as generated ones are; a type written out in place is looked into again like a record.
 */
export interface Trail {
  /** Ids that can be read now. */
  readonly ids: string;
  /** Ids that were ever recorded, dropped ones too. */
  readonly all: string;
  /** Ids that can no longer be taken. */
  readonly taken: string;
  /** Paths of its nodes, as cursors name them. */
  readonly places: string;
  /** Codes that its steps and children can fail with. */
  readonly codes: string;
  /** Everything ever recorded, by id. */
  readonly values: unknown;
}

/** Nothing recorded; what is taken by the scopes around it. */
export interface Begun<Taken extends string> extends Trail {
  readonly ids: never;
  readonly all: never;
  readonly taken: Taken;
  readonly places: never;
  readonly codes: never;
  readonly values: unknown;
}

/** A result under an id. */
export interface Noted<Before extends Trail, Id extends string, Value, Codes extends string, Places extends string> extends Trail {
  readonly ids: Before['ids'] | Id;
  readonly all: Before['all'] | Id;
  readonly taken: Before['taken'] | Id;
  readonly places: Before['places'] | Places;
  readonly codes: Before['codes'] | Codes;
  readonly values: Before['values'] & { readonly [K in Id]: ValueOf<Value> };
}

/** A node without a result. */
export interface Passed<Before extends Trail, Id extends string> extends Trail {
  readonly ids: Before['ids'];
  readonly all: Before['all'];
  readonly taken: Before['taken'] | Id;
  readonly places: Before['places'] | Id;
  readonly codes: Before['codes'];
  readonly values: Before['values'];
}

/** One side of a choice: what is recorded in it may be there or not. */
export interface Chosen<Before extends Trail, Id extends string, Inside extends Trail> extends Trail {
  readonly ids: Before['ids'] | Inside['ids'];
  readonly all: Before['all'] | Inside['all'];
  readonly taken: Before['taken'] | Id | Inside['taken'];
  readonly places: Before['places'] | Id | Inside['places'];
  readonly codes: Before['codes'] | Inside['codes'];
  readonly values: Before['values'] & { readonly [K in Inside['all']]: ReadAt<Inside, K> | undefined };
}

/** Results that are forgotten: their ids stay taken. */
export interface Forgotten<Before extends Trail, Ids extends string> extends Trail {
  readonly ids: Exclude<Before['ids'], Ids>;
  readonly all: Before['all'];
  readonly taken: Before['taken'];
  readonly places: Before['places'];
  readonly codes: Before['codes'];
  readonly values: Before['values'];
}

/** What is recorded under an id. */
export type ReadAt<T extends Trail, Id extends string> = Id extends keyof T['values'] ? T['values'][Id] : never;


/**
 * Everything that a trail ever recorded: what a migration reads, and has to give. Asking whether `T` is a trail leaves the answer
 * without a name: in messages and declarations it is shown as what is in it.
 */
export type ReadEver<T> = T extends Trail ? { readonly [K in T['all']]: ReadAt<T, K> } : never;

declare const trail: unique symbol;

/**
 * A recorded value that is made of a trail: a block's results, those of every iteration of a loop, or the branches of a
 * parallel block, any of which may be missing when a policy can go on without it.
 */
export interface OfTrail<T extends Trail, As extends 'block' | 'iterations' | 'someBranches'> {
  readonly [trail]: readonly [T, As];
}

type ValueOf<Value> = [Value] extends [OfTrail<infer T, infer As>]
  ? As extends 'iterations'
    ? readonly { readonly [K in T['ids']]: ReadAt<T, K> }[]
    : As extends 'someBranches'
      ? { readonly [K in T['ids']]: ReadAt<T, K> | undefined }
      : { readonly [K in T['ids']]: ReadAt<T, K> }
  : Value;
