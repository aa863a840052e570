// Differences of plans: what is added, removed or changed is told, order is not, and nothing else is.
import fc from "fast-check";
import { expect, it } from "vitest";
import { diffPlans } from "../../../src/domain/plan-diff.ts";
import type { BreakdownProposal, ProposedTask } from "../../../src/schema/proposal.ts";

const task = (ref: string, more: Partial<ProposedTask> = {}): ProposedTask => ({
  ref,
  title: ref,
  description: "",
  phase: "Build",
  depends_on: [],
  estimate: { optimistic: 1, likely: 2, pessimistic: 3 },
  skills: ["a", "b"],
  ...more,
});
const plan = (tasks: ProposedTask[], phases = ["Build"]): BreakdownProposal => ({ phases, tasks });
const diff = (before: BreakdownProposal, after: BreakdownProposal) =>
  diffPlans({ version: 1, proposal: before }, { version: 2, proposal: after });

it("tells what is new, what is gone and which fields of the rest changed", () => {
  const before = plan([task("a"), task("b"), task("c")]);
  const estimate = { optimistic: 1, likely: 2, pessimistic: 9 };
  const after = plan([task("c", { title: "See", estimate }), task("a"), task("d")], ["Build", "Test"]);
  expect(diff(before, after)).toEqual({
    from_version: 1,
    to_version: 2,
    phases_added: ["Test"],
    phases_removed: [],
    added: ["d"],
    removed: ["b"],
    changed: [{ ref: "c", fields: ["title", "estimate"] }],
  });
});

it("a dependency or a skill that is named twice is no difference", () => {
  const before = plan([task("a"), task("b", { depends_on: ["a"] })]);
  const after = plan([task("a"), task("b", { depends_on: ["a", "a"], skills: ["b", "a", "b"] })]);
  expect(diff(before, after).changed).toEqual([]);
});

it("the order of tasks, dependencies and skills is no difference", () => {
  const before = plan([task("a"), task("b"), task("c", { depends_on: ["a", "b"] })]);
  const after = plan([task("c", { depends_on: ["b", "a"], skills: ["b", "a"] }), task("b"), task("a")]);
  expect(diff(before, after)).toMatchObject({ added: [], removed: [], changed: [] });
});

it("forward and back are each other's mirror", () => {
  const refs = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { maxLength: 4 });
  const plans = refs.chain((each) =>
    fc
      .tuple(...each.map((ref) => fc.constantFrom(task(ref), task(ref, { title: "other" }))))
      .map((tasks) => plan(tasks)),
  );
  fc.assert(
    fc.property(plans, plans, (one, other) => {
      const [there, back] = [diff(one, other), diff(other, one)];
      expect(there.added.toSorted()).toEqual(back.removed.toSorted());
      expect(there.changed.map(({ ref }) => ref).sort()).toEqual(back.changed.map(({ ref }) => ref).sort());
    }),
  );
});
