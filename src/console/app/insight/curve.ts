// The distribution of a simulated duration, drawn through the points that the service tells: its mean, and how much
// half, 80 and 95 of 100 runs took at most. Between them a log-normal curve of the same median and spread. Pure.

export interface Simulated {
  readonly mean_hours: number;
  readonly p50_hours: number;
  readonly p80_hours: number;
  readonly p95_hours: number;
}

export interface CurvePoint {
  readonly hours: number;
  /** From 0 to 1, 1 at the peak. */
  readonly height: number;
}

/** Standard deviations from the median of a normal distribution to its 80th and 95th percentile. */
const Z80 = 0.8416;
const Z95 = 1.6449;
const POINTS = 80;

/** From well below the median to well above the 95th percentile; a single peak where nothing varies. */
export function curveOf({ p50_hours, p80_hours, p95_hours }: Simulated): CurvePoint[] {
  const median = Math.max(p50_hours, 1e-6);
  const spread =
    (Math.log(Math.max(p80_hours, median) / median) / Z80 +
      Math.log(Math.max(p95_hours, median) / median) / Z95) /
    2;
  const sigma = Math.max(spread, 0.002);
  const density = (hours: number) => Math.exp(-((Math.log(hours / median) / sigma) ** 2) / 2) / hours;
  const [from, to] = [median * Math.exp(-3 * sigma), median * Math.exp(3 * sigma)];
  const points = Array.from({ length: POINTS + 1 }, (_, at) => from + ((to - from) * at) / POINTS);
  const peak = Math.max(...points.map(density));
  return points.map((hours) => ({ hours, height: density(hours) / peak }));
}
