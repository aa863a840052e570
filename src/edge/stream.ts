// A feed as a stream: which kind a request asks for, and server-sent events made from the feed's WebSocket.
// The reader's pace is the stream's: what it has taken is acknowledged to the project, which sends no more than a
// window ahead. Refuses a Last-Event-ID that is no number.
import { eventText, KEEP_ALIVE } from "../protocol/event-stream.ts";
import type { Change } from "../schema/change.ts";
import type { FeedMessage } from "../schema/messages/stream.ts";
import { ok, type Result, refuse } from "../schema/result.ts";

const KEEP_ALIVE_MS = 20_000;
const RETRY_MS = 2_000;
/** Changes that the reader has taken before it is told to the project; a fraction of its window. */
const ACKNOWLEDGE_EVERY = 200;

/** The kind of stream that a request asks for; null for none. */
export function streamKind({ method, headers }: Request): "events" | "socket" | null {
  if (method !== "GET") return null;
  if (headers.get("Upgrade")?.toLowerCase() === "websocket") return "socket";
  return /\btext\/event-stream\b/iu.test(headers.get("Accept") ?? "") ? "events" : null;
}

/** Where a reader of events was when its connection broke; null where it does not say. */
export function lastEventId({ headers }: Request): Result<number | null> {
  const id = headers.get("Last-Event-ID");
  if (id === null || id === "") return ok(null);
  if (/^[0-9]{1,15}$/u.test(id)) return ok(Number(id));
  return refuse("malformed_request", { detail: "Last-Event-ID is not the number of a change" });
}

/** The feed's messages as events, until either side is gone. The last event says why the project ended it. */
export function eventsFrom(socket: WebSocket & { accept(): void }): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let last = 0;
  let acknowledged: number | null = null;
  let keepAlive: ReturnType<typeof setInterval>;
  let over = false;

  const end = (): void => {
    over = true;
    clearInterval(keepAlive);
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string) => {
        if (!over) controller.enqueue(encoder.encode(text));
      };
      send(`retry: ${RETRY_MS}\n${KEEP_ALIVE}`);
      keepAlive = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) send(KEEP_ALIVE);
      }, KEEP_ALIVE_MS);
      socket.addEventListener("message", ({ data }) => {
        const message = JSON.parse(data as string) as FeedMessage;
        send(textOf(message));
        if ("reset" in message) last = message.reset.resume_after;
        else last = (message.changes.at(-1) as Change).number;
        acknowledged ??= "reset" in message ? last : (message.changes[0] as Change).number - 1;
      });
      socket.addEventListener("close", ({ reason }) => {
        send(eventText({ event: "end", data: JSON.stringify({ reason: reason || "unavailable" }) }));
        if (!over) controller.close();
        end();
      });
      socket.accept();
    },
    pull() {
      if (acknowledged === null || last - acknowledged < ACKNOWLEDGE_EVERY) return;
      acknowledged = last;
      socket.send(String(last));
    },
    cancel() {
      end();
      socket.close(1000);
    },
  });
}

function textOf(message: FeedMessage): string {
  if ("reset" in message) {
    const id = String(message.reset.resume_after);
    return eventText({ id, event: "reset", data: JSON.stringify(message.reset) });
  }
  const changes = message.changes as readonly Change[];
  const events = changes.map((change) => ({
    id: String(change.number),
    event: change.type,
    data: JSON.stringify(change),
  }));
  return events.map(eventText).join("");
}
