// `node scripts/kill.mjs --rounds 200`: kills a server that is writing, as often as you like, and counts that
// nothing acknowledged is lost and nothing is there twice. The short form of it runs with the tests.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ensureInstalled, node, Refusal, run } from "./install.mjs";

const ROUNDS_DEFAULT = 200;
const help = `Kills a server in the middle of writes, restarts it on the same data, and counts.

  node scripts/kill.mjs                  ${ROUNDS_DEFAULT} rounds
  node scripts/kill.mjs --rounds 1000    as many as you say`;

await run(async () => {
  const { rounds, help: wantsHelp } = parseOptions();
  if (wantsHelp) return console.log(help);
  ensureInstalled();
  if (!process.features.typescript) {
    // The rounds are TypeScript, which the Node of the tools runs as it is.
    const { status } = spawnSync(node, process.argv.slice(1), { stdio: "inherit" });
    process.exitCode = status ?? 1;
    return;
  }
  const { killRounds } = await import(fileURLToPath(new URL("../test/e2e/kill-rounds.ts", import.meta.url)));
  const started_ms = Date.now();
  let acknowledged = 0;
  await killRounds(rounds, (/** @type {import("../test/e2e/kill-rounds.ts").RoundReport} */ report) => {
    acknowledged += report.acknowledged;
    const { round, events, whole_ms } = report;
    console.log(
      `round ${String(round).padStart(5)} of ${rounds}: ${String(report.acknowledged).padStart(4)} changes acknowledged, all found after ${String(whole_ms).padStart(5)} ms; ${events} events in the log`,
    );
  });
  const minutes = ((Date.now() - started_ms) / 60_000).toFixed(1);
  console.log(
    `${rounds} kills, ${acknowledged} acknowledged changes, none lost, none doubled (${minutes} min).`,
  );
});

function parseOptions() {
  try {
    const { values } = parseArgs({ options: { rounds: { type: "string" }, help: { type: "boolean" } } });
    const rounds = Number(values.rounds ?? ROUNDS_DEFAULT);
    if (!Number.isSafeInteger(rounds) || rounds < 1) throw new Error("--rounds wants a number from 1 on");
    return { rounds, help: values.help };
  } catch (error) {
    throw new Refusal(`${/** @type {Error} */ (error).message}\n${help}`);
  }
}
