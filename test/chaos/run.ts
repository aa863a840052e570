// `npm run chaos [-- --minutes 60 --seed 1]`: a server under load while everything around it fails, for so long; then
// every invariant is checked. Ends with 1 where one does not hold, and says where to look. `--mutants` breaks invariants
// on purpose, and ends with 1 where that goes unnoticed.
import { fileURLToPath } from "node:url";
import { numberOption, runTool, seedOption } from "../../scripts/command-line.ts";
import { chaos, type Plan } from "./chaos.ts";
import { mutants, tryMutant } from "./mutants.ts";
import { longPlan, shortPlan } from "./plans.ts";

const HELP = `npm run chaos [-- options]

People, workers, an integration and an auditor go on while server, clock, disk and neighbours fail; then every
invariant is checked from outside. Everything runs on this machine.

  --minutes M   how long                                             (5)
  --seed S      what is done and what fails; the same again          (random)
  --short       the form that the tests run, of less than a minute
  --mutants     instead: break invariants on purpose, one at a time, and see that each is reported
  --help        show this

Exit code 1: an invariant did not hold, or a mutant was not reported. 2: wrong options.`;

const [text, flag] = [{ type: "string" }, { type: "boolean" }] as const;
await runTool({
  help: HELP,
  options: { minutes: { ...text, default: "5" }, seed: text, short: flag, mutants: flag },
  async run(values) {
    const seed = seedOption(values.seed);
    const minutes = numberOption("minutes", values.minutes, { min: 0.5, max: 24 * 60, is_whole: false });
    const plan = values.short ? shortPlan(seed) : longPlan(minutes, seed);
    return (await (values.mutants ? breakInvariants(seed) : run(plan, seed))) ? 0 : 1;
  },
});

/** Whether each was noticed. */
function breakInvariants(seed: number): boolean {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const noticed = mutants.map((mutant) => {
    const violation = tryMutant(root, mutant, seed);
    console.log(`${mutant.what}: ${violation ?? "not noticed"}`);
    return violation !== null;
  });
  return noticed.every(Boolean);
}

/** Whether every invariant held. */
async function run(plan: Plan, seed: number): Promise<boolean> {
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
