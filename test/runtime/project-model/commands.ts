// What a sequence is made of: batches of commands that are sent at once. Tasks are named by how long ago they came,
// tokens and versions by how far they are from the present ones.
import fc from "fast-check";
import { PRIORITIES, type Priority, TASK_STATUSES, type TaskStatus } from "../../../src/schema/project.ts";
import type { ProjectRole } from "../../../src/schema/role.ts";

export const PEOPLE = ["owner", "eve", "carl", "robot", "drone", "vera", "ada", "stranger"] as const;
export type Who = (typeof PEOPLE)[number];

/** `held`: by a holder, on what it holds, where anybody holds anything. */
export type Command =
  | {
      readonly kind: "create";
      readonly by: Who;
      readonly waits_for: readonly number[];
      readonly priority: Priority;
    }
  | { readonly kind: "plan"; readonly by: Who; readonly chain: number }
  | {
      readonly kind: "move";
      readonly by: Who;
      readonly held: boolean;
      readonly nth: number;
      readonly status: TaskStatus;
      readonly version: Off;
    }
  | { readonly kind: "depend"; readonly by: Who; readonly nth: number; readonly waits_for: readonly number[] }
  | {
      readonly kind: "move_both";
      readonly by: Who;
      readonly nths: readonly [number, number];
      readonly status: TaskStatus;
    }
  | { readonly kind: "delete"; readonly by: Who; readonly nth: number; readonly version: Off }
  | { readonly kind: "assign"; readonly by: Who; readonly nth: number; readonly to: Who | null }
  | { readonly kind: "claim"; readonly by: Who; readonly nth: number; readonly seconds: number }
  | { readonly kind: "claim_best"; readonly by: Who; readonly seconds: number }
  | {
      readonly kind: "renew";
      readonly by: Who;
      readonly held: boolean;
      readonly nth: number;
      readonly token: Off;
      readonly seconds: number;
    }
  | {
      readonly kind: "release";
      readonly by: Who;
      readonly held: boolean;
      readonly nth: number;
      readonly token: Off;
    }
  | {
      readonly kind: "complete";
      readonly by: Who;
      readonly held: boolean;
      readonly nth: number;
      readonly token: Off;
    }
  | { readonly kind: "join"; readonly by: Who; readonly who: Who; readonly role: ProjectRole }
  | { readonly kind: "leave"; readonly by: Who; readonly who: Who };

/** Off the present version or token; `any`: a write that names none. */
export type Off = -1 | 0 | 1 | "any";

export type Step =
  | { readonly at_once: readonly Command[] }
  | { readonly jump_ms: number }
  /** To the end of the lease that ends next, and so far beyond. */
  | { readonly to_end_ms: number }
  | { readonly happens: "alarm" | "eviction" };

const often = <Value>(usual: Value, weight: number, others: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: others });

const anybody = fc.constantFrom(...PEOPLE);
const mostly = (...usual: Who[]) =>
  fc.oneof({ weight: 7, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: anybody });
const by = mostly("owner", "eve", "carl", "robot", "drone");
const maker = mostly("owner", "eve", "carl");
const assigner = mostly("eve", "ada");
const held = often(true, 3, fc.constant(false));
/** Few tasks, so that commands meet. */
const nth = often(0, 2, fc.nat(5));
const off = often<Off>(0, 5, fc.constantFrom<Off[]>(-1, 1));
const version = fc.oneof(off, fc.constant<Off>("any"));
const seconds = fc.constantFrom(60, 300, 3_600);
const status = fc.constantFrom(...TASK_STATUSES);
const priority = fc.constantFrom(...PRIORITIES);
const waits_for = fc.uniqueArray(fc.nat(5), { maxLength: 2 });
const kind = <Kind extends Command["kind"]>(name: Kind) => fc.constant(name);

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: kind("create"), by: maker, waits_for, priority }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: kind("plan"), by: maker, chain: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: kind("move"), by, held, nth, status, version }) },
  { weight: 2, arbitrary: fc.record({ kind: kind("depend"), by, nth, waits_for }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("move_both"), by, nths: fc.tuple(nth, nth), status }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("delete"), by: maker, nth, version }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind("assign"),
      by: assigner,
      nth,
      to: fc.option(fc.constantFrom(...PEOPLE)),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: kind("claim"), by, nth, seconds }) },
  { weight: 4, arbitrary: fc.record({ kind: kind("claim_best"), by, seconds }) },
  { weight: 2, arbitrary: fc.record({ kind: kind("renew"), by, held, nth, token: off, seconds }) },
  { weight: 2, arbitrary: fc.record({ kind: kind("release"), by, held, nth, token: off }) },
  { weight: 3, arbitrary: fc.record({ kind: kind("complete"), by, held, nth, token: off }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: kind("join"),
      by: often<Who>("owner", 3, by),
      who: fc.constantFrom(...PEOPLE),
      role: often<ProjectRole>("editor", 2, fc.constantFrom<ProjectRole[]>("viewer", "owner")),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind("leave"), by, who: fc.constantFrom(...PEOPLE) }) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ at_once: fc.array(command, { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ jump_ms: fc.integer({ min: 1, max: 120_000 }) }) },
  { weight: 2, arbitrary: fc.record({ to_end_ms: fc.constantFrom(-1, 0, 1) }) },
  { weight: 1, arbitrary: fc.record({ happens: fc.constantFrom("alarm" as const, "eviction" as const) }) },
);

export const sequence = (length_max: number) =>
  fc.array(step, { minLength: length_max / 4, maxLength: length_max });
