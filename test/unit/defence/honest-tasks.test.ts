// Task trackers are made of imperatives: no honest task is refused for its words, and few are recorded.
import { expect, test } from "vitest";
import { detectPrompt } from "../../../src/defence/detect.ts";
import { PROMPT_FOUND_FROM } from "../../../src/defence/policy.ts";
import { screen } from "../../../src/defence/screen.ts";
import { HONEST_TASKS } from "./honest-tasks.ts";

/** Recorded at most: one in twenty of texts that were all chosen for their words. */
const RECORDED_MAX = Math.floor(HONEST_TASKS.length / 20);

test.each(HONEST_TASKS)("%j is not refused", (text) => {
  expect(screen(text, "free_text").verdict).not.toBe("refuse");
  expect(screen(text, "rich_text").verdict).not.toBe("refuse");
});

test("few are recorded as an attack", () => {
  const recorded = HONEST_TASKS.filter((text) => screen(text, "free_text").verdict !== "pass");
  expect(recorded.length, recorded.join("\n")).toBeLessThanOrEqual(RECORDED_MAX);
});

test("few are taken for orders to a language model", () => {
  const taken = HONEST_TASKS.filter((text) => detectPrompt(text, PROMPT_FOUND_FROM).length > 0);
  expect(taken.length, taken.join("\n")).toBeLessThanOrEqual(RECORDED_MAX);
});
