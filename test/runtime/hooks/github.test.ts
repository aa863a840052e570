// GitHub: the ready-made mapping on deliveries as they were recorded, signed as GitHub signs them.
import { beforeAll, describe, expect, it } from "vitest";
import { GITHUB_MAPPING } from "../../../src/domain/github-mapping.ts";
import { effectsOf } from "../../../src/domain/hook-effects.ts";
import { clock } from "../harness/clock.ts";
import { open } from "../harness/envelope.ts";
import { signedByGitHub } from "../harness/hooks.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { newAddress, send } from "../harness/worker.ts";
import { allRecorded, comment, issue, pullRequest, push, REPOSITORY, recordedOf } from "./github-payloads.ts";

let owner: Person;
let project_id: string;
let address: string;
let secret: string;

beforeAll(async () => {
  await admin("main");
  owner = await signUp();
  await newRepository();
});

/** A project of its own, with nothing in it, into which the deliveries go from now on. */
async function newRepository(): Promise<void> {
  await owner.recent();
  project_id = (await owner.client.createProject({ body: { name: "Repository" } })).body.project.id;
  const made = (
    await owner.client.createIntegration({ body: { project_id, name: "GitHub", kind: "github" } })
  ).body;
  address = new URL(made.integration.address).pathname;
  secret = made.secret!;
}

async function deliver(payload: object, headers: Record<string, string> = {}): Promise<string> {
  clock.advance(5);
  const body = JSON.stringify(payload);
  const all = { ...(await signedByGitHub(secret, body)), ...headers };
  const opened = await open(
    await send(address, { method: "POST", address: newAddress(), body, headers: all }),
  );
  return opened.reason ?? (opened.body as { delivery: { status: string } }).delivery.status;
}

async function tasks() {
  clock.advance(30);
  await owner.awake();
  return (await owner.client.listTasks({ params: { project_id }, query: { limit: "200" } })).body.tasks;
}
const task = async (title: string) => (await tasks()).find((each) => each.title === title);

const NOW = (minutes: number) => new Date(clock.now_ms() - 86_400_000 + minutes * 60_000).toISOString();

describe("issues", () => {
  it("become tasks, and are done, cancelled or open as they are over there", async () => {
    expect(await deliver(issue(1, "opened", { title: "It breaks", updated_at: NOW(1) }))).toBe("applied");
    expect(await task("It breaks")).toMatchObject({ status: "open", labels: ["github"] });
    expect((await task("It breaks"))!.description).toContain(`https://github.com/${REPOSITORY}/issues/1`);
    expect(
      await deliver(
        issue(1, "closed", { title: "It breaks", updated_at: NOW(2), state_reason: "completed" }),
      ),
    ).toBe("applied");
    expect((await task("It breaks"))!.status).toBe("done");
    expect(
      await deliver(
        issue(1, "reopened", { title: "It breaks", updated_at: NOW(3), state_reason: "reopened" }),
      ),
    ).toBe("applied");
    expect((await task("It breaks"))!.status).toBe("open");
    expect(
      await deliver(
        issue(1, "closed", { title: "It breaks", updated_at: NOW(4), state_reason: "not_planned" }),
      ),
    ).toBe("applied");
    expect((await task("It breaks"))!.status).toBe("cancelled");
    expect(await deliver(issue(1, "labeled", { title: "It breaks", updated_at: NOW(5) }))).toBe("ignored");
  });

  it("that were there before the integration come with their closing, and an older opening changes nothing", async () => {
    expect(
      await deliver(issue(2, "closed", { title: "Old", updated_at: NOW(9), state_reason: "completed" })),
    ).toBe("applied");
    expect(await deliver(issue(2, "opened", { title: "Old", updated_at: NOW(1) }))).toBe("ignored");
    expect((await task("Old"))!.status).toBe("done");
  });

  it("with whatever title fit into a task", async () => {
    const title = `{{/sender/login}} ${"long ".repeat(60)}`;
    expect(await deliver(issue(3, "opened", { title, updated_at: NOW(1), body: null }))).toBe("applied");
    const [made] = (await tasks()).filter((each) => each.title.startsWith("{{/sender/login}}"));
    expect(made!.title).toHaveLength(200);
  });
});

describe("pull requests", () => {
  it("become tasks; merged ones are done, others cancelled", async () => {
    expect(await deliver(pullRequest(10, "opened", { title: "Add it", updated_at: NOW(1) }))).toBe("applied");
    expect(await deliver(pullRequest(11, "opened", { title: "Drop it", updated_at: NOW(1) }))).toBe(
      "applied",
    );
    expect(
      await deliver(pullRequest(10, "closed", { title: "Add it", updated_at: NOW(2), merged: true })),
    ).toBe("applied");
    expect(
      await deliver(pullRequest(11, "closed", { title: "Drop it", updated_at: NOW(2), merged: false })),
    ).toBe("applied");
    expect([(await task("Add it"))!.status, (await task("Drop it"))!.status]).toEqual(["done", "cancelled"]);
  });
});

