// The registry of workers: decided by the workspace, obeyed by the worker's own object before the answer.
import { beforeAll, describe, expect, it, vi } from "vitest";
import { Principal } from "../../../durable-objects/principal/object.ts";
import { workerIdOf } from "../../../src/domain/principal-id.ts";
import { clock } from "../harness/clock.ts";
import { open } from "../harness/envelope.ts";
import { allOf, createdObjects, objectOf, rowsOf, tablesOf } from "../harness/objects.ts";
import { admin, type Person, userWithRoles } from "../harness/people.ts";
import { newAgent, newPublicJwk, newWorkerName, registerWorker } from "../harness/workers.ts";
import { principalOf } from "../identity/attempts.ts";
import { liftCoarseLimit, widenBuckets } from "../identity/settings.ts";

let ada: Person;
beforeAll(async () => {
  liftCoarseLimit();
  await widenBuckets();
  ada = await admin("main");
});

const register = async (change: object = {}) => {
  const body = { name: newWorkerName(), public_jwk: await newPublicJwk(), ...change };
  return open(await ada.send("/v1/workers", { json: body }));
};
const idOf = ({ body }: { body: unknown }) => (body as { worker: { id: string } }).worker.id;

describe("a registration", () => {
  it("makes the worker's own object, with role and key, before it is answered", async () => {
    const registered = await register({ skills: [{ name: "go", level: 5 }] });
    expect(registered.status).toBe(201);
    expect(registered.headers.get("etag")).toBe('"v1"');
    const object = objectOf("PRINCIPAL", `main/${idOf(registered)}`);
    expect(await rowsOf(object, "SELECT roles, status, phc FROM account")).toEqual([
      { roles: '["WORKER"]', status: "active", phc: "" },
    ]);
    expect(await rowsOf(object, "SELECT algorithm FROM signing_key")).toEqual([{ algorithm: "ed25519" }]);
  });

  it("of a name that is, or was, taken is refused: one name is one worker for good", async () => {
    const first = await register({ name: "solo" });
    expect(idOf(first)).toBe(workerIdOf("main", "solo"));
    expect(await register({ name: "SOLO" })).toMatchObject({ status: 409, reason: "conflict" });
    await ada.client.revokeWorker({ params: { worker_id: idOf(first) } });
    expect(await register({ name: "solo" })).toMatchObject({ status: 409 });
    const [key] = await rowsOf(objectOf("PRINCIPAL", `main/${idOf(first)}`), "SELECT * FROM signing_key");
    expect(key, "and no second registration gave it a key").toBeUndefined();
  });

  it("of ten at once under one name makes one", async () => {
    const body = { name: "contested", public_jwk: await newPublicJwk() };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ada.send("/v1/workers", { json: body })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
  });

  it("that is repeated under its Idempotency-Key is answered with the first key's name", async () => {
    const json = { name: newWorkerName(), public_jwk: await newPublicJwk() };
    const headers = { "Idempotency-Key": "registration-1" };
    const [first, again] = [
      await ada.send("/v1/workers", { json, headers }),
      await ada.send("/v1/workers", { json, headers }),
    ];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(await again.text()).toBe(await first.text());
  });

  it.each([
    ["a private key", { d: "A".repeat(43) }],
    ["a symmetric key", { kty: "oct", k: "A".repeat(43) }],
    ["another curve", { crv: "P-521" }],
    ["a key for encryption", { use: "enc" }],
    ["a point of small order, which signs anything", { x: "A".repeat(43) }],
    ["a short modulus", { kty: "RSA", n: "A".repeat(171), e: "AQAB", crv: undefined, x: undefined }],
    ["an exponent of 3", { kty: "RSA", n: `${"_".repeat(342)}`, e: "Aw", crv: undefined, x: undefined }],
    ["no key", { x: undefined }],
  ])("with %s is refused, points at it, and does not repeat it", async (_, change) => {
    const before = (await allOf("PRINCIPAL")).length;
    const refused = await register({ public_jwk: { ...(await newPublicJwk()), ...change } });
    expect(refused).toMatchObject({ status: 422, reason: "invalid_input" });
    const { errors } = refused.body as { errors: { pointer: string }[] };
    expect(errors[0]!.pointer).toMatch(/^\/public_jwk/);
    expect(refused.text).not.toMatch(/A{20}/);
    expect((await allOf("PRINCIPAL")).length).toBe(before);
  });
});

