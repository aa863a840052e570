// The example agent before a service that accepts connections and says nothing.
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const AGENT = fileURLToPath(new URL("../../../src/cli/agent.ts", import.meta.url));
/** Far more than it should take, and far less than the platform's fetch would wait. */
const HANGS_MS = 120_000;

test("the agent waits no longer for an answer than its patience lasts", async () => {
  const folder = mkdtempSync(join(tmpdir(), "taskward-agent-"));
  const server = createServer();
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const key = join(folder, "key.json");
  writeFileSync(key, JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" })));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const args = ["--origin", origin, "--key", key, "--key-id", "twk_1.x", "--project", "prj_x"];
  // While it runs this process does nothing, so nobody answers.
  const { status, stderr } = spawnSync(process.execPath, [AGENT, ...args, "--patience-seconds", "0.2"], {
    encoding: "utf8",
    timeout: HANGS_MS,
  });
  expect(stderr.trim()).toBe(`✗ whoAmI: no answer from ${origin}`);
  expect(status).toBe(1);
});
