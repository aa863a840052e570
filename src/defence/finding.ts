// What a validator finds in a text: which attack it looks like, how surely, and what of it shows that.

export const INJECTIONS = ["sqli", "xss", "path", "cmd", "ldap"] as const;
export const ATTACK_CLASSES = [
  ...INJECTIONS,
  "prompt",
  "encoding",
  "alphabet",
  /** Of a remote validator: content that its owner's policy does not want. */
  "content",
  /** A validator that had to be asked gave no answer. */
  "unchecked",
] as const;
export type AttackClass = (typeof ATTACK_CLASSES)[number];

export interface Finding {
  readonly class: AttackClass;
  /** 0 to 1. */
  readonly score: number;
  /** Runs of tokens or names of rules that show it, weightiest first; never the text. */
  readonly what: readonly string[];
  /** Where the stretch begins, in UTF-16 units of the first form that shows it; the text itself comes first. */
  readonly at: number;
}

const WHAT_MAX = 5;

/**
 * Findings of several validators as one list, a finding for each class: each is taken as independent evidence, so
 * that the score is 1 − ∏(1 − score), and never below the highest.
 */
export function combined(opinions: readonly (readonly Finding[])[]): Finding[] {
  const classes = new Map<AttackClass, Finding>();
  for (const opinion of opinions) {
    for (const [name, finding] of worstByClass(opinion)) {
      const known = classes.get(name);
      classes.set(name, known ? together(known, finding) : finding);
    }
  }
  return [...classes.values()];
}

/** One validator may say the same thing of several parts of a text: that is one piece of evidence. */
function worstByClass(opinion: readonly Finding[]): Map<AttackClass, Finding> {
  const worst = new Map<AttackClass, Finding>();
  for (const finding of opinion) {
    if ((worst.get(finding.class)?.score ?? -1) < finding.score) worst.set(finding.class, finding);
  }
  return worst;
}

function together(one: Finding, other: Finding): Finding {
  const [worse, better] = one.score >= other.score ? [one, other] : [other, one];
  const what = [...new Set([...worse.what, ...better.what])].slice(0, WHAT_MAX);
  return { ...worse, score: 1 - (1 - one.score) * (1 - other.score), what };
}
