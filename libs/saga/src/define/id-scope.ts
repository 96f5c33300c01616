import { refuse } from './refuse.js';

/** Names a node cannot have: they are read as something else. */
const RESERVED = new Set(['sagaId', 'input', 'item', 'index']);

/**
 * The ids of a definition, scope by scope. An id is taken once where it can be read, in the scope itself and in those around
 * it, so that no result hides another.
 */
export class IdScope {
  private readonly taken = new Set<string>();
  private readonly recorded = new Set<string>();

  private constructor(
    private readonly outer: IdScope | null,
    /** A block of a choice has its ids in the scope around it. */
    private readonly shares: boolean,
  ) {}

  static ofSaga(): IdScope {
    return new IdScope(null, false);
  }

  /** The ids of a branch or of an iteration. */
  inner(): IdScope {
    return new IdScope(this, false);
  }

  /** The ids of one side of a choice. */
  choice(): IdScope {
    return new IdScope(this, true);
  }

  /** Refuses an id that is no word. */
  static check(id: string, owner: string): void {
    if (/^[a-z][A-Za-z0-9]*$/.test(id) && !RESERVED.has(id) && !(id in {})) return;
    refuse(
      'SAGA_STEP_ID_INVALID',
      `${owner}: an id is one word in camelCase, other than ${[...RESERVED].map((word) => `"${word}"`).join(', ')} and what every object has.`,
    );
  }

  take(id: string, owner: string): void {
    IdScope.check(id, owner);
    if (this.has(id)) refuse('SAGA_STEP_ID_REPEATED', `${owner}: the id "${id}" is already taken: give one of the two another id.`);
    this.add(id);
  }

  /** From here on there is a result under the id. */
  record(id: string): void {
    this.recorded.add(id);
    if (this.shares) this.outer?.record(id);
  }

  /** Forgets results; gives the id of the node that does so. */
  drop(ids: readonly string[]): string {
    if (ids.length === 0) refuse('SAGA_BLOCK_EMPTY', 'drop() names nothing to forget: leave it out.');
    for (const id of ids) {
      if (this.forget(id)) continue;
      refuse('SAGA_DROP_UNKNOWN', `drop: nothing is recorded here under "${id}"; a block drops what was recorded in it before, once.`);
    }
    const name = `drop(${ids.join(',')})`;
    let unique = name;
    for (let n = 2; this.has(unique); n += 1) unique = `${name}#${n}`;
    this.add(unique);
    return unique;
  }

  private forget(id: string): boolean {
    if (this.shares) this.outer?.forget(id);
    return this.recorded.delete(id);
  }

  private add(id: string): void {
    this.taken.add(id);
    if (this.shares) this.outer?.add(id);
  }

  private has(id: string): boolean {
    return this.taken.has(id) || (this.outer?.has(id) ?? false);
  }
}
