// `npm run bench:defence [-- --json] [--held-out]`: what input screening finds, what it mistakes, and what it costs;
// with `--held-out` also what it finds of sources that had no part in its training, which takes some minutes.
import { runTool } from "../../../scripts/command-line.ts";
import { corporaRoot } from "../../unit/corpora.ts";
import { type HeldOutRate, heldOutRates } from "./held-out.ts";
import { injectionRates, promptRates, type Rate } from "./rates.ts";
import { measureSpeed } from "./speed.ts";

const HEAD = ["texts", "context", "count", "refused", "recorded", "own class", "keyword list"];
const HELD_OUT_HEAD = ["texts", "left out", "count", "strict: found", "free text: recorded", "refused"];

const HELP = `npm run bench:defence [-- options]

What input screening finds of the corpora's attacks, what it mistakes of honest texts, and what it costs.

  --held-out   also what it finds of sources that had no part in its training; takes some minutes
  --json       figures as JSON instead of a table
  --help       show this`;

const flag = { type: "boolean", default: false } as const;
await runTool({
  help: HELP,
  options: { "held-out": flag, json: flag },
  run: (values) => measure(values["held-out"], values.json),
});

function measure(holds_out: boolean, as_json: boolean): void {
  const rates = corporaRoot ? [...injectionRates(), ...promptRates()] : [];

  const held_out = holds_out ? heldOutRates() : [];
  const speed = measureSpeed();

  if (as_json) console.log(JSON.stringify({ rates, held_out, speed }, null, 2));
  else {
    if (!corporaRoot) console.log("No corpora on this machine (TASKWARD_CORPORA): rates are left out.\n");
    else print(HEAD, rates.map(cellsOf));
    if (held_out.length > 0) print(HELD_OUT_HEAD, held_out.map(heldOutCellsOf));
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
}

/** The first two columns are words, the others figures. */
function print(head: readonly string[], lines: readonly (readonly string[])[]): void {
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

function cellsOf(rate: Rate): string[] {
  const { what, context, texts, refused, recorded, own_class, keywords } = rate;
  const own = own_class === null ? "" : percent(own_class);
  return [what, context, String(texts), percent(refused), percent(recorded), own, percent(keywords)];
}

function heldOutCellsOf({ model, label, repository, texts, ...shares }: HeldOutRate): string[] {
  const what = model === "injection" || label === "injection" ? label : `${label}, as a prompt`;
  const { found, recorded, refused } = shares;
  return [what, repository, String(texts), percent(found), percent(recorded), percent(refused)];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
