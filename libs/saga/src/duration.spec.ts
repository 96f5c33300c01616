import { durationMs, type Duration } from './duration.js';

describe('a length of time', () => {
  it.each([
    ['250ms', 250],
    ['1.5s', 1_500],
    ['30d', 2_592_000_000],
    ['3650d', 315_360_000_000],
  ] as const)('%s', (duration, ms) => {
    expect(durationMs(duration)).toBe(ms);
  });

  it.each(['0s', '-1s', '1y', 's', '', '3651d', `${'9'.repeat(400)}d`, undefined, null, 5])('is not %s', (duration) => {
    expect(() => durationMs(duration as Duration)).toThrow('is not a length of time');
  });
});
