// Ships events to a log of the product as its objects do: `POST /append` is one batch of one source, made here.
// `POST /open` opens the log first.
import type { UnsequencedEvent } from "../../../src/schema/audit-event.ts";
import type { EventBatch, Receipt } from "../../../src/schema/messages/outbox.ts";

interface FeedEnv {
  readonly AUDIT_LOG: {
    getByName(name: string): { open(): Promise<void>; append(batch: EventBatch): Promise<Receipt> };
  };
}

const event = (source: string, sequence: number, at_ms: number): UnsequencedEvent => ({
  id: `evt_${source}${String(sequence).padStart(20, "0")}`,
  timestamp: new Date(at_ms).toISOString(),
  event_type: "task.updated",
  category: "data_change",
  severity: "info",
  user_id: `usr_${source}00000000000000000000000000`,
  session_id: `ses_${source}0000000000000000000000`,
  ip_address: `198.51.100.${sequence % 3}`,
  request_id: `req_${source}${String(sequence).padStart(18, "0")}`,
  decision: "allow",
  rule: "project_editor",
  targets: [`prj_${source}00000000000000000000`, `tsk_${source}${String(sequence % 500).padStart(18, "0")}`],
  details: { changed: ["title", "status"], version: sequence },
  metadata: { version: 1, count: 1 },
});

export default {
  async fetch(request: Request, env: FeedEnv): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const log = env.AUDIT_LOG.getByName("load");
    if (pathname === "/open") {
      await log.open();
      return Response.json({});
    }
    const number = (name: string) => Number(searchParams.get(name));
    const [source, first_sequence, count] = [searchParams.get("source")!, number("first"), number("count")];
    const rows = Array.from({ length: count }, (_, at) =>
      event(source, first_sequence + at, number("from_ms") + at * number("step_ms")),
    );
    const batch = {
      version: 1,
      source: `project/${source}`,
      incarnation: "inc_1",
      first_sequence,
      rows,
    } as const;
    return Response.json(await log.append(batch));
  },
};
