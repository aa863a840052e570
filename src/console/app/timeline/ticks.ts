// Round marks of an axis that begins at 0. Pure.

const MARKS_WANTED = 6;

/** Some six marks from 0 up to, at most, `end`, in steps of 1, 2 or 5 times a power of ten. */
export function ticksUpTo(end: number): number[] {
  const rough = end / MARKS_WANTED;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough;
  return Array.from(
    { length: Math.floor(end / step + 1e-9) + 1 },
    (_, at) => Math.round(at * step * 1e6) / 1e6,
  );
}
