// A feed over real connections: followed across a crash and a restart of the server, and freed when readers vanish.
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConnectionError, ProblemError } from "../../src/api/client.ts";
import { type FeedEvent, followChanges } from "../../src/api/follow.ts";
import { type SignedIn, signInAdmin, signInUser, WIDE_RATE_LIMITS } from "./people.ts";
import { type Server, startServer } from "./server.ts";

const CHANGES = 120;
const FOLLOWERS = 3;

let server: Server;
let bob: SignedIn;
/** Whose places nobody else's streams take. */
let carl: SignedIn;
beforeAll(async () => {
  server = await startServer({ env: { RATE_LIMITS: WIDE_RATE_LIMITS } });
  // The workspace comes to be with its first ADMIN.
  await signInAdmin(server, ["198.51.100.90"]);
  bob = await signInUser(server, "bob", "198.51.100.91");
  carl = await signInUser(server, "carl", "198.51.100.92");
});
afterAll(() => server?.stop());

const newProject = async () => (await bob.client.createProject({ body: { name: "Feed" } })).body.project.id;
const settings = () => ({
  origin: server.origin,
  session_token: bob.session_token,
  headers: { "cf-connecting-ip": bob.address },
});

/** Writes until so many changes are acknowledged, whatever becomes of the server meanwhile. */
async function write(project_id: string, changes: number, written: () => void): Promise<void> {
  for (let count = 0; count < changes; ) {
    try {
      await bob.client.createTask({ params: { project_id }, body: { title: `task ${count}` } });
      count += 1;
      written();
    } catch (failure) {
      if (!(failure instanceof ConnectionError) && !(failure instanceof ProblemError)) throw failure;
      await wait(20);
    }
  }
}

test("followers hear of every change once, though the server is killed and restarted in the middle", async () => {
  const project_id = await newProject();
  const controller = new AbortController();
  const heard = Array.from({ length: FOLLOWERS }, (): FeedEvent[] => []);
  const options = { after: 0, signal: controller.signal, pause: () => wait(50) };
  const following = heard.map(async (events) => {
    for await (const event of followChanges(settings(), project_id, options)) events.push(event);
  });
  let written = 0;
  let restarting: Promise<void> | null = null;
  const restart = async () => {
    await server.kill();
    await server.restart();
  };
  await write(project_id, CHANGES, () => {
    written += 1;
    if (written === CHANGES / 3) restarting = restart();
  });
  await restarting;
  const { newest } = (await bob.client.listChanges({ params: { project_id } })).body;
  // A change may have been kept though its answer was lost.
  expect(newest).toBeGreaterThanOrEqual(CHANGES + 1);
  while (heard.some((events) => events.length < newest)) await wait(20);
  controller.abort();
  await Promise.allSettled(following);
  const numbers = Array.from({ length: newest }, (_, n) => n + 1);
  for (const events of heard) {
    expect(events.map((event) => (event.type === "change" ? event.change.number : "reset"))).toEqual(numbers);
  }
});

/** Opens a stream on a connection of its own; answers the connection and the status. */
async function openRaw(
  project_id: string,
  kind: "events" | "socket",
): Promise<{ socket: Socket; status: number }> {
  const { hostname, port } = new URL(server.origin);
  const socket = connect(Number(port), hostname);
  const more =
    kind === "events"
      ? ["Accept: text/event-stream"]
      : [
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ];
  const lines = [
    `GET /v1/projects/${project_id}/events HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    `Authorization: Bearer ${carl.session_token}`,
    `CF-Connecting-IP: ${carl.address}`,
    "User-Agent: node", // as the typed client's, to which the session is bound
    ...more,
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  const [head] = await new Promise<[Buffer]>((resolve, reject) => {
    socket.once("data", (bytes) => resolve([bytes as Buffer]));
    socket.once("error", reject);
  });
  return { socket, status: Number(/^HTTP\/1\.1 (\d{3})/u.exec(head.toString())![1]) };
}

test.each(["events", "socket"] as const)(
  "readers of %s who vanish without a word leave their places",
  async (kind) => {
    const { project } = (await carl.client.createProject({ body: { name: "Feed" } })).body;
    const params = { project_id: project.id };
    for (let round = 0; round < 3; round += 1) {
      const open: Socket[] = [];
      // A place is free once something could not be sent to whoever has vanished: a change, or a sign of life.
      for (let tries = 0; open.length < 5 && tries < 200; tries += 1) {
        const { socket, status } = await openRaw(params.project_id, kind);
        expect([kind === "events" ? 200 : 101, 429]).toContain(status);
        if (status !== 429) open.push(socket);
        else {
          await carl.client.createTask({ params, body: { title: "sent to all" } });
          await wait(50);
        }
      }
      expect(open).toHaveLength(5);
      const sixth = await openRaw(params.project_id, kind);
      expect(sixth.status).toBe(429);
      for (const socket of [...open, sixth.socket]) socket.resetAndDestroy();
    }
    await carl.client.deleteProject({ params, if_match: "*" });
  },
);
