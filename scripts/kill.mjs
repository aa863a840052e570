// `node scripts/kill.mjs --rounds 200`: kills a server that is writing, as often as you like, and counts that
// nothing acknowledged is lost, nothing is there twice and no two signed checkpoints disagree. The short form of it runs with the tests.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ensureInstalled, node, Refusal, run } from "./install.mjs";

const ROUNDS_DEFAULT = 200;
/** Events on their way to a webhook receiver, for each kill. */
const EVENTS_A_KILL = 500;
const help = `Kills a server in the middle of writes, restarts it on the same data, and counts.

  node scripts/kill.mjs                  ${ROUNDS_DEFAULT} rounds
  node scripts/kill.mjs --rounds 1000    as many as you say
  node scripts/kill.mjs --webhooks 10000 so many events to a webhook receiver that fails in every way`;

await run(async () => {
  const { rounds, events, help: wantsHelp } = parseOptions();
  if (wantsHelp) return console.log(help);
  ensureInstalled();
  if (!process.features.typescript) {
    // The rounds are TypeScript, which the Node of the tools runs as it is.
    const { status } = spawnSync(node, process.argv.slice(1), { stdio: "inherit" });
    process.exitCode = status ?? 1;
    return;
  }
  if (events !== null) return killWebhooks(events);
  const { killRounds } = await import(fileURLToPath(new URL("../test/e2e/kill-rounds.ts", import.meta.url)));
  const started_ms = Date.now();
  let [acknowledged, checkpoints] = [0, 0];
  await killRounds(rounds, (/** @type {import("../test/e2e/kill-rounds.ts").RoundReport} */ report) => {
    acknowledged += report.acknowledged;
    checkpoints = report.checkpoints;
    const { round, events, whole_ms } = report;
    console.log(
      `round ${String(round).padStart(5)} of ${rounds}: ${String(report.acknowledged).padStart(4)} changes acknowledged, all found after ${String(whole_ms).padStart(5)} ms; ${events} events in the log`,
    );
  });
  const minutes = ((Date.now() - started_ms) / 60_000).toFixed(1);
  console.log(
    `${rounds} kills, ${acknowledged} acknowledged changes, none lost, none doubled; ${checkpoints} signed checkpoints, none of which disagree (${minutes} min).`,
  );
});

/** @param {number} events */
async function killWebhooks(events) {
  const file = fileURLToPath(new URL("../test/e2e/webhook-rounds.ts", import.meta.url));
  const { webhookRounds } = await import(file);
  const kills = Math.max(1, Math.round(events / EVENTS_A_KILL));
  const report = await webhookRounds(events, kills, (/** @type {string} */ text) => console.log(text));
  const { arrivals, faults, seconds } = report;
  console.log(
    `${report.events} events through ${kills} kills and ${faults} faults: every one arrived, ${arrivals} deliveries, each in effect once, nothing after 410 (${Math.round(seconds)} s).`,
  );
}

function parseOptions() {
  try {
    const number = /** @type {const} */ ({ type: "string" });
    const { values } = parseArgs({
      options: { rounds: number, webhooks: number, help: { type: "boolean" } },
    });
    const rounds = Number(values.rounds ?? ROUNDS_DEFAULT);
    if (!Number.isSafeInteger(rounds) || rounds < 1) throw new Error("--rounds wants a number from 1 on");
    const events = values.webhooks === undefined ? null : Number(values.webhooks);
    if (events !== null && (!Number.isSafeInteger(events) || events < 1))
      throw new Error("--webhooks wants a number from 1 on");
    return { rounds, events, help: values.help };
  } catch (error) {
    throw new Refusal(`${/** @type {Error} */ (error).message}\n${help}`);
  }
}
