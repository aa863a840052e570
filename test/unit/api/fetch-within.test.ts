// Clients of a real server that accepts connections and says nothing, or not all of it. When time is over, the test says.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConnectionError, createClient } from "../../../src/api/client.ts";
import { fetchWithin } from "../../../src/api/fetch-within.ts";

const NONCE = JSON.stringify({ nonce: "x".repeat(43), timestamp: 1_795_000_000 });

let asked = Promise.withResolvers<ServerResponse>();
const server = createServer((_, response) => asked.resolve(response));
const over = { controller: new AbortController(), ms: 0 };

beforeEach(async () => {
  asked = Promise.withResolvers();
  over.controller = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
    over.ms = ms;
    return over.controller.signal;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const ask = (signal?: AbortSignal) => {
  const { port } = server.address() as AddressInfo;
  const client = createClient({ origin: `http://127.0.0.1:${port}`, fetch: fetchWithin(15_000) });
  return client.nonce({}, signal && { signal }).catch((error: unknown) => error);
};

test("an answer in time is one", async () => {
  const answer = ask();
  (await asked.promise).setHeader("content-type", "application/json").end(NONCE);
  expect(await answer).toMatchObject({ status: 200 });
  expect(over.ms).toBe(15_000);
});

test("a service that says nothing is no longer waited for once the time is over", async () => {
  const answer = ask();
  await asked.promise;
  over.controller.abort();
  expect(await answer).toBeInstanceOf(ConnectionError);
});

test("nor is one whose answer stops in the middle", async () => {
  const answer = ask();
  const response = await asked.promise;
  response.setHeader("content-type", "application/json").write(NONCE.slice(0, 9));
  over.controller.abort();
  expect(await answer).toBeInstanceOf(ConnectionError);
});

test("who leaves before gets the reason for which they left", async () => {
  const reader = new AbortController();
  const answer = ask(reader.signal);
  await asked.promise;
  const reason = new Error("the reader left");
  reader.abort(reason);
  expect(await answer).toBe(reason);
});
