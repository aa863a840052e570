// The breach check as a deployment would switch it on: wherever a password is set, it is asked for, and when the
// service does not answer, people get in all the same and the audit says why nobody was asked.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientAt, signInAdmin, WIDE_RATE_LIMITS } from "./people.ts";
import { type Server, startServer } from "./server.ts";

const BREACHED = "the horse of everybody else";
const FINE = "the horse of nobody but me";
const hash = createHash("sha1").update(BREACHED).digest("hex").toUpperCase();

let service: HttpServer;
let server: Server;
const asked: string[] = [];
let is_up = true;

beforeAll(async () => {
  service = createServer((request, response) => {
    asked.push(request.url!);
    response.writeHead(is_up ? 200 : 500).end(`${hash.slice(5)}:7\r\n${"0".repeat(35)}:0`);
  }).listen(0, "127.0.0.1");
  await once(service, "listening");
  const BREACH_CHECK_URL = `http://127.0.0.1:${(service.address() as AddressInfo).port}/range/`;
  server = await startServer({ env: { BREACH_CHECK_URL, RATE_LIMITS: WIDE_RATE_LIMITS } });
});
afterAll(async () => {
  await server?.stop();
  service.close();
});

test("a breached password is refused, another taken, and a silent service stops nobody", async () => {
  const [ada] = await signInAdmin(server, ["192.0.2.20"]);
  const register = (username: string, password: string) =>
    clientAt(server, "192.0.2.21").register({ body: { username, password } });
  await expect(register("bob", BREACHED)).rejects.toMatchObject({
    status: 422,
    problem: { errors: [{ pointer: "/password", detail: "this password is known from a breach" }] },
  });
  expect((await register("bob", FINE)).status).toBe(201);
  is_up = false;
  expect((await register("carl", BREACHED)).status).toBe(201);
  expect(asked.every((url) => /^\/range\/[0-9A-F]{5}$/.test(url))).toBe(true);
  expect(asked).toContain(`/range/${hash.slice(0, 5)}`);
  await expect
    .poll(
      async () => {
        const query = { event_type: "auth.breach_unchecked" as const };
        return (await ada!.client.listEvents({ query })).body.events.map(({ rule }) => rule);
      },
      { timeout: 20_000 },
    )
    .toEqual(["breach_service_unavailable"]);
});
