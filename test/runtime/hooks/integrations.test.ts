// Integrations as their owner has them: made, suspended, given other secrets and mended; and what fails meanwhile.
import { beforeAll, describe, expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { open, type Problem } from "../harness/envelope.ts";
import { hmacHex, type Integration, isoNow, newIntegration, sendThing, THINGS } from "../harness/hooks.ts";
import { inside, objectOf, rowsOf, tablesOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { newAddress, send } from "../harness/worker.ts";

let owner: Person;
let project_id: string;
let made = 0;

beforeAll(async () => {
  await admin("main");
  owner = await signUp();
  project_id = (await owner.client.createProject({ body: { name: "Inbox" } })).body.project.id;
});

function thing(state = "begun", more: object = {}) {
  made += 1;
  return { id: `t${made}`, state, title: `Thing ${made}`, at: isoNow(), ...more };
}

const statusOf = async (answer: Response) => {
  const opened = await open(answer);
  return opened.reason ?? (opened.body as { delivery: { status: string } }).delivery.status;
};

const newOne = (more: Parameters<typeof newIntegration>[2] = {}) => {
  clock.advance(30);
  return newIntegration(owner, project_id, more);
};

async function patch(integration: Integration, body: object) {
  clock.advance(30);
  await (await owner.awake()).recent();
  const params = { integration_id: integration.id };
  const { etag } = await owner.client.readIntegration({ params });
  return owner.client.updateIntegration({ params, body, if_match: etag! });
}

const failuresOf = async ({ id }: Integration) => {
  await owner.awake();
  return (await owner.client.listHookFailures({ params: { integration_id: id }, query: {} })).body.failures;
};

const replay = async ({ id }: Integration, failure_id: string) => {
  const params = { integration_id: id, failure_id };
  return (await owner.client.replayHookFailure({ params })).body.delivery.status;
};

/** Everything that the objects of a project and an integration hold, as text. */
async function stored({ id }: Integration): Promise<string> {
  const held: string[] = [];
  for (const stub of [objectOf("PRINCIPAL", `main/${id}`), objectOf("PROJECT", `main/${project_id}`)]) {
    for (const table of await tablesOf(stub)) {
      if (/^task_text|^sqlite/.test(table)) continue;
      for (const row of await rowsOf(stub, `SELECT * FROM ${table}`)) {
        held.push(
          ...Object.values(row).map((value) =>
            value instanceof ArrayBuffer ? latin1(value) : String(value),
          ),
        );
      }
    }
  }
  return held.join("\n");
}

const latin1 = (bytes: ArrayBuffer): string => String.fromCharCode(...new Uint8Array(bytes));

describe("secrets", () => {
  it("are shown once, and stand nowhere in clear", async () => {
    const integration = await newOne();
    expect(integration.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const read = await owner.client.readIntegration({ params: { integration_id: integration.id } });
    expect(JSON.stringify(read.body)).not.toContain(integration.secret.slice(6));
    const held = await stored(integration);
    expect(held).not.toContain(integration.secret.slice(6));
    expect(held).not.toContain(
      latin1(Uint8Array.from(atob(integration.secret.slice(6)), (each) => each.charCodeAt(0)).buffer),
    );
  });

  it("may be given by the other side, and are then not shown at all", async () => {
    const secret = "theirs-and-ours-to-keep";
    const hmac = { signature_header: "X-Signature", prefix: "v1=", delivery_header: "X-Delivery" };
    await owner.recent();
    const body = { project_id, name: "Given", kind: "hmac" as const, mapping: THINGS, hmac, secret };
    const given = (await owner.client.createIntegration({ body })).body;
    expect(given.secret).toBeNull();
    const deliver = async (delivery: string, mac: string, payload: string) => {
      const headers = {
        "Content-Type": "application/json",
        "X-Delivery": delivery,
        "X-Signature": `v1=${mac}`,
      };
      const { pathname } = new URL(given.integration.address);
      return statusOf(
        await send(pathname, { method: "POST", address: newAddress(), body: payload, headers }),
      );
    };
    const payload = JSON.stringify(thing());
    expect(await deliver("1", await hmacHex("another-secret-of-theirs", payload), payload)).toBe(
      "signature_refused",
    );
    expect(await deliver("1", await hmacHex(secret, payload), payload)).toBe("applied");
    // Nothing signs the id: the body alone tells that it came before.
    expect(await deliver("2", await hmacHex(secret, payload), payload)).toBe("delivery_replayed");
  });

  it("hold on for as long as the rotation says, and no longer", async () => {
    const old = await newOne();
    const params = { integration_id: old.id };
    const { secret } = (await owner.client.rotateIntegrationSecret({ params, body: { overlap_seconds: 60 } }))
      .body;
    const fresh = { ...old, secret: secret! };
    expect(await statusOf(await sendThing(old, thing()))).toBe("applied");
    expect(await statusOf(await sendThing(fresh, thing()))).toBe("applied");
    clock.advance(61);
    expect(await statusOf(await sendThing(old, thing()))).toBe("signature_refused");
    expect(await statusOf(await sendThing(fresh, thing()))).toBe("applied");
    const { secret: newest } = (
      await owner.client.rotateIntegrationSecret({ params, body: { overlap_seconds: 0 } })
    ).body;
    expect(await statusOf(await sendThing(fresh, thing()))).toBe("signature_refused");
    expect(await statusOf(await sendThing({ ...old, secret: newest! }, thing()))).toBe("applied");
  });

  it("of the wrong form are refused", async () => {
    const body = {
      project_id,
      name: "Wrong",
      kind: "standard_webhooks",
      mapping: THINGS,
      secret: "no-such-secret-at-all",
    };
    const refused = await open(await owner.send("/v1/integrations", { json: body }));
    expect(refused).toMatchObject({ status: 422 });
    expect((refused.body as Problem).errors![0]!.pointer).toBe("/secret");
  });
});

it.each(["authorization", "cookie", "proxy-authorization", "x-forwarded-for", "cf-connecting-ip"])(
  "a header that is never handed on signs nothing, names nothing and decides nothing: %s",
  async (header) => {
    await (await owner.awake()).recent();
    const create = async (hmac: object, mapping: object = THINGS) =>
      open(
        await owner.send("/v1/integrations", {
          json: { project_id, name: "H", kind: "hmac", mapping, hmac },
        }),
      );
    const other = { signature_header: "X-Signature" };
    const [rule] = THINGS.rules;
    const when = [...rule!.when, { header, exists: true }];
    const refused = [
      [await create({ signature_header: header.toUpperCase() }), "/hmac/signature_header"],
      [await create({ ...other, delivery_header: header }), "/hmac/delivery_header"],
      [await create({ ...other, timestamp_header: header }), "/hmac/timestamp_header"],
      [await create(other, { rules: [{ ...rule, when }] }), "/mapping/rules/0/when/1/header"],
    ] as const;
    for (const [answer, pointer] of refused) {
      expect(answer.status).toBe(422);
      expect((answer.body as Problem).errors![0]!.pointer).toBe(pointer);
    }
  },
);

describe("from the next delivery on", () => {
  it("a suspended integration is refused, and goes on once it is active", async () => {
    const integration = await newOne();
    expect(await statusOf(await sendThing(integration, thing()))).toBe("applied");
    await patch(integration, { status: "suspended" });
    expect(await statusOf(await sendThing(integration, thing()))).toBe("not_found");
    await patch(integration, { status: "active" });
    expect(await statusOf(await sendThing(integration, thing()))).toBe("applied");
  });

  it("a deleted one is refused, and nothing of it is kept but its tasks", async () => {
    const integration = await newOne();
    const kept = thing();
    await sendThing(integration, kept);
    await sendThing(integration, thing("again"));
    await owner.client.deleteIntegration({ params: { integration_id: integration.id } });
    expect(await statusOf(await sendThing(integration, thing()))).toBe("not_found");
    const principal = objectOf("PRINCIPAL", `main/${integration.id}`);
    for (const table of ["integration_secret", "inbound_delivery"]) {
      expect(await rowsOf(principal, `SELECT * FROM ${table}`)).toEqual([]);
    }
    const read = await owner.send(`/v1/integrations/${integration.id}`);
    expect(read.status).toBe(404);
    const { tasks } = (
      await owner.client.listTasks({ params: { project_id }, query: { created_by: integration.id } })
    ).body;
    expect(tasks.map(({ title }) => title)).toEqual([kept.title]);
  });

  it("one that may only read does nothing", async () => {
    const integration = await newOne({ role: "viewer" });
    expect(await statusOf(await sendThing(integration, thing()))).toBe("failed");
    const [failure] = await failuresOf(integration);
    expect(failure).toMatchObject({ reason: "place_viewer_lacks", pointer: null });
    await patch(integration, { role: "editor" });
    expect(await replay(integration, failure!.id)).toBe("applied");
  });

  it("its project's status counts", async () => {
    const params = {
      project_id: (await owner.client.createProject({ body: { name: "Shelf" } })).body.project.id,
    };
    const integration = await newIntegration(owner, params.project_id);
    await owner.client.archiveProject({ params });
    expect(await statusOf(await sendThing(integration, thing()))).toBe("failed");
    expect((await failuresOf(integration))[0]).toMatchObject({ reason: "project_archived" });
  });
});

describe("a failed mapping", () => {
  const broken = {
    rules: [
      {
        ...THINGS.rules[0]!,
        actions: [{ action: "create_task" as const, task: "thing:{{/id}}", title: "{{/name}}" }],
      },
    ],
  };

  it("is kept sealed, and is replayed once after the mapping is mended", async () => {
    const integration = await newOne({ mapping: broken });
    const begun = thing("begun", { note: "canary-71" });
    expect(await statusOf(await sendThing(integration, begun))).toBe("failed");
    const [failure] = await failuresOf(integration);
    expect(failure).toMatchObject({
      reason: "mapping_failed",
      pointer: "/rules/0/actions/0/title",
      attempts: 1,
    });
    expect(failure!.detail).toContain("/name");
    expect(failure!.excerpt).toContain("canary-71");
    expect(await stored(integration)).not.toContain("canary-71");
    expect(await replay(integration, failure!.id)).toBe("failed");
    expect((await failuresOf(integration))[0]).toMatchObject({ attempts: 2 });
    await patch(integration, { mapping: THINGS });
    const both = await Promise.allSettled([
      replay(integration, failure!.id),
      replay(integration, failure!.id),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await failuresOf(integration)).toEqual([]);
    const query = { created_by: integration.id };
    expect((await owner.client.listTasks({ params: { project_id }, query })).body.count).toBe(1);
    const gone = await owner.send(`/v1/integrations/${integration.id}/failures/${failure!.id}/replay`, {
      method: "POST",
    });
    expect(gone.status).toBe(404);
  });

  it("shows what came without cutting a character in half", async () => {
    const integration = await newOne({ mapping: broken });
    const begun = { id: "cut", state: "begun", note: "" };
    const before = JSON.stringify(begun).length - 2;
    for (const shift of ["", "x"]) {
      await sendThing(integration, { ...begun, note: `${shift}${"🙂".repeat(1_100)}` });
      const { excerpt } = (await failuresOf(integration))[0]!;
      expect(excerpt.isWellFormed()).toBe(true);
      expect(excerpt.length).toBe(before % 2 === shift.length ? 2_000 : 1_999);
    }
  });

  it("is forgotten after 30 days", async () => {
    const integration = await newOne({ mapping: broken });
    await sendThing(integration, thing());
    const principal = objectOf("PRINCIPAL", `main/${integration.id}`);
    const clean = () => inside(principal, (object) => (object as { alarm(): Promise<void> }).alarm());
    clock.advance(29 * 86_400);
    await clean();
    expect(await rowsOf(principal, "SELECT id FROM inbound_delivery")).toHaveLength(1);
    clock.advance(86_400);
    await clean();
    expect(await rowsOf(principal, "SELECT id FROM inbound_delivery")).toEqual([]);
    await owner.signIn();
  });

  it("of text that looks like an attack keeps that text out of the project", async () => {
    const integration = await newOne();
    const attack = "' UNION SELECT username, password FROM users WHERE '1'='1' --";
    expect(await statusOf(await sendThing(integration, thing("begun", { title: attack })))).toBe("failed");
    expect((await failuresOf(integration))[0]).toMatchObject({ reason: "input_refused" });
  });
});

describe("events in whatever order", () => {
  const at = (seconds: number) => new Date(clock.now_ms() - 3_600_000 + seconds * 1000).toISOString();
  const taskOf = async (integration: Integration) => {
    const query = { created_by: integration.id };
    const { tasks } = (await owner.client.listTasks({ params: { project_id }, query })).body;
    expect(tasks).toHaveLength(1);
    return tasks[0]!;
  };

  it("end where the latest of them ends: an older one never reopens", async () => {
    const integration = await newOne();
    const about = { id: "one", title: "One" };
    const deliver = async (state: string, seconds: number) =>
      statusOf(await sendThing(integration, { ...about, state, at: at(seconds) }));
    expect(await deliver("over", 30)).toBe("applied");
    expect(await deliver("begun", 10)).toBe("ignored");
    expect(await deliver("again", 20)).toBe("ignored");
    expect(await deliver("again", 30)).toBe("ignored");
    expect((await taskOf(integration)).status).toBe("done");
    expect(await deliver("again", 40)).toBe("applied");
    expect(await deliver("over", 35)).toBe("ignored");
    expect((await taskOf(integration)).status).toBe("open");
  });

  it("do not undo what somebody has done here since, and do not bring back what was deleted", async () => {
    const integration = await newOne();
    const about = { id: "two", title: "Two" };
    const deliver = async (state: string, time: string) =>
      statusOf(await sendThing(integration, { ...about, state, at: time }));
    await deliver("over", at(0));
    const { id: task_id } = await taskOf(integration);
    const before = isoNow();
    clock.advance(5);
    await owner.client.updateTask({
      params: { project_id, task_id },
      body: { status: "open" },
      if_match: "*",
    });
    expect(await deliver("over", before)).toBe("ignored");
    expect((await taskOf(integration)).status).toBe("open");
    clock.advance(5);
    expect(await deliver("over", isoNow())).toBe("applied");
    await owner.client.deleteTask({ params: { project_id, task_id }, if_match: "*" });
    clock.advance(5);
    expect(await deliver("begun", isoNow())).toBe("ignored");
    expect(await deliver("again", isoNow())).toBe("ignored");
  });

  it("of two integrations do not meet, whatever they call their tasks", async () => {
    const [one, other] = [await newOne(), await newOne()];
    const begun = { id: "same", title: "Same", state: "begun", at: isoNow() };
    expect(await statusOf(await sendThing(one, begun))).toBe("applied");
    expect(await statusOf(await sendThing(other, { ...begun, state: "over" }))).toBe("applied");
    expect([(await taskOf(one)).status, (await taskOf(other)).status]).toEqual(["open", "done"]);
  });
});

describe("who manages integrations", () => {
  it("is the project's owner, after a recent authentication, and never an editor", async () => {
    const editor = await signUp();
    const params = { project_id, user_id: editor.id };
    await owner.client.setMember({ params, body: { role: "editor" } });
    const json = { project_id, name: "Mine", kind: "standard_webhooks", mapping: THINGS };
    expect((await open(await editor.send("/v1/integrations", { json }))).reason).toBe("permission_denied");
    const integration = await newOne();
    for (const rest of ["", "/failures"]) {
      const read = await editor.send(`/v1/integrations/${integration.id}${rest}`);
      expect((await open(read)).reason).toBe("permission_denied");
    }
    clock.advance(601);
    expect((await open(await owner.send("/v1/integrations", { json }))).reason).toBe("step_up_required");
  });

  it("members alone are set as members: an integration has its role from its owner", async () => {
    const integration = await newOne();
    const path = `/v1/projects/${project_id}/members/${integration.id}`;
    expect((await owner.send(path, { method: "PUT", json: { role: "editor" } })).status).toBe(422);
  });
});
