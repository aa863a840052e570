// What scanners are pointed at: a server on loopback that shows each operation as a link with flat parameters, gives each
// request its credentials, and passes it on to the service. So sessions that a scan ends are begun anew, and every
// parameter of path, query and JSON body gets the scanner's payloads. Counts what came and what was answered.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { operationList, operations } from "../../src/api/operations/index.ts";
import { Player } from "../fuzz/player.ts";
import { Tally } from "../fuzz/tally.ts";
import { Stage } from "../fuzz/world.ts";
import { type Flat, flatOf, requestOf } from "./flat.ts";

export interface Front {
  readonly origin: string;
  /** A link for each operation, which works as far as one request alone can. */
  readonly links: readonly string[];
  readonly tally: Tally;
  /** Answers that the service may never give: 5xx, or refusals that are no problems. */
  readonly failures: readonly string[];
  stop(): Promise<void>;
}

const REPAIRS_MAX = 8;
/** Pages beside the API, which scanners read as they are. */
const PAGES = ["/", "/docs", "/openapi.json", "/healthz", "/problems/not_found", "/mailbox"];

export async function startFront(ids: readonly string[] = operationList.map(([id]) => id)): Promise<Front> {
  const stage = await Stage.start({ roaming: true });
  const player = new Player(stage);
  const tally = new Tally();
  const failures: string[] = [];
  let is_stopping = false;

  const play = (id: string, flat: Flat) => {
    const operation = operations[id as keyof typeof operations];
    return player.play(operation, requestOf(id, operation, flat));
  };
  const links: string[] = [];
  for (const id of ids) links.push(linkOf(id, await accepted(id, play)));

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams, search } = new URL(request.url ?? "/", "http://front");
    const id = pathname.replace(/^\/operation\//u, "");
    if (pathname === "/scan") return page(response, [...links, ...PAGES]);
    if (!Object.hasOwn(operations, id)) return passOn(stage.server.origin + pathname + search, response);
    try {
      const { status, headers, text, reason } = await play(id, Object.fromEntries(searchParams));
      tally.count(id, { status, reason });
      response.writeHead(status, passedOn(headers)).end(text);
    } catch (error) {
      if (!is_stopping) failures.push(`${id}: ${String(error).slice(0, 300)}`);
      response.writeHead(500).end();
    }
  };
  const server = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    links,
    tally,
    failures,
    async stop() {
      is_stopping = true;
      server.closeAllConnections();
      server.close();
      await stage.server.stop();
    },
  };
}

const linkOf = (id: string, flat: Flat): string => `/operation/${id}?${new URLSearchParams(flat)}`;

/** The parameters with those emptied that the operation complains of: scanners fill these, too. */
async function accepted(
  id: string,
  play: (id: string, flat: Flat) => Promise<{ status: number; text: string }>,
): Promise<Flat> {
  let flat = flatOf(operations[id as keyof typeof operations]);
  for (let repair = 0; repair < REPAIRS_MAX; repair += 1) {
    const { status, text } = await play(id, flat);
    if (status !== 422) return flat;
    const { errors = [] } = JSON.parse(text) as { errors?: { pointer: string }[] };
    const places = errors.map(({ pointer }) =>
      pointer.replace(/^\/(query|path)\//u, "$1.").replace(/^\//u, "body/"),
    );
    const emptied = Object.entries(flat).map(([name, value]) => [
      name,
      places.some((place) => name === place || name.startsWith(`${place}/`)) ? "" : value,
    ]);
    flat = Object.fromEntries(emptied) as Flat;
  }
  return flat;
}

function page(response: ServerResponse, links: readonly string[]): void {
  const anchors = links.map((link) => `<a href="${link.replaceAll("&", "&amp;")}">${link.split("?")[0]}</a>`);
  response.writeHead(200, { "Content-Type": "text/html" }).end(`<!doctype html>${anchors.join("\n")}`);
}

async function passOn(url: string, response: ServerResponse): Promise<void> {
  const answer = await fetch(url, { redirect: "manual" });
  response.writeHead(answer.status, passedOn(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
}

/** All but what fetch has undone already. */
function passedOn(headers: Headers): Record<string, string> {
  const undone = ["content-encoding", "content-length", "transfer-encoding"];
  return Object.fromEntries([...headers].filter(([name]) => !undone.includes(name)));
}
