// `npm run scan [-- --seconds 900 --operations createTask,listTasks]`: sqlmap and wapiti against a server of its own, over
// every parameter of every operation. Ends by itself; exit code 1 where anything is found, 2 where a scanner is absent.
import { numberOption, runTool, WrongOption } from "../../scripts/command-line.ts";
import { startFront } from "./front.ts";
import { isInstalled, type Scan, sqlmap, type Tool, wapiti } from "./tools.ts";

const TOOLS: readonly Tool[] = [sqlmap, wapiti];
const HELP = `npm run scan [-- options]

Lets scanners look for holes in a server of its own, in every parameter of every operation.

  --seconds S          each scanner may take        (900)
  --operations A,B,…   these alone
  --tool NAME          this one alone: ${TOOLS.map(({ name }) => name).join(", ")}
  --help               show this

Exit code 1: something was found, or a scanner failed. 2: a scanner is not installed, or wrong options.`;

const text = { type: "string" } as const;
await runTool({
  help: HELP,
  options: { seconds: { ...text, default: "900" }, operations: text, tool: text },
  run({ seconds, operations, tool }) {
    const wanted = TOOLS.filter(({ name }) => tool === undefined || tool === name);
    if (wanted.length === 0) throw new WrongOption(`There is no scanner "${tool}".`);
    return run(wanted, numberOption("seconds", seconds, { min: 1, max: 86_400 }), operations?.split(","));
  },
});

async function run(wanted: readonly Tool[], seconds: number, operations?: string[]): Promise<number> {
  const absent = wanted.filter((tool) => !isInstalled(tool)).map(({ name }) => name);
  if (absent.length > 0) {
    console.log(
      `Not installed: ${absent.join(", ")}. bash scripts/install-debian.sh installs them on Debian.`,
    );
    return 2;
  }

  const front = await startFront(operations);
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
    const how = failed ? `failed: ${failed}` : cut_short > 0 ? `time ran out in ${cut_short} places` : "done";
    console.log(`${tool.name}: ${requests} requests in ${took} s, ${findings.length} findings; ${how}.`);
    for (const finding of findings) console.log(`✗ ${finding}`);
    found += findings.length + (failed ? 1 : 0);
  }
  return found === 0 ? 0 : 1;
}
