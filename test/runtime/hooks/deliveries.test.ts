// Deliveries to an integration: what the published library signs is taken, once, and nothing else is.
import { beforeAll, describe, expect, it } from "vitest";
import { toText } from "../../../src/schema/messages/admission.ts";
import type { PrincipalRpc } from "../../../src/schema/messages/principal.ts";
import { clock } from "../harness/clock.ts";
import { open } from "../harness/envelope.ts";
import { hmacHex, type Integration, isoNow, newIntegration, sendThing, signed } from "../harness/hooks.ts";
import {
  crash,
  createdObjects,
  evict,
  inside,
  objectOf,
  ringAlarm,
  rowsOf,
  shipAll,
} from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { env, newAddress, send } from "../harness/worker.ts";

let ada: Person;
let owner: Person;
let project_id: string;
let things: Integration;
let made = 0;

beforeAll(async () => {
  ada = await admin("main");
  owner = await signUp();
  project_id = (await owner.client.createProject({ body: { name: "Inbox" } })).body.project.id;
  things = await newIntegration(owner, project_id);
});

/** A thing that nothing else is about. */
function thing(state = "begun") {
  made += 1;
  return { id: `t${made}`, state, title: `Thing ${made}`, at: isoNow() };
}

async function tasksTitled(title: string) {
  clock.advance(60);
  await owner.awake();
  const { tasks } = (await owner.client.listTasks({ params: { project_id }, query: { limit: "200" } })).body;
  return tasks.filter((task) => task.title === title);
}

const statusOf = async (answer: Promise<Response>) =>
  ((await open(await answer)).body as { delivery: { status: string } }).delivery?.status;

it("a delivery signed by the published library becomes a task, in the integration's own name", async () => {
  const begun = thing();
  const opened = await open(await sendThing(things, begun));
  expect(opened).toMatchObject({ status: 202, body: { delivery: { status: "applied" } } });
  const [task] = await tasksTitled(begun.title);
  expect(task).toMatchObject({ created_by: things.id, status: "open" });
  await shipAll();
  const { events } = (await ada.client.listEvents({ query: { user_id: things.id, limit: "10" } })).body;
  const created = events.find(({ event_type }) => event_type === "task.created");
  expect(created).toMatchObject({ targets: [project_id, task!.id], details: { hops: 1 }, decision: "allow" });
  expect(events.find(({ id }) => id === opened.headers.get("audit-event"))?.event_type).toBe("hook.received");
});

describe("refused, with nothing done", () => {
  const begun = thing();
  const payload = JSON.stringify(begun);
  const cases: [string, () => Record<string, string> | Promise<Record<string, string>>, string?][] = [
    ["an altered byte", () => signed(things.secret, payload), payload.replace("Thing", "Thing!")],
    ["white space that was not signed", () => signed(things.secret, payload), `${payload} `],
    ["another secret", () => signed(`whsec_${btoa("x".repeat(32))}`, payload)],
    ["an old time", () => signed(things.secret, payload, { at_ms: clock.now_ms() - 301_000 })],
    ["a time to come", () => signed(things.secret, payload, { at_ms: clock.now_ms() + 301_000 })],
    [
      "a later time than was signed",
      () => ({
        ...signed(things.secret, payload),
        "webhook-timestamp": `${Math.floor(clock.now_ms() / 1000) + 1}`,
      }),
    ],
    ["another id than was signed", () => ({ ...signed(things.secret, payload), "webhook-id": "msg_other" })],
    ["no signature", () => ({ "Content-Type": "application/json" })],
    [
      "an asymmetric signature alone",
      () => ({ ...signed(things.secret, payload), "webhook-signature": `v1a,${"A".repeat(86)}==` }),
    ],
    [
      "the form of another kind",
      async () => ({
        "Content-Type": "application/json",
        "X-GitHub-Delivery": "1",
        "X-Hub-Signature-256": `sha256=${await hmacHex(things.secret, payload)}`,
      }),
    ],
  ];

  it.each(cases)("%s", async (_, headers, body = payload) => {
    const answer = await send(things.path, {
      method: "POST",
      address: newAddress(),
      body,
      headers: await headers(),
    });
    expect(await open(answer)).toMatchObject({ status: 401, reason: "signature_refused" });
  });

  it("another integration's secret", async () => {
    const other = await newIntegration(owner, project_id, { name: "Other" });
    const opened = await open(await sendThing({ ...things, secret: other.secret }, begun));
    expect(opened).toMatchObject({ status: 401, reason: "signature_refused" });
  });

  it("none of it left a task", async () => expect(await tasksTitled(begun.title)).toEqual([]));
});

