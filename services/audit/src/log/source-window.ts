/**
 * Which facts of one source have an entry already, and which are missing (R11).
 *
 * A participant numbers its events without a gap, but they lie on several partitions and are sent at least once: they come
 * out of order and again. So what was seen is a set of numbers; numbers that stay out are a gap.
 */
export interface SourceWindow {
  /** Numbers seen, as ranges from–to, ascending, never touching. */
  readonly seen: readonly (readonly [from: number, to: number])[];
  /** Every number up to here that was not seen has been declared missing. */
  readonly declaredTo: number;
  /** Since when, by audit's clock in epoch milliseconds, there has been a number missing that was not declared; null if there is none. */
  readonly missingSinceMs: number | null;
}

/** A run of numbers that did not come. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** How long a missing number may still be on its way over another partition. */
export const GAP_AFTER_MS = 60_000;
/** The window is kept with the log's last entry and must stay small: with more runs than this, the oldest missing numbers are declared. */
export const RANGES_MAX = 200;

/** Sources number from 1 on. */
export const EMPTY_WINDOW: SourceWindow = { seen: [], declaredTo: 0, missingSinceMs: null };

/** Whether a number has been seen. */
export function hasSeen(window: SourceWindow, sequence: number): boolean {
  return window.seen.some(([from, to]) => from <= sequence && sequence <= to);
}

/** The window once a number that it has not seen is seen. */
export function see(window: SourceWindow, sequence: number, nowMs: number): SourceWindow {
  const below = window.seen.filter(([, to]) => to < sequence - 1);
  const above = window.seen.filter(([from]) => from > sequence + 1);
  const touching = window.seen.slice(below.length, window.seen.length - above.length);
  const from = Math.min(sequence, touching[0]?.[0] ?? sequence);
  const to = Math.max(sequence, touching.at(-1)?.[1] ?? sequence);
  const next = { ...window, seen: [...below, [from, to] as const, ...above] };
  return { ...next, missingSinceMs: holes(next).length === 0 ? null : (window.missingSinceMs ?? nowMs) };
}

/**
 * Declares missing what has been missing for too long. A number that was declared may still come: it gets its entry then.
 * @param caughtUp whether all that the source had sent when the time ran out has been read: before that, nothing is late
 * @returns the gaps to be told of, each once
 */
export function declareGaps(window: SourceWindow, nowMs: number, caughtUp: boolean): { readonly window: SourceWindow; readonly gaps: readonly Gap[] } {
  const overdue = caughtUp && window.missingSinceMs !== null && nowMs >= window.missingSinceMs + GAP_AFTER_MS;
  const tooMany = Math.max(0, window.seen.length - RANGES_MAX);
  const gaps = overdue ? holes(window) : holes(window).slice(0, tooMany);
  const last = gaps.at(-1);
  if (last === undefined) return { window, gaps };
  const next = { ...window, declaredTo: last.to };
  return { window: { ...next, missingSinceMs: holes(next).length === 0 ? null : nowMs }, gaps };
}

/** Runs of numbers not seen and not declared, below the highest one seen. */
function holes(window: SourceWindow): Gap[] {
  const found: Gap[] = [];
  let next = 1;
  for (const [from, to] of window.seen) {
    const first = Math.max(next, window.declaredTo + 1);
    if (first < from) found.push({ from: first, to: from - 1 });
    next = to + 1;
  }
  return found;
}
