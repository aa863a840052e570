// Handlers of a project's change feed: a page, or a stream of what is there and of what comes.
import type { Operations } from "../api/operations/index.ts";
import { type Call, type Handlers, replyWith, type Streamed } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import { eventsFrom, lastEventId, streamKind } from "../edge/stream.ts";
import { STREAM_HEADER, type StreamRequest } from "../schema/messages/stream.ts";
import { ok, type Refusal, type Result } from "../schema/result.ts";
import { projectOf } from "./projects.ts";

export const feedHandlers: Handlers<"listChanges" | "listActivity"> = {
  listChanges(call) {
    const { after = null, limit } = call.query;
    const kind = streamKind(call.request);
    if (kind !== null) return openStream(call, kind);
    return replyWith(projectOf(call).changes(call.actor, after, limit), (page) => ({
      ...page,
      changes: [...page.changes],
      count: page.changes.length,
    }));
  },

  listActivity(call) {
    return replyPage(call, "changes", (limit, before) =>
      projectOf(call).activity(call.actor, call.params.task_id, limit, before),
    );
  },
};

/** The project holds a WebSocket in either case; for a reader of events this Worker is its other end. */
async function openStream(
  call: Call<Operations["listChanges"]>,
  kind: "events" | "socket",
): Promise<Result<Streamed>> {
  const resumed = kind === "events" ? lastEventId(call.request) : ok(null);
  if (!resumed.ok) return resumed;
  const request: StreamRequest = { actor: call.actor, after: resumed.value ?? call.query.after ?? null };
  const headers = { Upgrade: "websocket", [STREAM_HEADER]: JSON.stringify(request) };
  const answer = await projectOf(call).fetch(new Request(call.request.url, { headers }));
  if (!answer.webSocket) return { ok: false, refusal: await answer.json<Refusal>() };
  return ok({ stream: kind === "events" ? eventsFrom(answer.webSocket) : answer.webSocket });
}
