// The wall between tenants. A neighbouring workspace holds the plan of the demo and people, workers and comments; then
// every operation of the table is tried from another workspace with every id that is found anywhere in the
// neighbour's storage. All answer as if there were nothing, and leave nothing: no object, no row, no event.
import { beforeAll, describe, expect, it } from "vitest";
import library from "../../plans/community-library.json";
import type { Operation } from "../../src/api/operation.ts";
import { type OperationId, operationList } from "../../src/api/operations/index.ts";
import { outcome, SUBJECTS, type Subject } from "./authorization/oracle.ts";
import { madeUp, type Shot, shoot } from "./authorization/shot.ts";
import { createWorld, type World } from "./authorization/world.ts";
import { failedDelivery, newIntegration } from "./harness/hooks.ts";
import {
  allOf,
  createdObjects,
  inside,
  KINDS,
  objectOf,
  rowsOf,
  shipAll,
  tablesOf,
} from "./harness/objects.ts";
import { admin, signUp } from "./harness/people.ts";
import { hurry, liftCoarseLimit, widenBuckets } from "./identity/settings.ts";

await hurry();
await widenBuckets();
liftCoarseLimit();

const NEIGHBOUR = "globex";
const PREFIXES: Readonly<Record<string, string>> = {
  project_id: "prj_",
  task_id: "tsk_",
  comment_id: "cmt_",
  plan_id: "pln_",
  user_id: "usr_",
  principal_id: "usr_",
  session_id: "ses_",
  token_id: "tok_",
  worker_id: "wrk_",
  key_id: "key_",
  webhook_id: "whk_",
  delivery_id: "msg_",
  integration_id: "int_",
  failure_id: "ind_",
  entry: "evt_",
};

/** What paths take besides: names, places in a log, sealed addresses, and what is the whole deployment's. */
const NO_IDS = ["permission", "workspace", "level", "path", "integration", "block_id"];

let world: World;
let project_id: string;
/** Every id in the neighbour's storage, by prefix. */
const ids = new Map<string, string[]>();
let objects: string[];
let rows: Record<string, unknown[]>;

beforeAll(async () => {
  world = await createWorld();
  const gwen = await admin(NEIGHBOUR);
  const hugo = await signUp({ workspace: NEIGHBOUR });
  project_id = (await gwen.client.createProject({ body: { name: library.name } })).body.project.id;
  const params = { project_id };
  await gwen.client.setMember({ params: { ...params, user_id: hugo.id }, body: { role: "editor" } });
  const { tasks } = (await gwen.client.createTasks({ params, body: { tasks: library.tasks as never } })).body;
  for (const { id } of tasks.slice(0, 3)) {
    await hugo.client.createComment({ params: { ...params, task_id: id }, body: { text: "Mine" } });
  }
  await gwen.client.breakDown({ params, body: {} });
  const hook = { url: "http://127.0.0.1:9/theirs", project_id };
  const { webhook } = (await gwen.client.createWebhook({ body: hook })).body;
  await gwen.client.testWebhook({ params: { webhook_id: webhook.id } });
  await gwen.client.createToken({ body: { name: "Theirs", permissions: ["project:list"] } });
  await gwen.client.registerWorker({
    body: { name: "theirs", skills: [{ name: "law", level: 3 }], capacity: 1, public_jwk: await publicJwk() },
  });
  await failedDelivery(await newIntegration(gwen, project_id));
  await shipAll();
  for (const id of (
    JSON.stringify(await storage()).match(/\b[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}\b/g) ?? []
  ).sort()) {
    const prefix = id.slice(0, 4);
    const known = ids.get(prefix) ?? [];
    if (known.at(-1) !== id) ids.set(prefix, [...known, id]);
  }
  await world.admin.recent();
  objects = await createdObjects();
  rows = await storage();
});

async function publicJwk() {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const { kty, crv, x } = (await crypto.subtle.exportKey("jwk", pair.publicKey)) as JsonWebKey;
  return { kty, crv, x } as never;
}

/** What the neighbour's objects hold: all tables of people and projects, all events of its log. */
async function storage(): Promise<Record<string, unknown[]>> {
  const held: Record<string, unknown[]> = {};
  for (const kind of KINDS) {
    for (const stub of await allOf(kind)) {
      const name = await inside(stub, (_, { id }) => id.name ?? "");
      if (name !== NEIGHBOUR && !name.startsWith(`${NEIGHBOUR}/`)) continue;
      for (const table of await tablesOf(stub)) {
        if (kind === "AUDIT_LOG" && table !== "event") continue;
        if (/^task_text|^sqlite/.test(table)) continue;
        // How full a bucket is, is stored exactly a moment after its principal's own last request.
        const columns = table === "bucket" ? "rate_class, updated_at_ms" : "*";
        held[`${kind} ${name} ${table}`] = await rowsOf(stub, `SELECT ${columns} FROM ${table}`);
      }
    }
  }
  return held;
}

/** Somebody of the caller's workspace who may do it, the mightier the better. */
function callerOf(id: OperationId, operation: Operation) {
  const able = SUBJECTS.filter((each: Subject) => outcome(id, operation, each) < 400 && !each.token);
  const best = able.find(({ role }) => role === "ADMIN") ?? able.find(({ role }) => role !== null);
  return best ? world.people[best.name]! : null;
}

