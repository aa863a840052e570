// Webhooks of a real server, to a real receiver that fails in every way, through a crash in the middle. `node
// scripts/kill.mjs --webhooks 10000` does it with ten thousand events and many crashes.
import { expect, test } from "vitest";
import { webhookRounds } from "./webhook-rounds.ts";

const EVENTS = 200;

test("every event arrives, each takes effect once, and nothing comes after a 410", async () => {
  const report = await webhookRounds(EVENTS, 1, () => undefined);
  expect(report.events).toBe(EVENTS + 2);
  expect(report.faults).toBeGreaterThan(5);
});
