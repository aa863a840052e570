import { expect, test } from "vitest";
import { GroupCommit } from "../../durable-objects/group-commit.ts";

test("whoever comes while a commit is under way shares the next one; whoever comes alone runs at once", async () => {
  const commits: (() => void)[] = [];
  const group = new GroupCommit(() => new Promise((resolve) => commits.push(resolve)));
  const ran: string[] = [];
  const join = (name: string) => group.join(() => ran.push(name));
  const first = join("first");
  expect(ran).toEqual(["first"]);
  const others = [join("second"), join("third")];
  await first;
  expect(ran).toEqual(["first"]);
  commits[0]!();
  await Promise.all(others);
  expect([ran, commits.length]).toEqual([["first", "second", "third"], 2]);
});

test("each fails alone", async () => {
  const group = new GroupCommit(async () => {});
  const failing = group.join(() => {
    throw new Error("refused");
  });
  const other = group.join(() => "done");
  await expect(failing).rejects.toThrow("refused");
  expect(await other).toBe("done");
});

test.each([
  ["fails", () => Promise.reject(new Error("broken"))],
  [
    "cannot even begin",
    (): Promise<void> => {
      throw new Error("broken");
    },
  ],
])("a commit that %s holds up nobody who comes later", async (_, sync) => {
  const group = new GroupCommit(sync);
  expect(await group.join(() => "first")).toBe("first");
  expect(await group.join(() => "second")).toBe("second");
});