describe("a forged address", () => {
  it("creates no object and no row", async () => {
    const before = await createdObjects();
    const last = things.path.split("/").at(-1)!;
    const [version, key, workspace, id, mac] = last.split(".") as [string, string, string, string, string];
    const altered = `${mac.slice(0, -2)}${mac.at(-2) === "A" ? "B" : "A"}${mac.slice(-1)}`;
    const forgeries = [
      [version, key, workspace, id, altered],
      [version, key, workspace, `int_${"0".repeat(26)}`, mac],
      [version, key, "other", id, mac],
      [version, "k0", workspace, id, mac],
    ];
    for (const parts of forgeries) {
      const path = `/v1/hooks/${parts.join(".")}`;
      expect(await open(await sendThing({ path, secret: things.secret }, thing()))).toMatchObject({
        status: 404,
      });
    }
    for (const last of [`${[version, key, workspace, id].join(".")}`, "twi_1", "x".repeat(4_000), id]) {
      const path = `/v1/hooks/${last}`;
      expect(await open(await sendThing({ path, secret: things.secret }, thing()))).toMatchObject({
        status: 422,
      });
    }
    expect(await createdObjects()).toEqual(before);
  });
});

describe("the same delivery again", () => {
  const deliver = (payload: string, headers: Record<string, string>) =>
    send(things.path, { method: "POST", address: newAddress(), body: payload, headers });

  it("is refused byte for byte, after an eviction and after a crash too", async () => {
    const begun = thing();
    const payload = JSON.stringify(begun);
    const headers = signed(things.secret, payload);
    expect((await deliver(payload, headers)).status).toBe(202);
    const principal = objectOf("PRINCIPAL", `main/${things.id}`);
    for (const restart of [async () => {}, evict, crash]) {
      await restart(principal);
      expect(await open(await deliver(payload, headers))).toMatchObject({
        status: 409,
        reason: "delivery_replayed",
      });
    }
    expect(await tasksTitled(begun.title)).toHaveLength(1);
  });

  it("is refused by its id with another body, and by its body with another id, for 24 hours", async () => {
    const begun = thing();
    expect((await sendThing(things, begun, { id: "msg_first" })).status).toBe(202);
    const other = await open(await sendThing(things, thing(), { id: "msg_first" }));
    expect(other).toMatchObject({ status: 409, reason: "delivery_replayed" });
    const again = () => sendThing(things, begun, { id: `msg_${clock.now_ms()}` });
    expect(await open(await again())).toMatchObject({ status: 409, reason: "delivery_replayed" });
    clock.advance(86_399);
    expect((await again()).status).toBe(409);
    clock.advance(2);
    expect(await statusOf(again())).toBe("ignored");
    await owner.signIn();
    expect(await tasksTitled(begun.title)).toHaveLength(1);
  });

  it("is told what has become of it where its sender, unanswered, signs it anew", async () => {
    const begun = thing();
    const first = await open(await sendThing(things, begun, { id: "msg_unanswered" }));
    clock.advance(5);
    const again = await open(await sendThing(things, begun, { id: "msg_unanswered" }));
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(again.headers.get("audit-event")).toBe(first.headers.get("audit-event"));
    expect(await tasksTitled(begun.title)).toHaveLength(1);
  });

  it("that reaches the object a hundred times in one turn is taken once", async () => {
    clock.advance(120);
    const begun = thing();
    const payload = JSON.stringify(begun);
    const headers = Object.fromEntries(new Headers(signed(things.secret, payload)));
    const source = {
      address: "192.0.2.9",
      user_agent: "",
      tls_fingerprint: "",
      certificate: "",
      place: "",
      country: "",
      latitude: null,
      longitude: null,
    };
    const context = toText({ request_id: "req_0", source });
    const policy = toText({
      operation: "receiveHook",
      rate_class: "api" as const,
      rate_cost: 1,
      permission: null,
      recent_authentication: false,
      under_suspicion: false,
      api_tokens: false,
      describe_session: false,
      read_event: null,
    });
    const body = new TextEncoder().encode(payload);
    // From inside, so that all of them are between their first look and the transaction at once.
    const answers = await inside(objectOf("PRINCIPAL", `main/${things.id}`), (object) => {
      const receive = () => (object as PrincipalRpc).receiveHook(policy, context, { headers, body });
      return Promise.all(Array.from({ length: 100 }, receive));
    });
    expect(answers.filter(({ decision }) => decision.ok)).toHaveLength(1);
    expect(await tasksTitled(begun.title)).toHaveLength(1);
  });

  it("sent a hundred times at once has one effect", async () => {
    clock.advance(120);
    const begun = thing();
    const payload = JSON.stringify(begun);
    const headers = signed(things.secret, payload);
    const answers = await Promise.all(Array.from({ length: 100 }, () => deliver(payload, headers)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(99);
    expect(await tasksTitled(begun.title)).toHaveLength(1);
  });
});

describe("bodies beyond bounds", () => {
  it.each([
    ["more than a mebibyte", `{"a":"${"x".repeat(1_048_577)}"}`, 413],
    ["nested too deep", `${"[".repeat(40)}${"]".repeat(40)}`, 400],
    ["no JSON", "{", 400],
    ["too many members", `[${"1,".repeat(50_001)}1]`, 400],
  ])("%s: refused, and not taken", async (_, body, status) => {
    expect((await open(await sendThing(things, body))).status).toBe(status);
    expect((await open(await sendThing(things, body, { id: "msg_bounds" }))).status).toBe(status);
  });

  it("other media types and encodings are refused", async () => {
    for (const headers of [{ "Content-Type": "text/plain" }, { "Content-Encoding": "gzip" }]) {
      expect((await open(await sendThing(things, thing(), { headers }))).status).toBe(415);
    }
  });
});

describe("limits", () => {
  it("are those of a bucket of its own, from which strangers without the secret take nothing", async () => {
    const busy = await newIntegration(owner, project_id, { name: "Busy" });
    const principal = objectOf("PRINCIPAL", `main/${busy.id}`);
    await inside(principal, (_, { storage }) => {
      const row = "INSERT OR REPLACE INTO bucket (rate_class, tokens, updated_at_ms) VALUES ('api', 2, ?)";
      storage.sql.exec(row, clock.now_ms());
    });
    await crash(principal);
    const forge = async (n: number) => (await sendThing({ ...busy, secret: things.secret }, { n })).status;
    const sendOne = async (n: number) => (await sendThing(busy, { n })).status;
    expect(await Promise.all([1, 2, 3].map(forge))).toEqual([401, 401, 401]);
    expect([await sendOne(1), await sendOne(2), await sendOne(3)]).toEqual([202, 202, 429]);
    expect(await forge(4)).toBe(401);
    clock.advance(1);
    expect(await sendOne(3)).toBe(202);
  });
});

describe("a webhook that a webhook caused", () => {
  it("goes three times round and no further, as header or body say", async () => {
    clock.advance(120);
    for (const [hops, status] of [
      [0, "applied"],
      [1, "applied"],
      [2, "applied"],
      [3, "stopped"],
      [7, "stopped"],
    ] as const) {
      const begun = thing();
      const headers = { "Taskward-Hops": String(hops) };
      expect(await statusOf(sendThing(things, begun, { headers })), `${hops}`).toBe(status);
      const [task] = await tasksTitled(begun.title);
      expect(task === undefined).toBe(status === "stopped");
      if (!task) continue;
      const params = { project_id, task_id: task.id };
      const { changes } = (await owner.client.listActivity({ params, query: {} })).body;
      expect(changes[0]).toMatchObject({ type: "task.created", actor: things.id, hops: hops + 1 });
    }
    // The header is not signed: what the body says stands, whatever became of the header on the way.
    expect(await statusOf(sendThing(things, { ...thing(), hops: 3 }))).toBe("stopped");
    const opened = await open(await sendThing(things, thing(), { headers: { "Taskward-Hops": "-1" } }));
    expect(opened).toMatchObject({ status: 400, reason: "malformed_request" });
  });
});

describe("a delivery that was cut off", () => {
  const principal = () => objectOf("PRINCIPAL", `main/${things.id}`);

  it("before the project was asked goes on by the alarm, though nobody sends it again", async () => {
    const { id, title } = thing();
    const at = (seconds: number) => new Date(clock.now_ms() - 60_000 + seconds * 1000).toISOString();
    const failed = (await open(await sendThing(things, { id, title, state: "again", at: at(9) }))).body as {
      delivery: { id: string; status: string };
    };
    expect(failed.delivery.status).toBe("failed");
    expect(await statusOf(sendThing(things, { id, title, state: "over", at: at(5) }))).toBe("applied");
    expect((await tasksTitled(title))[0]!.status).toBe("done");
    await inside(principal(), (_, { storage }) => {
      const set = "UPDATE inbound_delivery SET status = 'pending', next_attempt_at_ms = 1 WHERE id = ?";
      storage.sql.exec(set, failed.delivery.id);
    });
    await crash(principal());
    await ringAlarm(principal());
    const sql = "SELECT status, box FROM inbound_delivery WHERE id = ?";
    const [row] = await rowsOf<{ status: string; box: null }>(principal(), sql, failed.delivery.id);
    expect(row).toEqual({ status: "applied", box: null });
    expect((await tasksTitled(title))[0]!.status).toBe("open");
  });

  it("after the project did it has no second effect", async () => {
    const actor = {
      ...{ workspace: "main", principal_id: things.id, username: "Things", roles: ["USER"] as const },
      ...{
        permissions: -1,
        mfa_enabled: false,
        session_id: "ind_0",
        address: "",
        request_id: "req_0",
        hops: 1,
      },
    };
    const about = { external_id: "thing:twice", at_ms: clock.now_ms(), place: "/rules/0/actions/0" };
    const effects = [
      {
        ...about,
        kind: "create_task" as const,
        title: "Twice",
        description: "",
        labels: [],
        priority: "normal" as const,
      },
      { ...about, kind: "comment" as const, comment_id: "said", text: "Once", if_unknown: "fail" as const },
      {
        ...about,
        kind: "move" as const,
        status: "done" as const,
        result: "Done",
        if_unknown: "fail" as const,
      },
    ];
    const project = env.PROJECT.getByName(`main/${project_id}`);
    const first = await project.applyHook(actor, effects);
    const again = await project.applyHook(actor, effects);
    expect([first, again].map((each) => each.ok && each.value.length)).toEqual([3, 0]);
    const [task, ...others] = await tasksTitled("Twice");
    expect(others).toEqual([]);
    expect(task).toMatchObject({ status: "done", result: "Done" });
    const params = { project_id, task_id: task!.id };
    expect((await owner.client.listComments({ params, query: {} })).body.comments).toHaveLength(1);
  });
});
