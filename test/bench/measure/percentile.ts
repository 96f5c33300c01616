/**
 * A percentile by the nearest-rank method: the smallest value that at least `quantile` of all values do not exceed.
 * @param sorted ascending
 * @param quantile between 0 and 1
 * @returns NaN when there are no values
 */
export function percentile(sorted: ArrayLike<number>, quantile: number): number {
  if (sorted.length === 0) return Number.NaN;
  const rank = Math.max(1, Math.ceil(quantile * sorted.length));
  return sorted[rank - 1] as number;
}
