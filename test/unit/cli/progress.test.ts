// The line that shows how far long work has come.
import { expect, test } from "vitest";
import { Progress, withProgress } from "../../../src/cli/progress.ts";

function shown({ isTTY = true } = {}) {
  const written: string[] = [];
  const clock = { ms: 1_000_000 };
  const output = { isTTY, write: (text: string) => written.push(text) };
  return { written, clock, progress: new Progress("Verifying", { output, now: () => clock.ms }) };
}

test("a bar fills as the work goes on, and is taken away at its end", () => {
  const { written, clock, progress } = shown();
  progress.expect(200);
  clock.ms += 2_000;
  progress.advance(50);
  expect(written.at(-1)).toBe(`\r\u001b[KVerifying ${"█".repeat(6)}${"·".repeat(18)} 25% 2 s`);
  clock.ms += 2_000;
  progress.advance(999);
  expect(written.at(-1)).toContain(`${"█".repeat(24)} 100% 4 s`);
  progress.end();
  expect(written.at(-1)).toBe("\r\u001b[K");
});

test("work of less than a second shows nothing", () => {
  const { written, clock, progress } = shown();
  clock.ms += 999;
  progress.advance(1);
  progress.end();
  expect(written).toEqual([]);
});

test("what nobody can measure says that it goes on", () => {
  const { written, clock, progress } = shown();
  clock.ms += 3_500;
  progress.draw();
  expect(written).toEqual(["\r\u001b[KVerifying … 3 s"]);
});

test("nothing is written where nobody looks", () => {
  const { written, clock, progress } = shown({ isTTY: false });
  clock.ms += 60_000;
  progress.advance(1);
  progress.end();
  expect(written).toEqual([]);
});

test("the line goes when the work fails, and the failure comes through", async () => {
  const { written, clock, progress } = shown();
  clock.ms += 5_000;
  const work = withProgress(progress, async () => {
    progress.advance(1);
    throw new Error("broken");
  });
  await expect(work).rejects.toThrow("broken");
  expect(written.at(-1)).toBe("\r\u001b[K");
});
