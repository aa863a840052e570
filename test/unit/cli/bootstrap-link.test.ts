// The command that prints the link of a first ADMIN: the token that the service expects, and no key in what it says.
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { encodeBase64Url } from "../../../src/protocol/base64url.ts";
import { mintBootstrapToken } from "../../../src/protocol/bootstrap-token.ts";

const key = Uint8Array.from({ length: 32 }, (_, index) => index * 3);
const command = join(resolve(import.meta.dirname, "../../.."), "src", "cli", "bootstrap-link.ts");

const run = (...parameters: string[]) =>
  spawnSync(process.execPath, [command, ...parameters], {
    encoding: "utf8",
    env: { ...process.env, BOOTSTRAP_KEY: encodeBase64Url(key) },
  });

test("the link bears the workspace's own token in its fragment", async () => {
  const { stdout, status } = run("--origin", "https://taskward.example/docs", "--workspace", "crew");
  const token = await mintBootstrapToken(key, "crew");
  expect({ stdout, status }).toEqual({
    stdout: `https://taskward.example/#bootstrap=${token}&workspace=crew\n`,
    status: 0,
  });
});

test.each([
  [["--workspace", "No Such"], "no workspace is called No Such"],
  [["--origin", "nowhere"], "nowhere is no address"],
  [["--bogus"], "Unknown option"],
  [["--bootstrap-key-file", "/nowhere/at/all"], "cannot be read"],
])("%j is refused with what to do, and the key is not repeated", (parameters, complaint) => {
  const { stdout, stderr, status } = run(...parameters);
  expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
  expect(stderr).toContain(complaint);
  expect(stderr).toContain("--help");
  expect(stderr).not.toContain(encodeBase64Url(key));
});
