// `npm run bench:defence [-- --json]`: what input screening finds, what it mistakes, and what it costs.
import { corporaRoot } from "../../unit/corpora.ts";
import { injectionRates, promptRates, type Rate } from "./rates.ts";
import { measureSpeed } from "./speed.ts";

const rates = corporaRoot ? [...injectionRates(), ...promptRates()] : [];
const speed = measureSpeed();

if (process.argv.includes("--json")) console.log(JSON.stringify({ rates, speed }, null, 2));
else {
  if (!corporaRoot) console.log("No corpora on this machine (TASKWARD_CORPORA): rates are left out.\n");
  else print(rates);
  console.log(`median of a field of 200 characters   ${speed.field_us.toFixed(1)} µs (target: below 20)`);
  console.log(
    `fields a second, one isolate          ${Math.round(speed.fields_per_second)} (target: 100,000)`,
  );
  const { worst_input, worst_small_us, worst_large_us } = speed;
  console.log(`worst input found, ${worst_input} repeated:`);
  console.log(
    `  ${worst_small_us.toFixed(3)} µs a character at 8 KiB, ${worst_large_us.toFixed(3)} at 64 KiB`,
  );
}

function print(rows: readonly Rate[]): void {
  const head = ["texts", "context", "count", "refused", "recorded", "own class", "keyword list"];
  const lines = rows.map((rate) => [
    rate.what,
    rate.context,
    String(rate.texts),
    percent(rate.refused),
    percent(rate.recorded),
    rate.own_class === null ? "" : percent(rate.own_class),
    percent(rate.keywords),
  ]);
  const widths = head.map((name, column) =>
    Math.max(name.length, ...lines.map((line) => line[column]!.length)),
  );
  for (const line of [head, ...lines]) {
    console.log(
      line
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join("  "),
    );
  }
  console.log();
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
