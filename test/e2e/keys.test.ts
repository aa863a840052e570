// `npm run keys` from outside, before and after a rotation: it says which key may go, and only when it may.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signInAdmin, WIDE_RATE_LIMITS } from "./people.ts";
import { type Server, startServer } from "./server.ts";

const KEYS = fileURLToPath(new URL("../../src/cli/keys.ts", import.meta.url));

async function keys(origin: string, TASKWARD_TOKEN: string) {
  const { FORCE_COLOR: _, ...environment } = process.env;
  const child = spawn(process.execPath, [KEYS, "--origin", origin], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...environment, TASKWARD_TOKEN },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  const [code] = await once(child, "close");
  return { code: code as number | null, text };
}

let server: Server;
let ada: Awaited<ReturnType<typeof signInAdmin>>[number];
beforeAll(async () => {
  server = await startServer({
    env: { RATE_LIMITS: WIDE_RATE_LIMITS, SESSION_BINDINGS: '{"address":"off","user_agent":"off"}' },
  });
  [ada] = (await signInAdmin(server, ["192.0.2.30"])) as [typeof ada];
});
afterAll(() => server?.stop());

test("says that the old key is in use after a rotation, and refuses without a token", async () => {
  const { project } = (await ada.client.createProject({ body: { name: "Repository" } })).body;
  await ada.client.createIntegration({ body: { project_id: project.id, name: "GitHub", kind: "github" } });
  const before = await keys(server.origin, ada.session_token);
  expect(before.text).toMatch(/password +\d/);
  expect(before.code, before.text).toBe(0);

  const file = join(server.data, ".dev.vars");
  const secrets = await readFile(file, "utf8");
  const [, ring] = /^KEY_RING=(.*)$/m.exec(secrets) as unknown as [string, string];
  const quoted = /^(['"]?)(.*)\1$/.exec(ring)!;
  const entries = JSON.parse(quoted[2]!) as { key_id: string; key: string }[];
  const rotated = [{ key_id: "fresh", key: Buffer.alloc(32, 7).toString("base64url") }, ...entries];
  await writeFile(file, secrets.replace(ring, `${quoted[1]}${JSON.stringify(rotated)}${quoted[1]}`));
  await server.restart();

  const after = await keys(server.origin, ada.session_token);
  expect(after.code, after.text).toBe(1);
  expect(after.text).toContain(`${entries[0]!.key_id} is in use: keep it.`);
  expect(after.text).toMatch(/fresh +second_factor +1/);
  expect(after.text, "what an integration keeps has moved on").toMatch(/fresh +integration_secret +1/);
  expect(after.text).toMatch(/hook_address +1/);
  expect(after.text).toContain("give its sender the address that it shows");
  const without = await keys(server.origin, "");
  expect([without.code, without.text]).toEqual([1, expect.stringContaining("TASKWARD_TOKEN")]);
});

/** Stands before the service, and answers with the given function whatever comes. */
async function before(listener: RequestListener) {
  const proxy = createServer(listener).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, [Symbol.dispose]: () => void proxy.close() };
}

test("asks again where a connection was lost on the way, and gives up who never answered", async () => {
  let requests = 0;
  let lost = 0;
  using shaky = await before(async ({ method, url, headers }, answer) => {
    requests += 1;
    if (requests % 3 === 2) {
      lost += 1;
      return answer.destroy();
    }
    const { authorization = "" } = headers;
    const passed = await fetch(server.origin + url, { method: method!, headers: { authorization } });
    answer.writeHead(passed.status, { "content-type": passed.headers.get("content-type")! });
    return answer.end(await passed.text());
  });
  const { code, text } = await keys(shaky.origin, ada.session_token);
  expect(text).toContain("Keys of the ring, as");
  expect(text).not.toContain("no answer");
  expect([code, lost > 0]).toEqual([1, true]);

  using dead = await before((_, answer) => void answer.destroy());
  const given_up = await keys(dead.origin, ada.session_token);
  expect(given_up.code).toBe(1);
  expect(given_up.text).toContain(`no answer from ${dead.origin}`);
});
