// What a kind of project is: by which words one is known, in which phases it goes, and what every such project has to
// do besides what its text names. `{}` stands for what the project is about.
import { type Stage, type Step, step } from "./kind.ts";

/** A task that comes with the domain; `phase` counts its phases from 0. */
export interface Frame extends Step {
  readonly phase: number;
  /** Kinds of work that make it needless where the text names one. */
  readonly unless?: readonly string[];
}

export interface Domain {
  readonly name: string;
  readonly cues: RegExp;
  readonly phases: readonly string[];
  /** The phase of each stage. */
  readonly stages: Readonly<Record<Stage, number>>;
  /** Before the work that the text names, one after the other. */
  readonly opening: readonly Frame[];
  /** After it. */
  readonly closing: readonly Frame[];
  /** What one does with a thing of no known kind. */
  readonly verb: string;
  readonly skill: string;
  /** Things that are named without a verb are what it is done to, whatever they are, but for those kinds. */
  readonly done_to?: readonly string[];
  /** Where kinds of work are looked for first; null: in all of them alike. */
  readonly group: "software" | "places" | "people" | null;
  /** The kind of whatever is made or changed in it. */
  readonly each?: string;
  /** What the project is called where neither its text nor its name says so. */
  readonly noun: string;
}

/** A task of a domain; `unless`: needless where the text names work of these kinds. */
export const at = (
  phase: number,
  title: string,
  hours: number,
  skill: string,
  ...unless: string[]
): Frame => ({
  phase,
  ...step(title, hours, skill),
  unless,
});
/** Of each stage the phase. */
export const stages = (
  ask: number,
  prepare: number,
  base: number,
  core: number,
  finish: number,
  check: number,
  release: number,
) => ({ ask, prepare, base, core, finish, check, release });
/** Words by which a domain is known: alternatives of a regular expression, each at the beginning of a word. */
export const cues = (words: string): RegExp => new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${words})`, "giu");
