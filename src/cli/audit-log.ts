// The demo's last but one chapter: the audit log, read as an ADMIN reads it. Changes reach it a moment
// after their answer, refusals within a second or so, hence the bounded waiting.
import { setTimeout as wait } from "node:timers/promises";
import type { Answer, Client } from "../api/client.ts";
import { type Story, Surprise } from "./story.ts";
import { note, table } from "./terminal.ts";

const WAIT_MS_MAX = 10_000;
const WAIT_MS = 400;

type Event = Answer<"listEvents">["body"]["events"][number];
type Expected = Pick<Event, "event_type" | "user_id">;

/** Reads the log until it holds each of the story's changes and each expected event, and shows it. */
export async function readAuditLog(
  story: Story,
  ada: Client,
  names: Readonly<Record<string, string>>,
  expected: readonly Expected[],
): Promise<void> {
  const deadline_ms = Date.now() + WAIT_MS_MAX;
  const { events } = (
    await story.does("Ada, who is ADMIN, reads it", async () => {
      for (;;) {
        const answer = await ada.listEvents({ query: { limit: "200" } });
        const missing = missingFrom(answer.body.events, story, expected);
        if (missing.length === 0) return answer;
        if (Date.now() > deadline_ms)
          throw new Surprise(`Not in the audit log after ${WAIT_MS_MAX / 1000} s: ${missing.join("; ")}`);
        await wait(WAIT_MS);
      }
    })
  ).body;
  story.holds(`Each of the ${story.changes.length} changes is in it, by the id in its answer`);
  story.holds("So are the refusals, the replay and the stolen session");
  const rows = events.filter(
    ({ severity, event_type }) => severity !== "debug" && event_type !== "audit.read",
  );
  table(rows.reverse().map(rowOf(names)), ({ decision }) => (decision === "deny" ? "yellow" : undefined));
  note("Reads are recorded as well; they are left out here.");
}

function missingFrom(events: readonly Event[], story: Story, expected: readonly Expected[]): string[] {
  const ids = new Set(events.map(({ id }) => id));
  return [
    ...story.changes.flatMap(({ sentence, event_id }) =>
      ids.has(event_id) ? [] : [`"${sentence}" (${event_id})`],
    ),
    ...expected.flatMap(({ event_type, user_id }) =>
      events.some((event) => event.event_type === event_type && event.user_id === user_id)
        ? []
        : [event_type],
    ),
  ];
}

const rowOf = (names: Readonly<Record<string, string>>) => (event: Event) => ({
  "#": String(event.index),
  time: event.timestamp.slice(11, 19),
  who: names[event.user_id ?? ""] ?? event.user_id ?? "-",
  from: event.ip_address ?? "-",
  event: event.event_type,
  decision: event.decision,
  rule: event.rule ?? "",
});
