import { percentile } from './percentile.js';

describe('a percentile', () => {
  const hundred = Float64Array.from({ length: 100 }, (_, i) => i + 1);

  it('is a value that was measured, by the nearest rank', () => {
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile([3, 7], 0.5)).toBe(3);
    expect(percentile([3, 7], 0.51)).toBe(7);
  });

  it('of one value is that value', () => {
    expect(percentile([5], 0)).toBe(5);
    expect(percentile([5], 0.99)).toBe(5);
  });

  it('of nothing is not a number', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });
});
