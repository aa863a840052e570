// Readers of a project's feed beside the load: connections that take server-sent events and throw them away.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { requestBytes } from "./http.ts";
import { clientHeaders, type Population } from "./seed.ts";

/** What a principal may hold open. */
const STREAMS_A_PRINCIPAL = 5;

/** Opens so many streams of everybody's project; answers what closes them. Throws at the first refusal. */
export async function openListeners(
  port: number,
  population: Population,
  count: number,
): Promise<() => void> {
  const listeners: Socket[] = [];
  const path = `/v1/projects/${population.shared_project_id}/events`;
  for (let n = 0; n < count; n++) {
    const principal = population.principals[Math.floor(n / STREAMS_A_PRINCIPAL)];
    if (!principal) throw new Error(`${count} listeners need ${count / STREAMS_A_PRINCIPAL} principals`);
    const headers = clientHeaders(principal.address, principal.session_token);
    const socket = connect(port, "127.0.0.1");
    socket.write(requestBytes("GET", path, { ...headers, Accept: "text/event-stream" }));
    const [head] = (await once(socket, "data")) as [Buffer];
    if (!head.toString().startsWith("HTTP/1.1 200")) throw new Error(`no stream: ${head}`);
    socket.on("error", () => undefined).resume();
    listeners.push(socket);
  }
  return () => {
    for (const socket of listeners) socket.destroy();
  };
}
