// The scanners, as Debian packages them: how each is run against links of one origin on loopback, within a time, and what
// its report says it has found. Neither asks anything of any other host.
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Scan {
  readonly findings: readonly string[];
  /** For how many of the links time ran out before it was done. */
  readonly cut_short: number;
  /** The last of what it printed, where it did not end well. */
  readonly failed: string | null;
}

export interface Targets {
  readonly origin: string;
  /** Paths with parameters. */
  readonly links: readonly string[];
}

export interface Tool {
  readonly name: "sqlmap" | "wapiti";
  scan(targets: Targets, seconds_max: number): Promise<Scan>;
}

export const isInstalled = (tool: Tool): boolean =>
  spawnSync(tool.name, ["--version"], { stdio: "ignore" }).status === 0;

/** Every parameter of every link, by each of its techniques, for the database that the service has. */
export const sqlmap: Tool = {
  name: "sqlmap",
  scan: ({ origin, links }, seconds_max) =>
    eachLink(links, seconds_max, async (link, folder, seconds) => {
      const results = join(folder, "results.csv");
      const targets = join(folder, "targets");
      await writeFile(targets, origin + link);
      const ended = await run("sqlmap", folder, seconds, [
        ...["-m", targets, "--results-file", results, "--output-dir", folder],
        ...["--batch", "--dbms", "sqlite", "--ignore-code", "*", "--disable-coloring", "--flush-session"],
        ...["--time-sec", "3", "--timeout", "30", "--retries", "1", "--keep-alive"],
      ]);
      // Target, place, parameter, techniques, note: one line for each that it could inject into.
      const rows = (await readOr(results, "")).split("\n").slice(1);
      const findings = rows.filter((row) => row.trim() !== "").map((row) => `injectable: ${row}`);
      return { findings, ...ended };
    }),
};

/** Those of its modules that need no host outside; time-based injection is what sqlmap is better at. */
const MODULES = "sql,exec,file,xss,permanentxss,crlf,redirect,csp,cookieflags,http_headers";

export const wapiti: Tool = {
  name: "wapiti",
  scan: ({ origin, links }, seconds_max) =>
    eachLink(["/", ...links], seconds_max, async (link, folder, seconds) => {
      const report = join(folder, "report.json");
      const each = String(Math.max(1, Math.floor((0.8 * seconds) / MODULES.split(",").length)));
      const ended = await run("wapiti", folder, seconds, [
        ...["-u", origin + link, "--scope", link === "/" ? "domain" : "page"],
        ...["-m", MODULES, "-f", "json", "-o", report],
        ...["--store-session", folder, "--store-config", folder, "--flush-session", "--no-bugreport"],
        ...["-d", "1", "-t", "30", "--max-scan-time", each, "--max-attack-time", each, "-v", "0"],
      ]);
      return { findings: findingsOf(await readOr(report, "{}")), ...ended };
    }),
};

/** Scanners wait for one answer after another: so many of them are busy at a time. */
const LANES = 3;

/** Each link by itself with its share of the time; what one leaves over is for those behind it. */
async function eachLink(
  links: readonly string[],
  seconds_max: number,
  scanOne: (link: string, folder: string, seconds: number) => Promise<Scan>,
): Promise<Scan> {
  const until_ms = Date.now() + seconds_max * 1000;
  const left = [...links];
  const scans: Scan[] = [];
  const lane = async () => {
    for (let link = left.shift(); link !== undefined; link = left.shift()) {
      const target = link;
      const lanes = Math.min(LANES, left.length + 1);
      const share = Math.max(1, ((until_ms - Date.now()) / 1000) * (lanes / (left.length + 1)));
      scans.push(await inFolder((folder) => scanOne(target, folder, share)));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return {
    findings: [...new Set(scans.flatMap(({ findings }) => findings))],
    cut_short: scans.reduce((sum, { cut_short }) => sum + cut_short, 0),
    failed: scans.find(({ failed }) => failed !== null)?.failed ?? null,
  };
}

interface Report {
  readonly vulnerabilities?: Record<string, readonly { path: string; info: string; parameter: string }[]>;
}

/**
 * It wants a header that browsers have dropped, and that opened holes of its own where they had not (OWASP); and of data,
 * too, one whose place `frame-ancestors` of the policy has taken, which every answer has. Pages have both.
 */
const isOutdated = ({ info, path }: { readonly info: string; readonly path: string }): boolean =>
  info === "X-XSS-Protection is not set" ||
  (info === "X-Frame-Options is not set" && path.startsWith("/operation/"));

/** Vulnerabilities of its report. Its anomalies, slow answers and 5xx, are counted where they are answered. */
export const findingsOf = (report: string): string[] =>
  Object.entries((JSON.parse(report) as Report).vulnerabilities ?? {}).flatMap(([kind, all]) =>
    all
      .filter((each) => !isOutdated(each))
      .map(({ path, info, parameter }) => `${kind}: ${path} ${parameter ?? ""} ${info}`),
  );

async function run(
  command: string,
  cwd: string,
  seconds_max: number,
  args: readonly string[],
): Promise<Omit<Scan, "findings">> {
  const child = spawn(command, args, {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, HOME: cwd },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text = (text + chunk).slice(-100_000);
    });
  let is_cut_short = false;
  const timer = setTimeout(() => {
    is_cut_short = true;
    child.kill("SIGINT");
  }, seconds_max * 1000);
  const last = setTimeout(() => child.kill("SIGKILL"), (seconds_max + 20) * 1000);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  clearTimeout(timer);
  clearTimeout(last);
  // One module of a scanner may run out of time while the others do not.
  is_cut_short ||= /max (?:attack|scan) time was reached/iu.test(text);
  const failed = code === 0 || is_cut_short ? null : text.split("\n").slice(-12).join("\n");
  return { cut_short: is_cut_short ? 1 : 0, failed };
}

async function inFolder<Value>(work: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), "taskward-scan-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const readOr = (file: string, otherwise: string): Promise<string> =>
  readFile(file, "utf8").catch(() => otherwise);
