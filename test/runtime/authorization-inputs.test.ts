// What every operation does with ids that are not the caller's to know, versions that are gone, and input of
// another shape: refused with a pointer, without the value, without a trace in storage.

import type { GenericSchema } from "valibot";
import * as v from "valibot";
import { beforeAll, describe, expect, it } from "vitest";
import type { Operation } from "../../src/api/operation.ts";
import { type OperationId, operationList } from "../../src/api/operations/index.ts";
import { randomId } from "../../src/protocol/random.ts";
import { outcome, SUBJECTS, type Subject } from "./authorization/oracle.ts";
import { samples } from "./authorization/samples.ts";
import { type Shot, shoot, unlisted } from "./authorization/shot.ts";
import { createWorld, type World } from "./authorization/world.ts";
import { clock } from "./harness/clock.ts";
import type { Opened, Problem } from "./harness/envelope.ts";
import { createdObjects, objectOf, tablesOf } from "./harness/objects.ts";
import { liftCoarseLimit } from "./identity/settings.ts";

let world: World;
beforeAll(async () => {
  liftCoarseLimit(); // more requests of one address than it lets pass
  world = await createWorld();
});

/** Somebody who may do it, the mightier the better. */
function mayDo(id: OperationId, operation: Operation): Subject {
  const able = SUBJECTS.filter((subject: Subject) => outcome(id, operation, subject) < 400 && !subject.token);
  const best = able.find(({ role }) => role === "ADMIN") ?? able.find(({ role }) => role !== null);
  return best ?? expect.unreachable("nobody may do this");
}

/** Sends as somebody who may, with time for the buckets to refill, and with a recent authentication. */
async function shootAbly(id: OperationId, operation: Operation, shot: Shot): Promise<Opened> {
  clock.advance((operation.rate.class === "worker" ? 20 : 12) * (operation.rate.cost ?? 1));
  const as = world.people[mayDo(id, operation).name]!;
  if (operation.recent_authentication) await as.recent();
  return shoot(operation, shot, operation.caller === "anonymous" ? null : as);
}

async function sampleOf(id: OperationId, operation: Operation): Promise<Shot> {
  clock.advance(60);
  await world.owner.client.currentSession(); // which would else be idle for too long
  const as = world.people[mayDo(id, operation).name]!;
  if (operation.caller === "session") await as.awake();
  return samples[id](world, as);
}

const PREFIXES = {
  project_id: "prj_",
  task_id: "tsk_",
  user_id: "usr_",
  session_id: "ses_",
  token_id: "tok_",
  comment_id: "cmt_",
  plan_id: "pln_",
  worker_id: "wrk_",
  principal_id: "usr_",
  key_id: "key_",
  webhook_id: "whk_",
  delivery_id: "msg_",
  block_id: "blk_",
  integration_id: "int_",
  failure_id: "ind_",
};
type Param = keyof typeof PREFIXES;
const withIds = operationList.flatMap(([id, operation]) =>
  [...operation.path.matchAll(/\{(\w+_id)\}/g)].map(([, name]) => [id, name as Param, operation] as const),
);

describe("ids of others", () => {
  let before: string[];
  beforeAll(async () => {
    before = await createdObjects();
  });

  it.each(withIds)(
    "%s answers 404 for a %s of another tenant, of a neighbour, and of nobody",
    async (id, name, op) => {
      const shot = await sampleOf(id, op);
      const places: Partial<Record<Param, string>>[] = [world.foreign, world.neighbour];
      const strangers = [...places.map((place) => place[name]), randomId(PREFIXES[name])];
      for (const stranger of strangers.filter((each) => each !== undefined)) {
        const opened = await shootAbly(id, op, { ...shot, params: { ...shot.params, [name]: stranger } });
        // A member has to be of the workspace: there the user is input, and no place to go to.
        const expected = id === "setMember" && name === "user_id" ? "conflict" : "not_found";
        expect(opened.reason).toBe(expected);
        expect(opened.text).not.toContain(stranger);
        if (["user_id", "worker_id", "principal_id", "integration_id"].includes(name))
          expect(await tablesOf(objectOf("PRINCIPAL", `main/${stranger}`))).toEqual([]);
        if (name === "project_id")
          expect(await tablesOf(objectOf("PROJECT", `main/${stranger}`))).toEqual([]);
      }
    },
  );

  it("left no storage behind", async () => {
    const made = (await createdObjects()).filter((name) => !before.includes(name));
    // People, projects, workers, integrations and endpoints that cases made for themselves, and shards that took new addresses, are the only newcomers.
    expect(
      made.filter(
        (name) =>
          !/^(PROJECT main\/prj_|PRINCIPAL main\/(?:wrk|usr|int)_|WEBHOOK_ENDPOINT main\/whk_|STRANGERS strangers\/)/.test(
            name,
          ),
      ),
    ).toEqual([]);
    expect(
      made.filter((name) => Object.values(world.foreign).some((id) => name.includes(`main/${id}`))),
    ).toEqual([]);
  });
});

