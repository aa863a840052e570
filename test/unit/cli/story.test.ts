// The demo's telling: it prints what went over the wire, waits where it came too soon, and ends where an
// answer differs from what was promised.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createClient } from "../../../src/api/client.ts";
import { Story } from "../../../src/cli/story.ts";

const ID = `prj_${"a".repeat(26)}`;

let printed: string[];
beforeEach(() => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((text: string) => void printed.push(text));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A client whose server gives these answers, one after another. */
function clientOf(story: Story, ...answers: Response[]) {
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => answers.shift()!);
  return createClient({ origin: "https://tasks.example", fetch: story.fetch });
}

const problem = (status: number, reason: string, headers: Record<string, string> = {}) =>
  new Response(
    JSON.stringify({
      type: `/problems/${reason}`,
      title: "No",
      status,
      detail: "Because",
      request_id: "req_1",
    }),
    { status, headers: { "content-type": "application/problem+json", ...headers } },
  );
const project = () => Response.json({ project: {} }, { headers: { "audit-event": "evt_1" } });
const read = { params: { project_id: ID } };

test("a step says what was sent, with ids shortened, and what came back, and keeps the change's event", async () => {
  const story = new Story();
  const client = clientOf(story, project());
  await story.does("Ada reads it", () => client.readProject(read));
  expect(printed.join("\n")).toMatch(/✓ Ada reads it +GET \/v1\/projects\/prj_aaaa… +→ 200$/);
  expect(story.changes).toEqual([{ sentence: "Ada reads it", event_id: "evt_1" }]);
});

test("a refusal that was promised is told; any other answer ends the telling", async () => {
  const story = new Story();
  const client = clientOf(
    story,
    problem(404, "not_found"),
    problem(403, "permission_denied"),
    project(),
    problem(404, "not_found"),
  );
  const call = () => client.readProject(read);
  await story.isRefused("Bob", 404, "not_found", call);
  expect(printed.at(-1)).toMatch(/→ 404 not_found$/);
  await expect(story.isRefused("Bob", 404, "not_found", call)).rejects.toThrow(
    "expected 404 not_found, but GET /v1/projects/prj_aaaa… came back with 403 permission_denied",
  );
  await expect(story.isRefused("Bob", 404, "not_found", call)).rejects.toThrow("came back with 200");
  await expect(story.does("Ada", call, "Is it there?")).rejects.toThrow(
    /No\. Because\n.*req_1\n.*Is it there\?/,
  );
});

test("a call that came too soon is repeated after the seconds of Retry-After", async () => {
  const waited_ms: number[] = [];
  const story = new Story(async (ms) => waited_ms.push(ms));
  const client = clientOf(story, problem(429, "rate_limited", { "retry-after": "12" }), project());
  await story.does("Ada reads it", () => client.readProject(read));
  expect(waited_ms).toEqual([12_000]);
  expect(printed[0]).toContain("waiting 12 s");
});

test("a lockout is no reason to wait", async () => {
  const story = new Story();
  const client = clientOf(story, problem(429, "locked_out", { "retry-after": "900" }));
  await expect(story.does("Ada reads it", () => client.readProject(read))).rejects.toThrow("429 locked_out");
});

test("what does not hold ends the telling", () => {
  const story = new Story();
  story.holds("This does");
  expect(() => story.holds("That", false)).toThrow("That");
});
