// Skills that a text names by the tools it speaks of, and all that the planner may ask for.
import { DOMAINS } from "./domain-of.ts";
import { GENERAL } from "./domains-done.ts";
import { allKinds } from "./kinds.ts";

const TOOLS: readonly (readonly [RegExp, string])[] = [
  [/\breact\b/iu, "react"],
  [/\bvue(?:\.?js)?\b/iu, "vue"],
  [/\bangular\b/iu, "angular"],
  [/\btypescript\b/iu, "typescript"],
  [/\bjavascript\b/iu, "javascript"],
  [/\bpython\b/iu, "python"],
  [/\b(?:golang|go (?:backend|service|module|binar\w+|library|code))\b/iu, "go"],
  [/\brust\b/iu, "rust"],
  [/\bjava\b/iu, "java"],
  [/\bkotlin\b/iu, "kotlin"],
  [/\bswift\b/iu, "swift"],
  [/\bphp\b/iu, "php"],
  [/\bpostgres\w*\b/iu, "postgresql"],
  [/\bmysql\b/iu, "mysql"],
  [/\bsqlite\b/iu, "sqlite"],
  [/\bkubernetes\b/iu, "kubernetes"],
  [/\bdocker\b/iu, "docker"],
  [/\bterraform\b/iu, "terraform"],
  [/\baws\b/iu, "aws"],
  [/\bsap\b/iu, "sap"],
  [/\bfigma\b/iu, "figma"],
  [/\bnvivo\b/iu, "nvivo"],
  [/\blorawan\b/iu, "lorawan"],
];

/** Those that a text names, two at most. */
export const toolsIn = (text: string): string[] =>
  TOOLS.filter(([words]) => words.test(text))
    .map(([, skill]) => skill)
    .slice(0, 2);

let known: readonly string[] | null = null;

/** Every skill that a plan by rules may ask for, sorted. */
export function plannerSkills(): readonly string[] {
  known ??= skillsOfTables();
  return known;
}

const skillsOfTables = (): string[] =>
  [
    ...new Set([
      ...TOOLS.map(([, skill]) => skill),
      ...[...DOMAINS, GENERAL].flatMap(({ opening, closing, skill }) => [
        skill,
        ...opening.map((each) => each.skill),
        ...closing.map((each) => each.skill),
      ]),
      ...allKinds().flatMap(({ skill, before, after }) => [
        skill,
        ...before.map((each) => each.skill),
        ...after.map((each) => each.skill),
      ]),
    ]),
  ].sort();
