// `npm run fuzz [-- --seconds 600 --seed 1]`: fuzzes every operation until the server has worked for so long.
import { numberOption, runTool, seedOption } from "../../scripts/command-line.ts";
import { fuzz } from "./fuzz.ts";

const HELP = `npm run fuzz [-- options]

Sends what nobody meant to every operation of a server of its own, as strangers, people and programs.

  --seconds S   of the server's processor time    (600)
  --seed S      which requests; the same again    (random)
  --help        show this

Exit code 1: an answer of 500 or more, something thrown unseen, or an operation that was never entered. 2: wrong options.`;

await runTool({
  help: HELP,
  options: { seconds: { type: "string", default: "600" }, seed: { type: "string" } },
  run: ({ seconds, seed }) =>
    run(numberOption("seconds", seconds, { min: 1, max: 86_400 }), seedOption(seed)),
});

async function run(seconds: number, seed: number): Promise<number> {
  console.log(`Every operation, ${seconds} s of CPU of the server, from seed ${seed} on.`);
  const { tally, worlds, cpu_seconds, failures } = await fuzz(seconds, seed, { say: console.log });
  for (const line of tally.lines()) console.log(line);
  const percent = Math.round(100 * tally.share(401));
  console.log(
    `${tally.requests} requests in ${worlds} workspaces, ${Math.round(cpu_seconds)} s of CPU; ${percent} % met 401.`,
  );
  if (tally.unreached.length > 0) console.log(`✗ never got into: ${tally.unreached.join(", ")}`);
  for (const failure of failures) console.log(`✗ ${failure}`);
  console.log(failures.length === 0 ? "No 5xx, and nothing thrown unseen." : `${failures.length} failures.`);
  return failures.length + tally.unreached.length === 0 ? 0 : 1;
}
