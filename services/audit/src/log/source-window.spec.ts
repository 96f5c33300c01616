import { EMPTY_WINDOW, GAP_AFTER_MS, RANGES_MAX, declareGaps, hasSeen, see, type SourceWindow } from './source-window.js';

const seeing = (...sequences: number[]): SourceWindow => sequences.reduce((window, sequence) => see(window, sequence, 0), EMPTY_WINDOW);

describe('the window of a source', () => {
  it('knows what it has seen, in whatever order it came', () => {
    const window = seeing(3, 1, 2, 7, 6);
    expect(window.seen).toEqual([[1, 3], [6, 7]]);
    expect([1, 2, 3, 4, 5, 6, 7, 8].filter((sequence) => hasSeen(window, sequence))).toEqual([1, 2, 3, 6, 7]);
  });

  it('stays one range while nothing is missing', () => {
    const window = seeing(...Array.from({ length: 1_000 }, (_item, index) => index + 1));
    expect(window).toEqual({ seen: [[1, 1_000]], declaredTo: 0, missingSinceMs: null });
  });

  it('waits for a number that may be on its way', () => {
    const window = see(see(EMPTY_WINDOW, 1, 0), 3, 1_000);
    expect(declareGaps(window, 1_000 + GAP_AFTER_MS - 1, true).gaps).toEqual([]);
    const filled = see(window, 2, 2_000);
    expect(declareGaps(filled, 1_000 + GAP_AFTER_MS, true).gaps).toEqual([]);
  });

  it('declares a gap once, and takes the missing number when it comes after all', () => {
    const window = see(see(EMPTY_WINDOW, 2, 0), 5, 0);
    const declared = declareGaps(window, GAP_AFTER_MS, true);
    expect(declared.gaps).toEqual([{ from: 1, to: 1 }, { from: 3, to: 4 }]);
    expect(declareGaps(declared.window, 10 * GAP_AFTER_MS, true).gaps).toEqual([]);
    expect(hasSeen(declared.window, 3)).toBe(false);
    expect(see(declared.window, 3, GAP_AFTER_MS).seen).toEqual([[2, 3], [5, 5]]);
  });

  it('calls nothing late before it has caught up', () => {
    expect(declareGaps(seeing(2), 10 * GAP_AFTER_MS, false).gaps).toEqual([]);
  });

  it('starts to wait anew for what is missing after a declared gap', () => {
    const declared = declareGaps(seeing(1, 3), GAP_AFTER_MS, true).window;
    const later = see(declared, 5, GAP_AFTER_MS + 1);
    expect(declareGaps(later, 2 * GAP_AFTER_MS, true).gaps).toEqual([]);
    expect(declareGaps(later, 2 * GAP_AFTER_MS + 1, true).gaps).toEqual([{ from: 4, to: 4 }]);
  });

  it('stays small: too many holes are declared without waiting, the oldest first', () => {
    const window = seeing(...Array.from({ length: RANGES_MAX + 1 }, (_item, index) => 2 * index + 1));
    expect(declareGaps(window, 1, false).gaps).toEqual([{ from: 2, to: 2 }]);
  });
});
