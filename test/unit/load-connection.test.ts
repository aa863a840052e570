// The load generator's connections: one that the server has closed fails a request at once, and is known beforehand.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { Connection, requestBytes } from "../bench/http.ts";

test("a request on a connection that the server has closed is never waited for", async () => {
  const server = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const connection = await Connection.open((server.address() as AddressInfo).port);
  await expect.poll(() => connection.isOpen).toBe(false);
  await expect(connection.exchange(requestBytes("GET", "/", {}))).rejects.toThrow("closed the connection");
  server.close();
});
