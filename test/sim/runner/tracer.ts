import { createHash } from 'node:crypto';
import type { Trace } from '../world/stage.js';

/** Hashes everything that becomes visible; keeps lines for a person when asked to. */
export class Tracer implements Trace {
  readonly lines: string[] = [];
  private readonly hash = createHash('sha1');

  constructor(
    readonly reading: boolean,
    private readonly startMs: number,
  ) {}

  note(nowMs: number, line: string): void {
    if (!this.reading) {
      this.hash.update(`${nowMs} ${line}`, 'latin1');
      return;
    }
    if (line !== '') this.lines.push(`${((nowMs - this.startMs) / 1000).toFixed(3).padStart(9)}  ${line}`);
  }

  /** Of a run that nobody reads: equal runs have equal hashes. */
  digest(): string {
    return this.hash.digest('hex');
  }
}
