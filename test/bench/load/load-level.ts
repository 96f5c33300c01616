/** One level of load. */
export interface LoadLevel {
  /** Sagas that are open at any time. */
  readonly inFlight: number;
  /** Load without measuring, so that code is compiled and caches are filled. */
  readonly warmUpMs: number;
  /** How long is measured. */
  readonly windowMs: number;
}

/** What a client saw in a level's measuring window. */
export interface LoadResult {
  readonly windowMs: number;
  /** One for each saga that ended in the window, unordered. */
  readonly latenciesMs: number[];
  /** Sagas that ended in the window, by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
}
