// Fits one class of the linear model: logistic regression with L1 and L2 (FTRL-Proximal, McMahan et al. 2013) over
// the most suspicious stretch of each text, which is found anew with the weights of the round before.
// Deterministic: the order of the samples comes from a seed.
import { GAP, GAP_MAX } from "../../src/defence/linear-model.ts";
import { generator } from "./random.ts";

/** One form of a text, as token numbers. */
export type View = Uint16Array;

export interface Sample {
  readonly views: readonly View[];
  readonly isAttack: boolean;
  /** How much it counts. */
  readonly weight: number;
  /** Where it comes from. */
  readonly repository: string;
}

export interface FitOptions {
  readonly rounds: number;
  readonly epochs: number;
  readonly l1: number;
  readonly l2: number;
  /** A term is learned from if so many texts have it, */
  readonly texts_min: number;
  /** honest ones, or attacks of so many repositories or parts of our grammar: others show one author's manner. */
  readonly repositories_min: number;
  /** Terms kept at the end, the weightiest. */
  readonly terms_max: number;
  readonly lengths: 1 | 2 | 3;
  /** Tokens that are also joined over what stands between them. */
  readonly joined: ReadonlySet<number>;
}

export interface Fitted {
  readonly bias: number;
  readonly weights: ReadonlyMap<string, number>;
}

interface Stretch {
  readonly view: number;
  readonly from: number;
  readonly to: number;
}

type Terms = Pick<FitOptions, "lengths" | "joined">;

/** The names of the runs that end at `index`, shortest first, and of those over a gap. */
function termsAt(view: View, index: number, { lengths, joined }: Terms, each: (term: string) => void): void {
  let term = String(view[index]);
  each(term);
  for (let length = 2; length <= lengths && index - length + 1 >= 0; length += 1) {
    term = `${view[index - length + 1]} ${term}`;
    each(term);
  }
  if (!joined.has(view[index]!)) return;
  const before = joinedBefore(view, index, joined);
  if (before < 0) return;
  each(`${view[before]}${GAP}${view[index]}`);
  const first = joinedBefore(view, before, joined);
  if (first >= 0) each(`${view[first]}${GAP}${view[before]}${GAP}${view[index]}`);
}

function joinedBefore(view: View, index: number, joined: ReadonlySet<number>): number {
  for (let at = index - 1; at >= Math.max(0, index - GAP_MAX); at -= 1) if (joined.has(view[at]!)) return at;
  return -1;
}

interface Indexed {
  /** For each view and position, the numbers of its known terms. */
  readonly views: readonly (readonly (readonly number[])[])[];
  readonly isAttack: boolean;
  readonly weight: number;
}

export function fitClass(samples: readonly Sample[], options: FitOptions): Fitted {
  const terms = countTerms(samples, options);
  let allowed = terms;
  let model = train(samples, allowed, options);
  if (model.weights.size > options.terms_max) {
    const kept = [...model.weights]
      .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
      .slice(0, options.terms_max);
    allowed = new Map(kept.map(([term], number) => [term, number]));
    model = train(samples, allowed, { ...options, l1: options.l1 / 4 });
  }
  return model;
}

function countTerms(samples: readonly Sample[], options: FitOptions): Map<string, number> {
  const texts = new Map<string, { count: number; repositories: Set<string> }>();
  for (const { views, isAttack, repository } of samples) {
    const seen = new Set<string>();
    for (const view of views)
      for (const index of view.keys()) termsAt(view, index, options, (term) => seen.add(term));
    for (const term of seen) {
      const known = texts.get(term) ?? { count: 0, repositories: new Set() };
      known.count += 1;
      known.repositories.add(isAttack ? repository : "honest");
      texts.set(term, known);
    }
  }
  const frequent = [...texts].filter(
    ([, { count, repositories }]) =>
      count >= options.texts_min &&
      (repositories.size >= options.repositories_min || repositories.has("honest")),
  );
  return new Map(frequent.map(([term], number) => [term, number]));
}

function indexTerms(samples: readonly Sample[], terms: ReadonlyMap<string, number>, kinds: Terms): Indexed[] {
  return samples.map(({ views, isAttack, weight }) => ({
    isAttack,
    weight,
    views: views.map((view) =>
      Array.from(view, (_, index) => {
        const numbers: number[] = [];
        termsAt(view, index, kinds, (term) => {
          const number = terms.get(term);
          if (number !== undefined) numbers.push(number);
        });
        return numbers;
      }),
    ),
  }));
}

