// Twelve crashes of a server that is writing. `node scripts/kill.mjs --rounds 200` does more of them.
import { expect, test } from "vitest";
import { killRounds, type RoundReport } from "./kill-rounds.ts";

const ROUNDS = 12;

test("no acknowledged change, and no event of one, is lost or doubled by a kill in the middle of writes, and no two checkpoints disagree", async () => {
  const reports: RoundReport[] = [];
  await killRounds(ROUNDS, (report) => reports.push(report));
  expect(reports).toHaveLength(ROUNDS);
  // One a round at least: events of each were published, and proved to have been only added.
  expect(reports.at(-1)!.checkpoints).toBeGreaterThanOrEqual(ROUNDS);
  for (const { acknowledged } of reports) expect(acknowledged).toBeGreaterThanOrEqual(40);
}, 600_000);
