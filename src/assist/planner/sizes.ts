// How long a task may take: the hours of its kind, more or less by what the text says of its size, and a spread by
// how much depends on others or is tried for the first time.

import { expectedHours } from "../../domain/estimate.ts";
import type { Estimate } from "../../schema/project.ts";

const LARGER: readonly (readonly [RegExp, number])[] = [
  [
    /\b(?:large|big|complete|entire|whole|full|comprehensive|complex|all|every|across|advanced|major)\b/iu,
    1.3,
  ],
  [
    /\b(?:legacy|old|undocumented|third-?party|real-?time|high-?availability|regulated|load-?bearing|historic|from 1[89]\d\d)\b/iu,
    1.2,
  ],
];
const SMALLER: readonly (readonly [RegExp, number])[] = [
  [/\b(?:simple|small|basic|minor|short|quick|minimal|single|trivial|lint|typos?|rename)\b/iu, 0.6],
];
const NUMBER_WORDS: Readonly<Record<string, number>> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  twenty: 20,
  thirty: 30,
};
const UNSURE =
  /\b(?:research|prototype|new technology|integrat\w*|migrat\w*|permit|approval|external|certif\w*|first time|unknown|experiment\w*|hire|fund\w*)\b/iu;

/** `text` is the task's own, with what the description says of it. Rounded to what people would say. */
export function estimateOf(hours: number, spread: number, text: string): Estimate {
  let factor = 1;
  for (const [words, by] of [...LARGER, ...SMALLER]) if (words.test(text)) factor *= by;
  // Many of the same take longer, each less than the one before.
  const count = countIn(text);
  if (count > 1) factor *= Math.min(4, 1 + Math.log2(count) / 3);
  const likely = rounded(hours * factor);
  const wide = spread * (UNSURE.test(text) ? 1.2 : 1);
  return {
    optimistic: Math.min(likely, rounded(likely * 0.6)),
    likely,
    pessimistic: Math.max(likely + 1, rounded(likely * wide)),
  };
}

/** The first count of things, not of years, prices, percents or versions. */
function countIn(text: string): number {
  const digits =
    /(?<![\d.,$€£v])(\d{1,3}(?:,\d{3})*)(?![\d.,%:]|\s?(?:%|percent|euros?|dollars?|eur|usd|tb|gb|mb|ms|kg|days?|weeks?|months?|years?|hours?|minutes?|seconds?|x\b|a\.?m|p\.?m))\s+\p{L}{3,}/iu.exec(
      text,
    );
  if (digits) return Math.min(1_000, Number(digits[1]!.replaceAll(",", "")));
  const word =
    /\b(two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty)\b\s+(?!days?|weeks?|months?|years?|hours?|minutes?)\p{L}/iu.exec(
      text,
    );
  return word ? NUMBER_WORDS[word[1]!.toLowerCase()]! : 1;
}

/** To half hours below 4, to hours below 16, to 4 hours beyond. */
function rounded(hours: number): number {
  const grain = hours < 4 ? 0.5 : hours < 16 ? 1 : 4;
  return Math.max(0.5, Math.round(hours / grain) * grain);
}

export const hoursOf = (estimates: readonly Estimate[]): number =>
  estimates.reduce((sum, each) => sum + expectedHours(each), 0);