describe("pushes", () => {
  it("to the default branch close what their commits say, and say so on the task", async () => {
    await deliver(issue(20, "opened", { title: "Slow", updated_at: NOW(1) }));
    const messages = ["Make it fast\n\nFixes #20", "Closes #21", "See #22"];
    expect(await deliver(push("refs/heads/master", messages, NOW(2)))).toBe("applied");
    const slow = (await task("Slow"))!;
    expect(slow.status).toBe("done");
    const params = { project_id, task_id: slow.id };
    const { comments } = (await owner.client.listComments({ params, query: {} })).body;
    expect(comments.map(({ text }) => text)).toEqual([expect.stringContaining("Make it fast")]);
    expect(await task(`${REPOSITORY}#21`)).toMatchObject({ status: "done" });
    expect(await task(`${REPOSITORY}#22`)).toBeUndefined();
  });

  it("elsewhere close nothing", async () => {
    expect(await deliver(push("refs/heads/try", ["Fixes #30"], NOW(3)))).toBe("ignored");
    expect(await deliver(push("refs/tags/master", ["Fixes #30"], NOW(3)))).toBe("ignored");
  });
});

describe("what GitHub does not sign decides nothing", () => {
  it("a comment is no issue event, whatever the header says", async () => {
    const said = comment(40, { title: "Talk", updated_at: NOW(1) });
    expect(await deliver(said, { "X-GitHub-Event": "issues" })).toBe("ignored");
    const opened = issue(41, "opened", { title: "Real", updated_at: NOW(1) });
    expect(await deliver(opened, { "X-GitHub-Event": "issue_comment" })).toBe("applied");
  });

  it("the same body under another delivery's id is refused", async () => {
    const payload = issue(42, "opened", { title: "Again", updated_at: NOW(1) });
    expect(await deliver(payload)).toBe("applied");
    expect(
      await deliver(payload, { "X-GitHub-Delivery": crypto.randomUUID(), "X-GitHub-Event": "ping" }),
    ).toBe("delivery_replayed");
  });

  it("a ping is taken and does nothing", async () => {
    expect(await deliver(recordedOf("ping")[0]!)).toBe("ignored");
  });
});

describe("deliveries as they were recorded", () => {
  beforeAll(newRepository);

  it("of every kind: issues and pull requests that open, reopen or close have effects, and no mapping fails", () => {
    const headers = { "x-github-event": "issues" };
    const acting = allRecorded.filter(({ payload }) => {
      const effects = effectsOf(GITHUB_MAPPING, { body: payload, headers, at_ms: clock.now_ms() });
      if (!effects.ok) throw new Error(effects.refusal.detail!);
      return effects.value.length > 0;
    });
    const moving = (["opened", "reopened", "closed"] as const).flatMap((action) => [
      ...recordedOf("issues", action),
      ...recordedOf("pull_request", action),
    ]);
    expect(new Set(acting.map(({ payload }) => payload))).toEqual(new Set(moving));
    expect(moving.length).toBeGreaterThan(10);
    expect(allRecorded.length).toBeGreaterThan(300);
  });

  it("an issue and a pull request become tasks, once, and end as they ended there", async () => {
    const deliverRecorded = async (event: "issues" | "pull_request" | "push", action?: string) => {
      const statuses: string[] = [];
      for (const payload of recordedOf(event, action)) statuses.push(await deliver(payload));
      return statuses;
    };
    expect(await deliverRecorded("issues", "opened")).toEqual(["applied", "ignored", "ignored", "ignored"]);
    expect((await deliverRecorded("pull_request", "opened"))[0]).toBe("applied");
    expect((await tasks()).map(({ title, status }) => [title, status]).sort()).toEqual([
      ["Spelling error in the README file", "open"],
      ["Update the README with new information.", "open"],
    ]);
    expect(await deliverRecorded("pull_request", "closed")).toEqual(["applied", "ignored"]);
    // They say that they happened before it was closed.
    expect(await deliverRecorded("pull_request", "reopened")).toEqual(["ignored", "ignored"]);
    expect(new Set(await deliverRecorded("push"))).toEqual(new Set(["ignored"]));
    const [deleted] = recordedOf("issues", "deleted");
    expect(await deliver(deleted!)).toBe("ignored");
    expect(await deliver({ ...deleted, action: "closed" })).toBe("applied");
    expect((await tasks()).map(({ title, status }) => [title, status]).sort()).toEqual([
      ["Spelling error in the README file", "done"],
      ["Update the README with new information.", "cancelled"],
    ]);
  });
});
