// A worker's day on a clock of the test's own: leases of the made-up service end when they say.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Client, ProblemError } from "../../../src/api/client.ts";
import { AgentCertificate } from "../../../src/cli/agent-certificate.ts";
import { work } from "../../../src/cli/agent-work.ts";

const clock = vi.hoisted(() => ({ now_ms: 0 }));
vi.mock("node:timers/promises", () => ({
  async setTimeout(ms: number) {
    clock.now_ms += ms;
  },
}));

const written: string[] = [];
beforeEach(() => {
  clock.now_ms = Date.UTC(2026, 10, 23);
  written.length = 0;
  vi.spyOn(Date, "now").mockImplementation(() => clock.now_ms);
  vi.spyOn(console, "log").mockImplementation((text: string) => void written.push(text));
});
afterEach(() => vi.restoreAllMocks());

/** Has one task, which is done where the lease lasted until then. */
function service(title: string) {
  let is_done = false;
  let ends_ms = 0;
  let renewals = 0;
  const hold = (lease_seconds: number) => {
    ends_ms = clock.now_ms + lease_seconds * 1_000;
  };
  const held = () => {
    if (clock.now_ms < ends_ms) return;
    const problem = { type: "/problems/conflict", title: "The lease has ended", status: 409 };
    throw new ProblemError("renewTask", problem as never, new Headers());
  };
  type Request = { body: { lease_seconds: number } };
  const client = {
    heartbeat: async () => ({ body: {} }),
    async claimBestTask({ body }: Request) {
      if (is_done || ends_ms > 0) return { body: { task: null, lease: null } };
      hold(body.lease_seconds);
      return { body: { task: { id: "tsk_a", title }, lease: { fencing_token: 1 } } };
    },
    async renewTask({ body }: Request) {
      held();
      renewals += 1;
      hold(body.lease_seconds);
    },
    async completeTask() {
      held();
      is_done = true;
    },
  } as unknown as Client;
  return { client, renewals: () => renewals };
}

const job = (client: Client, work_seconds: number, lease_seconds: number) => {
  const certificate = new AgentCertificate(undefined);
  certificate.putOff(clock.now_ms + 86_400_000);
  return {
    ...{ client, certificate, worker_id: "wrk_a", project_id: "prj_a" },
    ...{ work_seconds, lease_seconds, tasks_max: null, patience_seconds: 300 },
  };
};

test.each([
  ["shorter than its lease", 2, 120, 1],
  ["that takes ten leases", 1_200, 120, 19],
  ["that takes a little more than one", 121, 120, 2],
])(
  "a task %s is done, since the lease is renewed in time",
  async (_, work_seconds, lease_seconds, renewed) => {
    const { client, renewals } = service("Paint");
    expect(await work(job(client, work_seconds, lease_seconds))).toBe(1);
    expect(renewals()).toBe(renewed);
  },
);

test("a task's title steers no terminal", async () => {
  const { client } = service("a\u001b[2J\u202eb");
  await work(job(client, 2, 120));
  expect(written.join("\n")).toContain("a\\u001b[2J\\u202eb");
  expect(written.join("\n")).not.toMatch(/\u202e/u);
});
