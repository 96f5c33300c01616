import { durationMs } from './duration.js';
import { retry, retryDelayMs, retryPolicy } from './retry.js';

describe('a pause between attempts', () => {
  const policy = retryPolicy({ ...retry.standard, firstDelay: '1s', factor: 2, maxDelay: '10s', jitter: 0 }, 'Step "a"');

  it('grows by its factor up to its maximum', () => {
    expect([1, 2, 3, 4, 5, 6, 1_000_000].map((attempt) => retryDelayMs(policy, 'key', attempt))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000,
    ]);
  });

  it('is shortened by chance, by no more than its jitter, and always alike', () => {
    const pauses = Array.from({ length: 500 }, (_, n) => retryDelayMs({ ...policy, jitter: 0.2 }, `key-${n}`, 1));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(800);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(1_000);
    expect(new Set(pauses).size).toBeGreaterThan(150);
    expect(pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length).toBeCloseTo(900, -1);
    expect(retryDelayMs({ ...policy, jitter: 0.2 }, 'key-7', 1)).toBe(pauses[7]);
  });

  it('differs from attempt to attempt', () => {
    const jittered = { ...policy, factor: 1, jitter: 0.5 };
    const pauses = [1, 2, 3, 4, 5].map((attempt) => retryDelayMs(jittered, 'key', attempt));
    expect(new Set(pauses).size).toBe(5);
  });
});

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['24h', 86_400_000],
    ['30d', 2_592_000_000],
  ] as const)('%s is %d ms', (text, ms) => expect(durationMs(text)).toBe(ms));

  it.each(['', '5', 's', '-1s', '1e3s', 'Infinitys', '0h'])('"%s" is refused', (text) => {
    expect(() => durationMs(text as never)).toThrow(/is not a length of time/);
  });
});