describe.each(operationList.filter(([, { if_match }]) => if_match))("%s", (id, operation) => {
  it("changes nothing without the version that it changes, nor with another one", async () => {
    const shot = await sampleOf(id, operation);
    const { if_match, ...unversioned } = shot;
    const expectation = async (more: Pick<Shot, "if_match">, status: number, reason: string) =>
      expect(await shootAbly(id, operation, { ...unversioned, ...more })).toMatchObject({ status, reason });
    await expectation({}, 428, "version_required");
    await expectation({ if_match: '"v999"' }, 412, "stale_version");
    await expectation({ if_match: '"v0"' }, 412, "stale_version");
    const opened = await shootAbly(id, operation, { ...unversioned, if_match: if_match! });
    expect(opened, "the version is still the first").toMatchObject({ status: operation.reply.status });
    const again = await shootAbly(id, operation, { ...unversioned, if_match: if_match! });
    expect(again, "a version is changed once").toMatchObject({
      status: operation.reply.status === 204 ? 404 : 412,
    });
  });
});

const CANARY = "canary-7f3a";
const WRONG_TYPE = { zz: CANARY };

describe.each(operationList.filter(([, { body }]) => body))("%s", (id, operation) => {
  const entries = entriesOf(operation.body!);

  it("points at each field of the wrong type, without its value", async () => {
    const shot = await sampleOf(id, operation);
    for (const field of Object.keys(entries)) {
      const body = { ...(shot.body as object), [field]: WRONG_TYPE };
      const opened = await shootAbly(id, operation, { ...shot, body });
      expectPointer(opened, `/${field}`);
      expect(opened.text).not.toContain(CANARY);
    }
  });

  it("points at unknown fields, and at required ones that are missing", async () => {
    const shot = await sampleOf(id, operation);
    const body = shot.body as Record<string, unknown>;
    expectPointer(
      await shootAbly(id, operation, { ...shot, body: { ...body, zz_more: CANARY } }),
      "/zz_more",
    );
    for (const name of ["__proto__", "constructor", "is_admin"]) {
      const json = JSON.stringify(body).replace(/^\{/, `{"${name}":{"role":"${CANARY}"},`);
      expectPointer(await shootAbly(id, operation, { ...shot, body: JSON.parse(json) }), `/${name}`);
    }
    for (const [field, schema] of Object.entries(entries)) {
      if (schema.type === "optional") continue;
      const { [field]: _removed, ...rest } = body;
      expectPointer(await shootAbly(id, operation, { ...shot, body: rest }), `/${field}`);
    }
  });

  it("takes an object and nothing else", async () => {
    const shot = await sampleOf(id, operation);
    for (const body of [null, CANARY, 7, true]) {
      const opened = await shootAbly(id, operation, { ...shot, body });
      expectPointer(opened, "");
      expect(opened.text).not.toContain(CANARY);
    }
    for (const body of [[], [shot.body]]) {
      expect(await shootAbly(id, operation, { ...shot, body })).toMatchObject({ status: 422 });
    }
  });
});

describe.each(operationList)("%s", (id, operation) => {
  it("takes no parameters that the table does not name, and none of another shape", async () => {
    const { body, if_match, params = {}, query = {} } = await sampleOf(id, operation);
    const shot = { params, query, ...(if_match && { if_match }), ...(body !== undefined && { body }) };
    const unknown = await shootAbly(id, operation, { ...shot, query: { ...query, zz_more: CANARY } });
    expectPointer(unknown, operation.query ? "/query/zz_more" : "/query");
    for (const [name, schema] of Object.entries(operation.query ? entriesOf(operation.query) : {})) {
      const text = `${CANARY} ${schema.type}`;
      const wrong = v.safeParse(schema, text).success ? text.repeat(500) : text; // for what takes any words
      const opened = await shootAbly(id, operation, { ...shot, query: { ...query, [name]: wrong } });
      expectPointer(opened, `/query/${name}`);
      expect(opened.text).not.toContain(CANARY);
    }
    const taken = operation.params ? entriesOf(operation.params) : {};
    for (const name of Object.keys(params)) {
      for (const malformed of [
        CANARY,
        "usr_1",
        `${params[name]}x`,
        params[name]!.toUpperCase(),
        "a/../b",
        "%00",
      ]) {
        // Of digits alone; or any word, as a workspace's name may be.
        if (malformed === params[name] || v.safeParse(taken[name]!, malformed).success) continue;
        const opened = await shootAbly(id, operation, { ...shot, params: { ...params, [name]: malformed } });
        expectPointer(opened, `/path/${name}`);
        // The request's id is random, and may hold any short text by chance.
        expect(opened.text.replace(/req_\w+/u, "")).not.toContain(malformed);
      }
    }
  });
});

it("no operation refused with a reason that its contract does not list", () => {
  expect([...unlisted]).toEqual([]);
});

function expectPointer(opened: Opened, pointer: string): void {
  expect(opened, opened.text).toMatchObject({ status: 422, reason: "invalid_input" });
  const { errors = [] } = opened.body as Problem;
  expect(errors.map((error) => error.pointer)).toContainEqual(
    expect.stringMatching(new RegExp(`^${pointer}`)),
  );
  if (pointer === "") expect(errors.map((error) => error.pointer)).toContain("");
}

/** The fields of an object's schema, also where checks of the whole follow it. */
function entriesOf(schema: GenericSchema): Record<string, GenericSchema> {
  const { entries, pipe } = schema as { entries?: Record<string, GenericSchema>; pipe?: GenericSchema[] };
  return entries ?? entriesOf(pipe![0]!);
}