describe("the list", () => {
  it("finds by skill and status, page by page, and tells who is silent", async () => {
    const skills = [{ name: "listed", level: 2 }];
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push(idOf(await register({ skills })));
    const [paused, revoked] = ids;
    await ada.client.pauseWorker({ params: { worker_id: paused! } });
    await ada.client.revokeWorker({ params: { worker_id: revoked! } });
    const found = async (query: Record<string, string>): Promise<string[]> => {
      const all: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await open(
          await ada.send(
            `/v1/workers?${new URLSearchParams({ ...query, limit: "2", ...(cursor && { cursor }) })}`,
          ),
        );
        const body = page.body as { workers: { id: string }[]; next_cursor: string | null };
        all.push(...body.workers.map(({ id }) => id));
        cursor = body.next_cursor ?? undefined;
      } while (cursor);
      return all;
    };
    expect(await found({ skill: "listed" })).toEqual([...ids].sort());
    expect(await found({ skill: "listed", status: "paused" })).toEqual([paused]);
    expect(await found({ skill: "listed", status: "revoked" })).toEqual([revoked]);
    expect(await found({ skill: "listed", status: "active" })).toEqual(ids.slice(2).sort());
    expect(await found({ skill: "unknown" })).toEqual([]);
    clock.advance(300);
    expect(await found({ skill: "listed", status: "active" })).toEqual([]);
    expect(await found({ skill: "listed", status: "stale" })).toEqual(ids.slice(2).sort());
    const { etag } = await ada.client.readWorker({ params: { worker_id: ids[4]! } });
    await ada.client.updateWorker({
      params: { worker_id: ids[4]! },
      body: { skills: [{ name: "another", level: 1 }] },
      if_match: etag!,
    });
    expect(await found({ skill: "listed" })).not.toContain(ids[4]);
    expect(await found({ skill: "another" })).toEqual([ids[4]]);
  });
});

