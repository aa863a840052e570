// `npm run bench`: measures the product on a raw workerd beside the bare runtime and prints one table.
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { runTool, WrongOption } from "../../scripts/command-line.ts";
import { againstCases, bundleRevision } from "./against.ts";
import { auditCases } from "./audit-cases.ts";
import { bareCases } from "./bare-cases.ts";
import type { Bench, Case, Row } from "./case.ts";
import { exportCases } from "./export-cases.ts";
import { headlines, headlinesText } from "./headlines.ts";
import { hookCases } from "./hook-cases.ts";
import { isolateCases } from "./isolate-cases.ts";
import { LoadGenerator } from "./load.ts";
import { memoryCases } from "./memory-cases.ts";
import { HELP, OPTIONS, type Options, readOptions } from "./options.ts";
import { passwordCases } from "./password-cases.ts";
import { productCases } from "./product-cases.ts";
import { scheduleCases } from "./schedule-cases.ts";
import { signedCases } from "./signed-cases.ts";
import { sizeCases } from "./size-cases.ts";
import { Stage } from "./stage.ts";
import { tableText } from "./table.ts";
import { timingCases } from "./timing-cases.ts";
import { webhookCases } from "./webhook-cases.ts";

const CASES: readonly Case[] = [
  ...bareCases,
  ...productCases,
  ...passwordCases,
  ...signedCases,
  ...isolateCases,
  ...memoryCases,
  ...scheduleCases,
  ...sizeCases,
  ...timingCases,
  ...webhookCases,
  ...hookCases,
  ...auditCases,
  ...exportCases,
];

const chosen = ({ only, against }: Options): readonly Case[] =>
  (against ? againstCases(against) : CASES).filter(({ name, by_name_only }) =>
    only.length === 0
      ? !by_name_only
      : only.some((wanted) => name === wanted || name.startsWith(`${wanted}-`)),
  );

/** Answers the exit code. */
async function measure(options: Options): Promise<number> {
  const cases = chosen(options);
  if (cases.length === 0)
    throw new WrongOption(`No case is called ${options.only.join(", ")}; --list shows them.`);

  const failures: string[] = [];
  const bench: Bench = {
    options,
    stage: new Stage(options.principals),
    before: options.against
      ? new Stage(
          options.principals,
          bundleRevision(options.against, (text) => console.error(text)),
        )
      : null,
    load: new LoadGenerator(),
    say: (text) => console.error(text),
    fail: (text) => {
      failures.push(text);
      console.error(`NOT A MEASUREMENT: ${text}`);
    },
  };
  const rows: Row[] = [];
  for (const each of cases)
    try {
      rows.push(...(await each.run(bench)));
    } catch (error) {
      bench.fail(`${each.name} did not run: ${(error as Error).message}`);
    }
  bench.load.stop();

  console.log(tableText(rows));
  if (options.only.length === 0 && !options.against) console.log(`\n${headlinesText(rows)}`);
  if (options.json_file) {
    const results = { ...machine(), options, rows, headlines: headlines(rows), failures };
    writeFileSync(options.json_file, JSON.stringify(results, null, 2));
  }
  if (failures.length === 0) return 0;
  console.log(`\n${failures.length} MEASUREMENTS DO NOT COUNT:\n\n${failures.join("\n")}`);
  return 1;
}

const machine = () => ({
  measured_at: new Date().toISOString(),
  node: process.version,
  cpus: cpus().map(({ model }) => model),
});

await runTool({
  help: HELP,
  options: OPTIONS,
  run(values) {
    if (!values.list) return measure(readOptions(values));
    for (const { name, title } of CASES) console.log(`${name.padEnd(18)}${title}`);
    return 0;
  },
});
// Connections that are still open keep nobody waiting.
process.exit();
