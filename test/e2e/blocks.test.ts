// An address that keeps sending forged tokens is turned away from outside as well: with a good session, too, while others
// from elsewhere notice nothing; the operator finds it on the list.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SignedIn, signInAdmin } from "./people.ts";
import { type Server, startServer } from "./server.ts";

const ATTACKER = "203.0.113.9";

let server: Server;
let ada: SignedIn;
beforeAll(async () => {
  server = await startServer({ env: { BLOCK_POINTS: "30", BLOCK_SECONDS: "60" } });
  [ada] = (await signInAdmin(server, ["198.51.100.1"])) as [SignedIn];
});
afterAll(() => server?.stop());

const send = (address: string, token: string, more: Record<string, string> = {}) =>
  fetch(`${server.origin}/v1/session`, {
    headers: { "CF-Connecting-IP": address, Authorization: `Bearer ${token}`, ...more },
  });

test("forged tokens block their address, and nobody whom its headers name", async () => {
  const forged = { "X-Forwarded-For": ada.address };
  await expect
    .poll(async () => (await send(ATTACKER, "tws_forged", forged)).status, { timeout: 30_000, interval: 20 })
    .toBe(429);
  const blocked = await send(ATTACKER, "tws_forged");
  expect(Number(blocked.headers.get("Retry-After"))).toBeGreaterThan(30);
  expect((await blocked.json()) as object).toMatchObject({ type: "/problems/rate_limited" });
  expect((await send(ada.address, ada.session_token)).status).toBe(200);
  await expect
    .poll(async () => (await ada.client.listBlocks({ query: {} })).body.blocks, { timeout: 20_000 })
    .toMatchObject([{ address: ATTACKER, times: 1 }]);
});
