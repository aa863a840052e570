// Medians, percentiles, and the area under the ROC curve by Mann and Whitney's U.

/** The value below which the share `q` (0 to 1) of an ascending list lies: nearest rank. NaN for none. */
export function percentile(ascending: ArrayLike<number>, q: number): number {
  if (ascending.length === 0) return Number.NaN;
  return ascending[Math.min(ascending.length - 1, Math.max(0, Math.ceil(q * ascending.length) - 1))]!;
}

/** The middle of a list in any order, the mean of the middle two for an even count. NaN for none. */
export function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b);
  const half = ascending.length / 2;
  if (ascending.length % 2 === 1) return ascending[Math.floor(half)]!;
  return ascending.length === 0 ? Number.NaN : (ascending[half - 1]! + ascending[half]!) / 2;
}

/**
 * Probability that a value drawn from `left` is below one drawn from `right`, ties counting half: 0.5 where
 * nobody can tell them apart, 0 or 1 where anybody can.
 */
export function areaUnderCurve(left: readonly number[], right: readonly number[]): number {
  const all = [...left.map((value) => ({ value, right: 0 })), ...right.map((value) => ({ value, right: 1 }))];
  all.sort((a, b) => a.value - b.value);
  let rankSum = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end]!.value === all[start]!.value) end++;
    const rank = (start + 1 + end) / 2; // tied values share the mean of their ranks
    for (let i = start; i < end; i++) rankSum += rank * all[i]!.right;
    start = end;
  }
  return (rankSum - (right.length * (right.length + 1)) / 2) / (left.length * right.length);
}

/** Half the width of a 95% interval around 0.5, where both samples have the same distribution. */
export function chanceInterval(left_count: number, right_count: number): number {
  return 1.96 * Math.sqrt((left_count + right_count + 1) / (12 * left_count * right_count));
}
