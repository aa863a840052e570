// `npm run chaos [-- --minutes 60 --seed 1]`: a server under load while everything around it fails, for so long; then
// every invariant is checked. Ends with 1 where one does not hold, and says where to look. `--mutants` breaks invariants
// on purpose, and ends with 1 where that goes unnoticed.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chaos } from "./chaos.ts";
import { mutants, tryMutant } from "./mutants.ts";
import { longPlan, shortPlan } from "./plans.ts";

const MINUTES_DEFAULT = 5;
const [text, flag] = [{ type: "string" }, { type: "boolean" }] as const;
const { values } = parseArgs({ options: { minutes: text, seed: text, short: flag, mutants: flag } });
const minutes = Number(values.minutes ?? MINUTES_DEFAULT);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!(minutes > 0) || !Number.isInteger(seed)) throw new Error("--minutes and --seed take numbers");
process.exitCode = (await (values.mutants ? breakInvariants() : run())) ? 0 : 1;

/** Whether each was noticed. */
function breakInvariants(): boolean {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const noticed = mutants.map((mutant) => {
    const violation = tryMutant(root, mutant, seed);
    console.log(`${mutant.what}: ${violation ?? "not noticed"}`);
    return violation !== null;
  });
  return noticed.every(Boolean);
}

/** Whether every invariant held. */
async function run(): Promise<boolean> {
  const plan = values.short ? shortPlan(seed) : longPlan(minutes, seed);
  const began_ms = Date.now();
  const clock = () => `${((Date.now() - began_ms) / 60_000).toFixed(1)} min`;
  const counted = (counts: ReadonlyMap<string, number>) =>
    [...counts].map(([what, count]) => `${count} × ${what}`).join(", ") || "none";
  console.log(`Chaos for ${plan.seconds} s, seed ${seed}.`);
  const report = await chaos(plan, (line) => console.log(`${clock()}: ${line}`));
  console.log(`faults: ${counted(report.faults)}`);
  for (const lack of report.lacks) console.log(`left out: ${lack}`);
  console.log(`answers that were no success: ${counted(report.refusals)}`);
  console.log(
    `${report.answers} answers, ${report.acknowledged} acknowledged changes, ${report.leases} leases, ${report.things} things, ${report.events} events in the log, ${report.deliveries} deliveries, ${report.checkpoints} checkpoints seen (${clock()}).`,
  );
  for (const violation of report.violations) console.log(`✗ ${violation}`);
  console.log(
    report.violations.length === 0
      ? "Every invariant held."
      : `${report.violations.length} violations. Run it again with --seed ${seed}.`,
  );
  return report.violations.length === 0;
}