const ALPHA = 0.15;
const BETA = 1;
/** A term that repeats says little more than one that stands there thrice. */
const REPEATS_MAX = 3;

function train(samples: readonly Sample[], terms: ReadonlyMap<string, number>, options: FitOptions): Fitted {
  const indexed = indexTerms(samples, terms, options);
  const weights = new Float64Array(terms.size);
  let bias = 0;
  // What an honest text was once suspected for stays in the lesson, else the next round would unlearn it.
  const lessons: Lesson[] = indexed
    .filter(({ isAttack }) => !isAttack)
    .map((sample) => lessonOf(sample, null));
  for (let round = 0; round < options.rounds; round += 1) {
    const worst = indexed.map((sample) => lessonOf(sample, round === 0 ? null : weights));
    if (round > 0) lessons.push(...worst.filter(({ isAttack, bag }) => !isAttack && bag.length > 0));
    bias = regress([...lessons, ...worst.filter(({ isAttack }) => isAttack)], weights, options);
  }
  const names = [...terms.keys()];
  const kept = [...weights.entries()].filter(([, weight]) => Math.abs(weight) > 0.02);
  return { bias, weights: new Map(kept.map(([number, weight]) => [names[number]!, weight])) };
}

interface Lesson {
  readonly bag: readonly (readonly [term: number, count: number])[];
  readonly isAttack: boolean;
  readonly weight: number;
}

/** The terms of a sample's most suspicious stretch; of its first view whole, as long as there are no weights. */
function lessonOf({ views, isAttack, weight }: Indexed, weights: Float64Array | null): Lesson {
  const stretch = weights ? worstStretch(views, weights) : { view: 0, from: 0, to: views[0]!.length - 1 };
  const counts = new Map<number, number>();
  for (let index = stretch.from; index <= stretch.to; index += 1) {
    for (const term of views[stretch.view]![index]!) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return {
    isAttack,
    weight,
    bag: [...counts].map(([term, count]) => [term, Math.min(count, REPEATS_MAX)] as const),
  };
}

function worstStretch(views: Indexed["views"], weights: Float64Array): Stretch {
  let best = 0;
  let worst: Stretch = { view: 0, from: 0, to: -1 };
  for (const [view, positions] of views.entries()) {
    let sum = 0;
    let from = 0;
    for (const [index, terms] of positions.entries()) {
      for (const term of terms) sum += weights[term]!;
      if (sum <= 0) [sum, from] = [0, index + 1];
      else if (sum > best) {
        best = sum;
        worst = { view, from, to: index };
      }
    }
  }
  return worst;
}

function regress(lessons: readonly Lesson[], weights: Float64Array, options: FitOptions): number {
  const { l1, l2, epochs } = options;
  const z = new Float64Array(weights.length + 1);
  const n = new Float64Array(weights.length + 1);
  const order = [...lessons.keys()];
  const random = generator(20260101);
  const weightOf = (index: number, penalty: number): number => {
    const excess = Math.abs(z[index]!) - penalty;
    return excess <= 0 ? 0 : (-Math.sign(z[index]!) * excess) / ((BETA + Math.sqrt(n[index]!)) / ALPHA + l2);
  };
  const step = (index: number, gradient: number, weight: number): void => {
    const sigma = (Math.sqrt(n[index]! + gradient * gradient) - Math.sqrt(n[index]!)) / ALPHA;
    z[index]! += gradient - sigma * weight;
    n[index]! += gradient * gradient;
  };
  const bias = weights.length;
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (let index = order.length - 1; index > 0; index -= 1) {
      const other = Math.floor(random() * (index + 1));
      [order[index], order[other]] = [order[other]!, order[index]!];
    }
    for (const index of order) {
      const { bag, isAttack, weight } = lessons[index]!;
      const now = bag.map(([term]) => weightOf(term, l1));
      const bias_now = weightOf(bias, 0);
      let sum = bias_now;
      for (const [at, [, count]] of bag.entries()) sum += now[at]! * count;
      const error = (1 / (1 + Math.exp(-sum)) - (isAttack ? 1 : 0)) * weight;
      for (const [at, [term, count]] of bag.entries()) step(term, error * count, now[at]!);
      step(bias, error, bias_now);
    }
  }
  for (let index = 0; index < weights.length; index += 1) weights[index] = weightOf(index, l1);
  return weightOf(bias, 0);
}
