interface Entry {
  readonly path: string;
  readonly outcome: 'pending' | 'done' | 'unknown' | 'notDone';
  readonly undoFailed: boolean;
  readonly undoSent: boolean;
}

/** What a saga would have to undo, in the order of its completion: kept by the checker from the history alone. */
export class Standing {
  private entries: Entry[] = [];

  sent(path: string): void {
    const known = this.find(path);
    if (known === undefined) this.entries.push({ path, outcome: 'pending', undoFailed: false, undoSent: false });
    else if (known.outcome === 'notDone') this.change(path, { outcome: 'pending' });
  }

  done(path: string, outcome: 'done' | 'unknown' = 'done'): void {
    const known = this.find(path);
    if (known === undefined) return;
    this.forget(path);
    this.entries.push({ ...known, outcome });
  }

  /** A late *done* counts as long as the undo was not sent. */
  lateDone(path: string, outcome: 'done' | 'unknown'): void {
    if (this.find(path)?.undoSent === false) this.done(path, outcome);
  }

  lateRefusal(path: string): void {
    if (this.find(path)?.undoSent === false) this.change(path, { outcome: 'notDone' });
  }

  failed(path: string, unknown: boolean): void {
    this.change(path, { outcome: unknown ? 'unknown' : 'notDone' });
  }

  leftOut(path: string): void {
    if (this.find(path)?.outcome !== 'unknown') this.forget(path);
  }

  again(path: string): void {
    this.change(path, { undoFailed: false });
  }

  undoSent(path: string): void {
    this.change(path, { undoSent: true });
  }

  undoFailed(path: string): void {
    this.change(path, { undoFailed: true });
  }

  forget(path: string): void {
    this.entries = this.entries.filter((entry) => entry.path !== path);
  }

  rename(from: string, to: string): void {
    this.entries = this.entries.map((entry) => (entry.path === from ? { ...entry, path: to } : entry));
  }

  /** The saga turns back: what waited for another attempt gets none. */
  dropWaiting(waits: (path: string) => boolean, unknown: (path: string) => boolean): void {
    for (const { path, outcome } of this.entries) {
      if (outcome === 'pending' && waits(path)) this.change(path, { outcome: unknown(path) ? 'unknown' : 'notDone' });
    }
  }

  outcome(path: string): string | undefined {
    return this.find(path)?.outcome;
  }

  /** What is to be undone next. */
  next(): string | undefined {
    return this.entries.findLast(({ outcome, undoFailed }) => !undoFailed && (outcome === 'done' || outcome === 'unknown'))?.path;
  }

  /** What was not undone. */
  left(): readonly string[] {
    return this.entries.filter(({ outcome }) => outcome !== 'notDone').map(({ path }) => path);
  }

  private find(path: string): Entry | undefined {
    return this.entries.find((entry) => entry.path === path);
  }

  private change(path: string, change: Partial<Entry>): void {
    this.entries = this.entries.map((entry) => (entry.path === path ? { ...entry, ...change } : entry));
  }
}
