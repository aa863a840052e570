// The origin of a server on the command lines of tools: what is none is said in a sentence, before anything is sent.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { OriginError, parseOrigin } from "../../../src/cli/origin.ts";

const toolOf = (name: string) => fileURLToPath(new URL(`../../../src/cli/${name}.ts`, import.meta.url));

it("is scheme, host and port, as URLs write them", () => {
  expect(parseOrigin("HTTP://Tasks.Example:80/")).toBe("http://tasks.example");
  for (const wrong of ["nowhere", "", "ftp://x", "http://x/path", "http://x?q", "http://u:p@x", "//x"]) {
    expect(() => parseOrigin(wrong), wrong).toThrow(OriginError);
  }
});

describe.each(["agent", "demo", "verify-audit", "refill-audit", "keys"])("npm run %s", (name) => {
  it("refuses what is no origin", () => {
    const env = { ...process.env, TASKWARD_TOKEN: "x" };
    const project = name === "agent" ? ["--project", "prj_x", "--register", "x"] : [];
    const args = [toolOf(name), "--origin", "nowhere", ...project];
    const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
    expect(stderr.trim()).toMatch(/^✗ "nowhere" is no origin\. It is like .*credentials\.$/u);
    expect(status).not.toBe(0);
  });
});

it("npm run client refuses it in the same words, as a wrong command line", () => {
  const args = [toolOf("client/main"), "list-projects", "--origin", "nowhere"];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(stderr.trim()).toMatch(/^✗ "nowhere" is no origin\. It is like .*credentials\.$/u);
  expect(status).toBe(2);
});
