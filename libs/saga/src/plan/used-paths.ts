import type { Migration } from './migration.js';
import type { Path } from './place.js';
import { isCommandNode, type CommandNode } from './plan.js';

/** A path that commands of some saga of a plan may have gone out under: part of their idempotency keys, for ever. */
export interface UsedPath {
  /** Without loop indexes. */
  readonly path: Path;
  /** Whose commands they were. */
  readonly node: CommandNode;
  readonly version: number;
  /** Where the migrations since have taken that step. */
  readonly now: Path;
}

/** The paths that sagas may bring along over a migration. */
export function pathsBefore({ old, cursor }: Pick<Migration, 'old' | 'cursor'>): readonly UsedPath[] {
  const own = old.nodes.filter(isCommandNode).map((node) => ({ path: node.path, node, version: old.version, now: node.path }));
  const before = [...old.migrations.values()].flatMap(pathsBefore);
  return [...own, ...before].map((used) => ({ ...used, now: cursor[used.now] ?? used.now }));
}
