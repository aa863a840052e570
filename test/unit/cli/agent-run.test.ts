// The example agent, run as people run it, before services that say nothing or refuse.
import { execFile, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, onTestFinished, test } from "vitest";

const AGENT = fileURLToPath(new URL("../../../src/cli/agent.ts", import.meta.url));
/** Far more than it should take, and far less than the platform's fetch would wait. */
const HANGS_MS = 120_000;

const folder = mkdtempSync(join(tmpdir(), "taskward-agent-"));
const key = join(folder, "key.json");
writeFileSync(key, JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" })));
afterAll(() => rmSync(folder, { recursive: true }));

/** Answers by method and path; whatever is not there is not found. */
async function service(answers: Readonly<Record<string, object>>): Promise<string> {
  const server = createServer(({ method, url }, response) => {
    const answer = answers[`${method} ${url}`];
    const media_type = answer ? "application/json" : "application/problem+json";
    response.writeHead(answer ? 201 : 404, { "content-type": media_type });
    response.end(JSON.stringify(answer ?? { type: "/problems/not_found", title: "Not found" }));
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  ["its patience lasts", "--patience-seconds", "0.2"],
  ["a quarter of its lease", "--lease-seconds", "0.9999"],
])("the agent waits no longer for an answer than %s", async (_, option, seconds) => {
  const origin = await service({});
  const args = ["--origin", origin, "--key", key, "--key-id", "twk_1.x", "--project", "prj_x"];
  // While it runs this process does nothing, so nobody answers.
  const { status, stderr } = spawnSync(process.execPath, [AGENT, ...args, option, seconds], {
    encoding: "utf8",
    timeout: HANGS_MS,
  });
  expect(stderr.trim()).toBe(`✗ whoAmI: no answer from ${origin}`);
  expect(status).toBe(1);
});

test.each([
  ["with a key in a file", ["--key", key], false],
  ["with a key that is kept nowhere", [], true],
])("a worker %s whose project refuses it has been told its key's id before", async (_, own, is_warned) => {
  const origin = await service({
    "POST /v1/workers": { worker: { id: "wrk_x" }, key_id: "twk_1.x", certificate: "PEM" },
  });
  const args = [AGENT, "--origin", origin, "--register", "bot", "--project", "prj_x", ...own];
  const env = { ...process.env, TASKWARD_TOKEN: "twp_x" };
  const { code, stdout, stderr } = await new Promise<{ code: unknown; stdout: string; stderr: string }>(
    (resolve) => {
      execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
        resolve({ code: error?.code, stdout, stderr }),
      );
    },
  );
  expect(stdout).toContain("twk_1.x");
  expect(stdout.includes("kept nowhere")).toBe(is_warned);
  expect(stderr.trim()).toBe("✗ setMember: 404 Not found");
  expect(code).toBe(1);
});
