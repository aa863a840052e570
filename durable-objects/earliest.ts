// The first of several times at which something is due; null when nothing is.
export function earliest(...times_ms: (number | null)[]): number | null {
  const due = times_ms.filter((at_ms) => at_ms !== null);
  return due.length > 0 ? Math.min(...due) : null;
}