describe("a worker", () => {
  it("that says it is there is active again, and nobody else can say so for it", async () => {
    const agent = await newAgent(ada);
    clock.advance(301);
    const params = { worker_id: agent.id };
    expect((await agent.client.readWorker({ params })).body.worker).toMatchObject({ status: "stale" });
    const { worker } = (await agent.client.heartbeat({ params })).body;
    expect(worker).toMatchObject({ status: "active", last_seen_at: new Date(clock.now_ms()).toISOString() });
    const other = await newAgent(ada);
    for (const somebody of [other, ada]) {
      const answer = await somebody.send(`/v1/workers/${agent.id}/heartbeat`, { method: "POST" });
      expect(answer.status).toBe(404);
    }
  });

  it("shows how many leases it holds, in all projects", async () => {
    const agent = await newAgent(ada);
    const read = async () =>
      (await ada.client.readWorker({ params: { worker_id: agent.id } })).body.load.held;
    expect(await read()).toBe(0);
    const { id: project_id } = (await ada.client.createProject({ body: { name: "Load" } })).body.project;
    const params = { project_id };
    await ada.client.setMember({ params: { ...params, user_id: agent.id }, body: { role: "editor" } });
    await ada.client.createTask({ params, body: { title: "One" } });
    const { task, lease } = (await agent.client.claimBestTask({ params, body: {} })).body;
    expect(await read()).toBe(1);
    const { fencing_token } = lease!;
    const held = { params: { ...params, task_id: task!.id }, body: { fencing_token } };
    await agent.client.completeTask(held);
    expect(await read()).toBe(0);
  });

  it("reads itself and its keys, and of no other that it exists", async () => {
    const agent = await newAgent(ada);
    const { worker_id, key_id } = await registerWorker(ada);
    expect((await agent.client.readWorker({ params: { worker_id: agent.id } })).status).toBe(200);
    for (const [path, method] of [
      [`/v1/workers/${worker_id}`, "GET"],
      [`/v1/workers/${worker_id}/keys`, "GET"],
      [`/v1/workers/${worker_id}/keys/${key_id}`, "DELETE"],
    ] as const) {
      expect((await agent.send(path, { method })).status, path).toBe(404);
    }
    for (const path of ["pause", "resume", "revoke"]) {
      const answer = await agent.send(`/v1/workers/${agent.id}/${path}`, { method: "POST" });
      expect(answer.status, "not even on itself").toBe(403);
    }
  });

  it("that was revoked fails on its next request, and nothing brings it back", async () => {
    const agent = await newAgent(ada);
    const params = { worker_id: agent.id };
    expect((await agent.client.whoAmI()).status).toBe(200);
    await ada.client.revokeWorker({ params });
    expect((await agent.send("/v1/whoami")).status).toBe(401);
    expect((await ada.client.listKeys({ params })).body.keys).toEqual([]);
    for (const path of ["resume", "pause", "revoke"]) {
      expect((await ada.send(`/v1/workers/${agent.id}/${path}`, { method: "POST" })).status).toBe(409);
    }
    const json = { public_jwk: await newPublicJwk() };
    expect((await ada.send(`/v1/workers/${agent.id}/keys`, { json })).status).toBe(409);
    expect((await agent.send("/v1/whoami")).status).toBe(401);
  });

  it("that does not obey yet is not told to be paused or revoked already, and obeys before it is", async () => {
    const agent = await newAgent(ada);
    const decide = (what: string) => ada.send(`/v1/workers/${agent.id}/${what}`, { method: "POST" });
    for (const what of ["pause", "revoke"]) {
      const receive = vi.spyOn(Principal.prototype, "receive").mockRejectedValue(new Error("out of reach"));
      for (const time of ["first", "again"]) expect((await decide(what)).status, `${what} ${time}`).toBe(503);
      receive.mockRestore();
      expect((await decide(what)).status, `${what} once it is within reach`).toBe(409);
      if (what === "pause")
        expect((await agent.client.whoAmI()).body.principal.worker).toMatchObject({ paused: true });
      else expect((await agent.send("/v1/whoami")).status).toBe(401);
    }
  });

  it("whose keys were all revoked gets in again with a new one alone", async () => {
    const agent = await newAgent(ada);
    const params = { worker_id: agent.id };
    expect((await ada.client.revokeKeys({ params })).body).toEqual({ revoked: 1 });
    expect((await agent.send("/v1/whoami")).status).toBe(401);
  });

  it("has each key once, and ten at most", async () => {
    const { worker_id } = await registerWorker(ada);
    const add = async (public_jwk: unknown) =>
      (await ada.send(`/v1/workers/${worker_id}/keys`, { json: { public_jwk } })).status;
    const one = await newPublicJwk();
    expect(await add(one)).toBe(201);
    expect(await add({ ...one, kid: "named" }), "the same key by another name").toBe(409);
    for (let count = 0; count < 8; count += 1) expect(await add(await newPublicJwk())).toBe(201);
    expect(await add(await newPublicJwk())).toBe(409);
  });

  it("is known to its projects' members by its name, and to no list of people", async () => {
    const agent = await newAgent(ada);
    const { id: project_id } = (await ada.client.createProject({ body: { name: "Shared" } })).body.project;
    const params = { project_id, user_id: agent.id };
    const { member } = (await ada.client.setMember({ params, body: { role: "editor" } })).body;
    expect(member).toEqual({ user_id: agent.id, username: agent.username, role: "editor" });
    expect((await agent.client.listProjects({})).body.projects.map(({ id }) => id)).toEqual([project_id]);
    const { users } = (await ada.client.listUsers({ query: { limit: "200" } })).body;
    expect(users.filter(({ id }) => !id.startsWith("usr_"))).toEqual([]);
    await ada.client.removeMember({ params });
    expect((await agent.send(`/v1/projects/${project_id}`)).status).toBe(404);
  });

  it("never becomes a member by an id that nobody has, nor leaves that id a record", async () => {
    const before = await createdObjects();
    const { id: project_id } = (await ada.client.createProject({ body: { name: "Empty" } })).body.project;
    const nobody = workerIdOf("main", "nobody-at-all");
    const answer = await ada.send(`/v1/projects/${project_id}/members/${nobody}`, {
      method: "PUT",
      json: { role: "viewer" },
    });
    expect(answer.status).toBe(409);
    expect(await tablesOf(objectOf("PRINCIPAL", `main/${nobody}`))).toEqual([]);
    expect((await createdObjects()).filter((name) => name.includes("wrk_"))).toEqual(
      before.filter((name) => name.includes("wrk_")),
    );
  });
});

