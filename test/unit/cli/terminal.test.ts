// What the tools write: whoever wrote what is in it steers no terminal.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import widthOf from "fast-string-width";
import { afterEach, expect, test, vi } from "vitest";
import { failure, heading, line, note, table } from "../../../src/cli/terminal.ts";

const HOSTILE = "a\u001b[2Jb\u009b2J\u202ec\r\u0007d";
// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what colours text is the tool's own
const STYLE = /\u001b\[\d+m/gu;

afterEach(() => vi.restoreAllMocks());

test.each([
  ["a line", () => line({ text: HOSTILE, width: 9 }, { text: HOSTILE, style: "red" })],
  ["a heading", () => heading(HOSTILE)],
  ["a note", () => note(`${HOSTILE}\n${HOSTILE}`)],
  ["a table", () => table([{ [HOSTILE]: HOSTILE }])],
  ["a failure", () => failure(`${HOSTILE}\n  See.`)],
])("%s steers no terminal", (_, write) => {
  const written: string[] = [];
  for (const way of ["log", "error"] as const)
    vi.spyOn(console, way).mockImplementation((text: string) => void written.push(text));
  write();
  const shown = written.join("\n").replaceAll(STYLE, "");
  expect(shown).toContain("\\u001b[2Jb\\u009b2J\\u202ec");
  expect(shown).not.toMatch(STEERING);
});

test.each(["設計を見直す", "서명", "e\u0301te\u0301", "👩🏽‍🚀 done", "plain"])(
  "what stands behind %s is in the same column of the terminal as everywhere else",
  (title) => {
    const written: string[] = [];
    vi.spyOn(console, "log").mockImplementation((text: string) => void written.push(text));
    table([
      { title, status: "open" },
      { title: "a title of more columns", status: "open" },
    ]);
    line({ text: title, width: 20 }, { text: "open" });
    const [, row = "", other = "", last = ""] = written.map((text) => text.replaceAll(STYLE, ""));
    const before = (text: string) => widthOf(text.slice(0, text.indexOf("open")));
    expect(before(row)).toBe(before(other));
    expect(before(last)).toBe(21);
  },
);

test.each([
  ["agent", ["--register", "x", "--project", "prj_x"]],
  ["keys", []],
  ["verify-audit", []],
  ["refill-audit", []],
  ["client/main", ["list-projects", "--json"]],
])("%s shows a service that is hostile as it is", async (tool, args) => {
  const is_client = tool === "client/main";
  const server = createServer((_, response) => {
    const problem = { type: "/problems/conflict", title: HOSTILE, status: 409, detail: HOSTILE };
    response.writeHead(is_client ? 200 : 409, {
      "Content-Type": is_client ? "application/json" : "application/problem+json",
    });
    response.end(JSON.stringify(is_client ? { projects: [{ name: HOSTILE }] } : problem));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const file = fileURLToPath(new URL(`../../../src/cli/${tool}.ts`, import.meta.url));
  const env = { ...process.env, TASKWARD_TOKEN: "tws_x", TASKWARD_CREDENTIALS: "/nowhere" };
  const written = await new Promise<string>((resolve) =>
    execFile(process.execPath, [file, ...args, "--origin", origin], { env }, (_, out, err) =>
      resolve(out + err),
    ),
  );
  server.close();
  expect(written).toContain("u009b2J");
  expect(written.replaceAll(STYLE, "")).not.toMatch(STEERING);
});
