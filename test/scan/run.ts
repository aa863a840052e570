// `npm run scan [-- --seconds 900 --operations createTask,listTasks]`: sqlmap and wapiti against a server of its own, over
// every parameter of every operation. Ends by itself; exit code 1 where anything is found, 2 where a scanner is absent.
import { parseArgs } from "node:util";
import { startFront } from "./front.ts";
import { isInstalled, type Scan, sqlmap, type Tool, wapiti } from "./tools.ts";

const SECONDS_DEFAULT = 900;
const TOOLS: readonly Tool[] = [sqlmap, wapiti];
const { values } = parseArgs({
  options: { seconds: { type: "string" }, operations: { type: "string" }, tool: { type: "string" } },
});
const seconds = Number(values.seconds ?? SECONDS_DEFAULT);
if (!(seconds > 0)) throw new Error("--seconds takes a number: how long each scanner may take");

const wanted = TOOLS.filter(({ name }) => values.tool === undefined || values.tool === name);
const absent = wanted.filter((tool) => !isInstalled(tool)).map(({ name }) => name);
if (absent.length > 0) {
  console.log(`Not installed: ${absent.join(", ")}. bash scripts/install-debian.sh installs them on Debian.`);
  process.exit(2);
}

const front = await startFront(values.operations?.split(","));
const scans: (readonly [Tool, Scan, number, number])[] = [];
try {
  console.log(`${front.links.length} operations; each scanner has ${seconds} s.`);
  for (const tool of wanted) {
    const [before, began_ms] = [front.tally.requests, Date.now()];
    const scan = await tool.scan(front, seconds);
    scans.push([tool, scan, front.tally.requests - before, Math.round((Date.now() - began_ms) / 1000)]);
  }
} finally {
  await front.stop();
}
for (const line of front.tally.lines()) console.log(line);
let found = front.failures.length;
for (const failure of front.failures) console.log(`✗ ${failure}`);
for (const [tool, { findings, cut_short, failed }, requests, took] of scans) {
  const how = failed ? `failed: ${failed}` : cut_short ? "its time ran out" : "done";
  console.log(`${tool.name}: ${requests} requests in ${took} s, ${findings.length} findings; ${how}.`);
  for (const finding of findings) console.log(`✗ ${finding}`);
  found += findings.length + (failed ? 1 : 0);
}
process.exitCode = found === 0 ? 0 : 1;
