import type { Path } from '../plan/place.js';
import type { UndoOutcome } from '../plan/plan.js';
import type { Activity, UndoEntry } from '../state.js';

/** An undo that is registered when its step's first command is sent. */
export function registered({ path, edit, sentAs }: Pick<Activity, 'path' | 'edit' | 'sentAs'>): UndoEntry {
  return { path, outcome: 'pending', doEdit: edit, failure: null, attempt: 0, edit: 0, edited: null, sentAs };
}

/** Moves a step's undo to the end: undos run in reverse order of completion. */
export function completed(undo: readonly UndoEntry[], path: Path, outcome: UndoOutcome = 'done'): readonly UndoEntry[] {
  const entry = undo.find((candidate) => candidate.path === path);
  if (entry === undefined) return undo;
  return [...undo.filter((candidate) => candidate !== entry), { ...entry, outcome }];
}

/** Changes one entry. */
export function changeUndo(undo: readonly UndoEntry[], path: Path, change: Partial<UndoEntry>): readonly UndoEntry[] {
  return undo.map((entry) => (entry.path === path ? { ...entry, ...change } : entry));
}

/** Forgets one entry. */
export function withoutUndo(undo: readonly UndoEntry[], path: Path): readonly UndoEntry[] {
  return undo.filter((entry) => entry.path !== path);
}
