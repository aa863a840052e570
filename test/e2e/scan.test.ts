// That `npm run scan` would find something: its scanners against a server that makes the mistakes they look for, and
// against the same one without them. The service itself is scanned by the command alone, which takes longer.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operationList } from "../../src/api/operations/index.ts";
import { encodeForHtml } from "../../src/protocol/output-encoding.ts";
import { flatOf, requestOf } from "../scan/flat.ts";
import { findingsOf, isInstalled, sqlmap, wapiti } from "../scan/tools.ts";

const SECONDS = 60;
let server: Server;
let origin: string;

beforeAll(async () => {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE item (id INTEGER, name TEXT); INSERT INTO item VALUES (1, 'one'), (2, 'two')");
  const found = (sql: string, ...values: string[]): unknown => {
    try {
      return database.prepare(sql).all(...values);
    } catch {
      return [];
    }
  };
  const answers: Record<string, (value: string) => readonly [string, string]> = {
    "/joined": (id) => ["application/json", JSON.stringify(found(`SELECT name FROM item WHERE id = ${id}`))],
    "/bound": (id) => ["application/json", JSON.stringify(found("SELECT name FROM item WHERE id = ?", id))],
    "/raw": (name) => ["text/html", `<!doctype html><p>Hello ${name}</p>`],
    "/encoded": (name) => ["text/html", `<!doctype html><p>Hello ${encodeForHtml(name)}</p>`],
  };
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://stub");
    const [type, text] = answers[pathname]?.(searchParams.get("value") ?? "") ?? ["text/plain", ""];
    response.writeHead(200, { "Content-Type": type }).end(text);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server?.close());

const note = (tool: typeof sqlmap) => (isInstalled(tool) ? "" : ` (skipped: ${tool.name} is not installed)`);

describe.skipIf(!isInstalled(sqlmap))(`sqlmap${note(sqlmap)}`, () => {
  test("finds a value that is joined into SQL, and nothing where it is bound", async () => {
    const links = ["/joined?value=1", "/bound?value=1"];
    const { findings, cut_short, failed } = await sqlmap.scan({ origin, links }, SECONDS);
    expect({ cut_short, failed }).toEqual({ cut_short: 0, failed: null });
    expect(findings.length).toBeGreaterThan(0);
    for (const finding of findings) expect(finding).toContain("/joined?");
  });
});

describe.skipIf(!isInstalled(wapiti))(`wapiti${note(wapiti)}`, () => {
  test("finds a value that becomes markup, and nothing where it is encoded", async () => {
    const links = ["/raw?value=x", "/encoded?value=x"];
    const { findings, failed } = await wapiti.scan({ origin, links }, SECONDS);
    expect(failed).toBeNull();
    const scripts = findings.filter((finding) => finding.startsWith("Cross Site Scripting"));
    expect(scripts.length).toBeGreaterThan(0);
    for (const finding of scripts) expect(finding).toContain("/raw");
  });
});

test("a report is read without the header that browsers have dropped, and of data without one for pages", () => {
  const one = (info: string, path = "/a") => ({ path, info, parameter: "q" });
  const framing = "X-Frame-Options is not set";
  const vulnerabilities = {
    SQL: [one("injectable"), one("injectable", "/operation/readTask")],
    Headers: [one("X-XSS-Protection is not set"), one(framing), one(framing, "/operation/readTask")],
    None: [],
  };
  expect(findingsOf(JSON.stringify({ vulnerabilities }))).toEqual([
    "SQL: /a q injectable",
    "SQL: /operation/readTask q injectable",
    `Headers: /a q ${framing}`,
  ]);
});

test("where a scanner is absent it says so, and scans nothing", async () => {
  const run = fileURLToPath(new URL("../scan/run.ts", import.meta.url));
  const env = { ...process.env, PATH: "/nowhere" };
  const { code, text } = await new Promise<{ code: unknown; text: string }>((resolve) => {
    execFile(process.execPath, [run], { env }, (error, stdout) =>
      resolve({ code: error?.code, text: stdout }),
    );
  });
  expect({ code, text }).toMatchObject({
    code: 2,
    text: expect.stringContaining("Not installed: sqlmap, wapiti"),
  });
});

test("each operation's link says what its request is", () => {
  for (const [id, operation] of operationList) {
    const request = requestOf(id, operation, flatOf(operation));
    expect(request.params, id).toHaveLength([...operation.path.matchAll(/\{/gu)].length);
    if (operation.body) expect(request.body, id).toMatchObject({ json: operation.example ?? {} });
  }
});
