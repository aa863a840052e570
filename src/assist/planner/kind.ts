// What kinds of work there are, as the planner knows them: by which words a kind is known, what it takes, and what it
// comes after. They stand in tables of text, a kind in each row:
//
//   name: verb; stage; hours; skill; ±spread < kinds that come first
//     = alternatives of a regular expression, each at the beginning of a word
//     before: a step that it needs first; hours; skill        after: likewise

/** Where in a project a kind of work belongs; each domain says which of its phases that is. */
export type Stage = "ask" | "prepare" | "base" | "core" | "finish" | "check" | "release";

export interface Step {
  /** `{}` stands for the thing itself, as the text calls it. */
  readonly title: string;
  readonly hours: number;
  readonly skill: string;
}

export interface Kind {
  readonly name: string;
  readonly pattern: RegExp;
  /** What one does with it, where the text does not say. */
  readonly verb: string;
  readonly stage: Stage;
  readonly hours: number;
  readonly skill: string;
  /** What it needs before it, and what after it. */
  readonly before: readonly Step[];
  readonly after: readonly Step[];
  /** Pessimistic by likely hours: more where it depends on others or is tried for the first time. */
  readonly spread: number;
  /** Kinds that come first where a project has them. */
  readonly follows: readonly string[];
}

const SPREAD = 1.8;

export const step = (title: string, hours: number, skill: string): Step => ({ title, hours, skill });

/** Throws at a row of another form: the tables are the program's own. */
export function kindsFrom(table: string): Kind[] {
  return table
    .trim()
    .split(/\n(?=\S)/u)
    .map((row) => {
      const [head = "", ...lines] = row.split("\n");
      const { name, verb, stage, hours, skill, more = "" } = HEAD.exec(head)!.groups!;
      const of = (mark: string): string[] =>
        lines
          .map((line) => line.trim())
          .filter((line) => line.startsWith(mark))
          .map((line) => line.slice(mark.length).trim());
      const [, follows = ""] = /<(.*)$/u.exec(more) ?? [];
      return {
        name: name!,
        pattern: new RegExp(String.raw`(?<![\p{L}\p{N}-])(?:${of("=")[0]!})`, "iu"),
        verb: verb!,
        stage: stage as Stage,
        hours: Number(hours),
        skill: skill!,
        before: of("before:").map(stepFrom),
        after: of("after:").map(stepFrom),
        spread: Number(/±([\d.]+)/u.exec(more)?.[1] ?? SPREAD),
        follows: follows
          .trim()
          .split(" ")
          .filter((kind) => kind !== ""),
      };
    });
}
const HEAD =
  /^(?<name>[a-z-]+): (?<verb>[^;]+); (?<stage>[a-z]+); (?<hours>[\d.]+); (?<skill>[a-z-]+)(?:; (?<more>.*))?$/u;

function stepFrom(text: string): Step {
  const [title = "", hours = "", skill = ""] = text.split("; ");
  return step(title, Number(hours), skill);
}
