// What waits for what in a plan by rules. No link is made that would close a circle or point to a later phase.
import { ordered } from "../../domain/task-graph.ts";
import type { Deliverable } from "./deliverables.ts";
import { stemOf, wordsOf } from "./words.ts";

export interface Placed {
  readonly deliverable: Deliverable;
  /** Places of its first, its main and its last task. */
  readonly first: number;
  readonly main: number;
  readonly last: number;
}

/** A task names so many others at most that it waits for. */
const LINKS_MAX = 12;

export class Links {
  readonly #tasks: readonly { readonly phase: number }[];
  readonly #waits_for = new Map<number, Set<number>>();

  constructor(tasks: readonly { readonly phase: number }[]) {
    this.#tasks = tasks;
  }

  of(task: number): number[] {
    return [...(this.#waits_for.get(task) ?? [])];
  }

  /** Whether the link is there then. */
  add(task: number, waits_for: number): boolean {
    if (task === waits_for || this.#tasks[waits_for]!.phase > this.#tasks[task]!.phase) return false;
    if (this.#reaches(waits_for, task)) return false;
    const links = this.#waits_for.get(task) ?? new Set();
    if (links.size >= LINKS_MAX && !links.has(waits_for)) return false;
    this.#waits_for.set(task, links.add(waits_for));
    return true;
  }

  /** Of each task the longest chain below it. */
  depths(): number[] {
    const { order } = ordered(this.#tasks.map((_, task) => this.of(task)));
    const depths = this.#tasks.map(() => 0);
    for (const task of order) depths[task] = Math.max(0, ...this.of(task).map((each) => depths[each]! + 1));
    return depths;
  }

  /** What the text says of order, then what kinds of work come first, then what one thing says of another. */
  relate(placed: readonly Placed[]): void {
    for (const a of placed) {
      for (const b of placed) {
        if (a === b) continue;
        if (comesAfter(a.deliverable, b.deliverable)) this.add(a.first, b.last);
      }
    }
    for (const a of placed) {
      for (const b of placed) {
        const [first, second] = [b.deliverable.kind, a.deliverable.kind];
        if (a !== b && first && second?.follows.includes(first.name)) this.add(a.main, b.main);
      }
    }
    for (const a of placed) {
      for (const b of placed) {
        const same =
          a !== b && a.deliverable.kind !== null && a.deliverable.kind.name === b.deliverable.kind?.name;
        if (same && LATE.has(a.deliverable.verb ?? "") && EARLY.has(b.deliverable.verb ?? ""))
          this.add(a.main, b.main);
      }
    }
    placed.forEach((a, at) => {
      const is_last = LASTLY.test(a.deliverable.sources[0] ?? "");
      for (const b of placed.slice(0, at))
        if (is_last && a.deliverable.sources[0] !== b.deliverable.sources[0]) this.add(a.first, b.last);
      for (const b of placed.slice(0, at))
        if (speaksOf(a.deliverable, b.deliverable)) this.add(a.main, b.main);
    });
  }

  /** What begins waits for the opening of its phase or an earlier one; the closing waits for whatever nobody waits for. */
  close(opening: readonly number[], placed: readonly Placed[], closing: readonly number[]): void {
    for (let task = 0; task < this.#tasks.length; task += 1) {
      if (opening.includes(task) || closing.includes(task) || this.of(task).length > 0) continue;
      const own = placed.find(({ first }) => first === task);
      // What checks or ends something comes after whatever is made before.
      if (own && LAST.has(own.deliverable.kind?.stage ?? "core")) {
        const made = placed.filter(({ last }) => this.#tasks[last]!.phase < this.#tasks[task]!.phase);
        const ends = made.filter(
          ({ last }) =>
            !placed.some((each) => this.of(each.first).includes(last) || this.of(each.main).includes(last)),
        );
        for (const { last } of ends) this.add(task, last);
        if (this.of(task).length > 0) continue;
      }
      const ready = opening.filter((each) => this.#tasks[each]!.phase <= this.#tasks[task]!.phase).at(-1);
      if (ready !== undefined) this.add(task, ready);
    }
    closing.forEach((task, at) => {
      const phase = this.#tasks[task]!.phase;
      const earlier = placed
        .flatMap(({ first, main, last }) => [...new Set([first, main, last])])
        .filter((each) => this.#tasks[each]!.phase <= phase && !this.#isAwaited(each, phase));
      for (const each of earlier) this.add(task, each);
      const before = closing[at - 1];
      if (before !== undefined) this.add(task, before);
      if (this.of(task).length === 0) this.add(task, opening.at(-1)!);
    });
    // What the text names for the end comes after the checks.
    for (const { first } of placed) {
      const checks = closing.filter((each) => this.#tasks[each]!.phase < this.#tasks[first]!.phase).at(-1);
      if (checks !== undefined) this.add(first, checks);
    }
  }

  /** By a task of no later phase. */
  #isAwaited(task: number, phase: number): boolean {
    for (const [other, links] of this.#waits_for) {
      if (links.has(task) && this.#tasks[other]!.phase <= phase) return true;
    }
    return false;
  }

  #reaches(from: number, to: number): boolean {
    const open = [from];
    const seen = new Set(open);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at === to) return true;
      for (const next of this.of(at)) {
        if (seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
    return false;
  }
}

/** Of one kind of work, some things are done before others. */
const LAST: ReadonlySet<string> = new Set(["check", "release"]);
const EARLY = new Set("write design draft plan build develop create define select prepare add".split(" "));
const LATE = new Set(
  "post publish test deploy release submit present launch roll out train hold conduct run review translate".split(
    " ",
  ),
);
const LASTLY = /\b(?:afterwards|at the (?:very )?end|in the end|finally|lastly)\b/iu;
const AFTER = /\b(?:after|once|as soon as|based on|depends on|following|when)\b(.*)$/isu;
const BEFORE = /\b(?:before|prior to|ahead of)\b(.*)$/isu;

/** "Invite the speakers after the call for papers", or the next part of a timeline. */
export function comesAfter(a: Deliverable, b: Deliverable): boolean {
  if (a.period !== null && b.period !== null && a.period === b.period + 1) return true;
  const names = (text: string | undefined, thing: Deliverable): boolean =>
    text !== undefined && thing.topics.length > 0 && mentions(text.split(/[,;.]/u)[0]!, thing);
  const after = a.sources.some((source) => names(AFTER.exec(source)?.[1], b) && !b.sources.includes(source));
  const before = b.sources.some(
    (source) => names(BEFORE.exec(source)?.[1], a) && !a.sources.includes(source),
  );
  return after || before;
}

/** Whether the object of one is said in the words of the other. */
const speaksOf = (a: Deliverable, b: Deliverable): boolean => {
  const head = b.topics.at(-1);
  if (head === undefined || head.length < 4) return false;
  const own = new Set(a.topics);
  const shared = b.topics.filter((topic) => own.has(topic)).length;
  return own.has(head) && shared / b.topics.length >= 0.5 && a.title !== b.title;
};

function mentions(text: string, thing: Deliverable): boolean {
  const stems = new Set(wordsOf(text).map(stemOf));
  const shared = thing.topics.filter((topic) => stems.has(topic));
  return (
    shared.length > 0 && (shared.length / thing.topics.length >= 0.5 || shared.includes(thing.topics.at(-1)!))
  );
}
