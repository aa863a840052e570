// `npm run fuzz [-- --seconds 600 --seed 1]`: fuzzes every operation until the server has worked for so long.
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.ts";

const SECONDS_DEFAULT = 600;
const { values } = parseArgs({ options: { seconds: { type: "string" }, seed: { type: "string" } } });
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const seconds = Number(values.seconds ?? SECONDS_DEFAULT);
if (!(seconds > 0) || !Number.isInteger(seed)) throw new Error("--seconds and --seed take numbers");

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
process.exitCode = failures.length + tally.unreached.length === 0 ? 0 : 1;
