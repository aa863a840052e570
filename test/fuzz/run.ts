// `npm run fuzz [-- --seconds 600 --seed 1]`: fuzzes every operation until the server has worked for so long.
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.ts";

const SECONDS_DEFAULT = 600;
const { values } = parseArgs({ options: { seconds: { type: "string" }, seed: { type: "string" } } });
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const seconds = Number(values.seconds ?? SECONDS_DEFAULT);
if (!(seconds > 0) || !Number.isInteger(seed)) throw new Error("--seconds and --seed take numbers");

console.log(`Every operation, ${seconds} s of CPU of the server, from seed ${seed} on.`);
const { requests, cpu_seconds, statuses, failures } = await fuzz(seconds, seed, console.log);
console.log(
  `${requests} requests, ${Math.round(cpu_seconds)} s of CPU; answers: ${JSON.stringify(statuses)}`,
);
for (const failure of failures) console.log(`✗ ${failure}`);
console.log(failures.length === 0 ? "No 5xx, and nothing thrown unseen." : `${failures.length} failures.`);
process.exitCode = failures.length === 0 ? 0 : 1;