it("whoever may assign a task sees which of the project's workers fit it, and why the others do not", async () => {
  const fit = await newAgent(ada);
  const idle = await newAgent(ada);
  const stranger = await newAgent(ada);
  for (const [agent, level] of [
    [fit, 4],
    [stranger, 5],
  ] as const) {
    const params = { worker_id: agent.id };
    const { etag } = await ada.client.readWorker({ params });
    const body = { skills: [{ name: "welding", level }] };
    await ada.client.updateWorker({ params, body, if_match: etag! });
  }
  const { id: project_id } = (await ada.client.createProject({ body: { name: "Fit" } })).body.project;
  for (const { id: user_id } of [fit, idle]) {
    await ada.client.setMember({ params: { project_id, user_id }, body: { role: "editor" } });
  }
  const title = "Weld the gate";
  const created = await ada.client.createTask({
    params: { project_id },
    body: { title, skills: ["welding"] },
  });
  const params = { project_id, task_id: created.body.task.id };
  const { body } = await ada.client.listCandidates({ params });
  expect(body.candidates).toMatchObject([{ worker_id: fit.id, held: 0, parts: { skill: 40 } }]);
  expect(body.passed_over).toMatchObject([{ worker_id: idle.id, missing_skills: ["welding"] }]);
  expect((await fit.send(`/v1/projects/${project_id}/tasks/${params.task_id}/candidates`)).status).toBe(403);

  const advised = (await ada.client.recommendAssignees({ params, body: {} })).body;
  expect(advised).toMatchObject({
    provider: "rules",
    recommendation: {
      recommended: { worker_id: fit.id, judgement: null },
      alternatives: [],
      unfit: [{ worker_id: idle.id, because: "it lacks welding" }],
    },
  });
  expect(advised.recommendation.recommended!.reasons[0]).toBe("welding: level 4 of 5");
  expect(JSON.stringify(advised)).not.toContain(stranger.id);
});

it("an order that comes late or twice changes nothing", async () => {
  const agent = await newAgent(ada);
  const params = { worker_id: agent.id };
  await ada.client.pauseWorker({ params });
  const late = {
    kind: "worker",
    id: agent.id,
    version: 1,
    status: "active",
    profile: { name: agent.username, skills: [], capacity: 100, working_hours: null },
    created_at_ms: 0,
  };
  const stub = principalOf(agent) as unknown as { receive(batch: unknown): Promise<unknown> };
  const batch = { version: 1, source: "workspace/other", incarnation: "inc_other", first_sequence: 1 };
  await stub.receive({ ...batch, rows: [late] });
  const { principal } = (await agent.client.whoAmI()).body;
  expect(principal.worker).toMatchObject({ paused: true, capacity: 1 });
});

it("whoever registers workers need not manage people, and whoever does neither may not", async () => {
  const coordinator = await userWithRoles(ada, ["COORDINATOR"]);
  const { worker_id } = await registerWorker(coordinator);
  expect(worker_id).toMatch(/^wrk_/);
  const user = await userWithRoles(ada, ["USER"]);
  const json = { name: newWorkerName(), public_jwk: await newPublicJwk() };
  expect((await user.send("/v1/workers", { json })).status).toBe(403);
  expect((await user.send(`/v1/workers/${worker_id}`)).status).toBe(404);
});