const probes = operationList.flatMap(([id, operation]) =>
  [...operation.path.matchAll(/\{(\w+)\}/g)]
    .map(([, name]) => name!)
    .filter((name) => name in PREFIXES)
    .map((name) => [`${id} by ${name}`, id, operation, name] as const),
);

it("the neighbour holds ids of every kind that operations take", () => {
  const names = operationList.flatMap(([, { path }]) =>
    [...path.matchAll(/\{\+?(\w+)\}/g)].map(([, name]) => name!),
  );
  expect(names.filter((name) => !(name in PREFIXES) && !NO_IDS.includes(name))).toEqual([]);
  const taken = new Set(probes.map(([, , , name]) => PREFIXES[name]!));
  for (const prefix of taken) expect(ids.get(prefix)?.length, prefix).toBeGreaterThan(0);
  expect(ids.get("tsk_")).toHaveLength(library.tasks.length);
});

describe("every operation, with every id of the neighbour", () => {
  it.each(probes)("%s answers 404", async (_, id, operation, name) => {
    const as = callerOf(id, operation);
    if (operation.recent_authentication) await as?.recent();
    const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, each]) => each!);
    const own: Record<string, string> = {
      ...madeUp(operation).params,
      project_id: world.project_id,
      task_id: world.task_id,
      worker_id: world.worker_id,
      user_id: world.target.id,
      integration_id: world.integration.id,
    };
    for (const foreign of ids.get(PREFIXES[name]!)!) {
      // What the path names below is the neighbour's too, as somebody who knows all of it would ask.
      const params = Object.fromEntries(
        names.map((each, at) => {
          if (each === name) return [each, foreign];
          const below = at > names.indexOf(name) ? ids.get(PREFIXES[each] ?? "")?.[0] : undefined;
          return [each, below ?? own[each]!];
        }),
      );
      const shot: Shot = { ...madeUp(operation), params, ...(operation.if_match && { if_match: "*" }) };
      const opened = await shoot(operation, shot, as);
      if (name === "entry") {
        // An event that has not come yet looks the same.
        expect([opened.status, opened.body], foreign).toEqual([202, { proof: null }]);
        continue;
      }
      // A member has to be of the workspace: there the user is input, and no place to go to.
      const expected = id === "setMember" && name === "user_id" ? "conflict" : "not_found";
      expect([opened.reason, opened.status], `${foreign}: ${opened.text}`).toEqual([
        expected,
        expected === "conflict" ? 409 : 404,
      ]);
      expect(opened.text).not.toContain(foreign);
    }
  });
});

it("ids of the neighbour in a body name nothing here", async () => {
  const { admin: ada } = world;
  const path = `/v1/projects/${world.project_id}`;
  const patch = (rest: string, json: object) =>
    ada.send(`${path}/tasks/${rest}`, { method: "PATCH", json, headers: { "If-Match": "*" } });
  for (const id of ids.get("tsk_")!) {
    const answers = await Promise.all([
      ada.send(`${path}/tasks`, { json: { title: "a", depends_on: [id] } }),
      ada.send(`${path}/tasks`, { json: { title: "a", parent_id: id } }),
      patch(world.task_id, { depends_on: [id] }),
      patch(world.task_id, { parent_id: id }),
      patch("bulk", { changes: [{ task_id: id, version: 1, change: { title: "mine" } }] }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([409, 409, 409, 409, 404]);
    const listed = await ada.send(`${path}/tasks?parent_id=${id}`);
    expect((await listed.json<{ count: number }>()).count).toBe(0);
  }
  for (const user_id of [...ids.get("usr_")!, ...ids.get("wrk_")!]) {
    const assigned = await ada.send(`${path}/tasks/${world.task_id}/assign`, { json: { user_id } });
    expect(assigned.status).toBe(409);
    const transferred = await ada.send(`${path}/transfer`, { json: { user_id } });
    expect(transferred.status).toBe(user_id.startsWith("usr_") ? 409 : 422);
  }
});

it("nothing is left of all that: no object, no row, no event", async () => {
  await shipAll();
  const foreign = [...ids.values()].flat();
  const made = (await createdObjects()).filter((name) => !objects.includes(name));
  expect(made.filter((name) => !name.startsWith("STRANGERS "))).toEqual([]);
  for (const [kind, prefix] of [
    ["PROJECT", "prj_"],
    ["PRINCIPAL", "usr_"],
    ["PRINCIPAL", "wrk_"],
  ] as const) {
    for (const id of foreign.filter((each) => each.startsWith(prefix))) {
      expect(await tablesOf(objectOf(kind, `main/${id}`)), id).toEqual([]);
    }
  }
  expect(await storage()).toEqual(rows);
  const tables = ["task", "dependency", "comment", "member"];
  for (const table of tables) {
    const here = JSON.stringify(
      await rowsOf(objectOf("PROJECT", `main/${world.project_id}`), `SELECT * FROM ${table}`),
    );
    expect(foreign.filter((id) => here.includes(id))).toEqual([]);
  }
});
