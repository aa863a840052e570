// A signed request is worth what was signed, once, now, by that key: whatever is altered, left out, moved, injected
// or made up is refused with the same words, and leaves nothing.
import { beforeAll, describe, expect, it } from "vitest";
import { createSigner } from "../../../src/api/sign-request.ts";
import { utf8 } from "../../../src/protocol/base64url.ts";
import { contentDigest } from "../../../src/protocol/content-digest.ts";
import { signHttpMessage } from "../../../src/protocol/message-signature.ts";
import { randomId, randomSecret } from "../../../src/protocol/random.ts";
import { generateSigningKeys } from "../../../src/protocol/signature-algorithm.ts";
import { clock } from "../harness/clock.ts";
import { open } from "../harness/envelope.ts";
import { allOf, createdObjects, objectOf, rowsOf, tablesOf } from "../harness/objects.ts";
import { admin, forged, type Person } from "../harness/people.ts";
import { ORIGIN, requestTo, type Sending, send } from "../harness/worker.ts";
import { Agent, newAgent, publicJwkOf } from "../harness/workers.ts";
import { principalOf } from "../identity/attempts.ts";
import { liftCoarseLimit, widenBuckets } from "../identity/settings.ts";
import { audited, ruleCounts } from "../identity/trail.ts";

let ada: Person;
let agent: Agent;
let project_id: string;
beforeAll(async () => {
  liftCoarseLimit();
  await widenBuckets();
  ada = await admin("main");
  agent = await newAgent(ada);
  project_id = (await ada.client.createProject({ body: { name: "Signed" } })).body.project.id;
  await ada.client.setMember({ params: { project_id, user_id: agent.id }, body: { role: "editor" } });
});

const nonces = async (of: Agent = agent): Promise<number> =>
  (await rowsOf(principalOf(of), "SELECT nonce FROM nonce")).length;

/** Refused as all are: without a hint which part failed, with a hint how to sign, and with no nonce spent. */
async function expectRefused(answer: Response, reason = "signature_refused"): Promise<void> {
  const opened = await open(answer);
  expect(opened, opened.text).toMatchObject({ status: 401, reason });
  expect(Object.keys(opened.body as object).sort()).toEqual(["request_id", "status", "title", "type"]);
  expect(opened.headers.get("accept-signature")).toMatch(
    /^sig=\("@method" "@target-uri" "content-digest"\);created;expires;nonce="[\w-]{43}"$/,
  );
  expect(opened.headers.has("ratelimit"), "limits are told to whoever is known").toBe(false);
}

const listPath = () => `/v1/projects/${project_id}/tasks`;
const TASK = { title: "Translate", skills: ["german"] };

interface Custom {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
  readonly components?: readonly string[];
  readonly headers?: Record<string, string>;
  readonly created?: number;
  readonly expires?: number | null;
  readonly nonce?: string | null;
  readonly keyid?: string | null;
  readonly alg?: string;
  readonly signer?: { algorithm: "ed25519" | "ecdsa-p256-sha256"; key: CryptoKey };
}

const nowSeconds = () => Math.floor(clock.now_ms() / 1000);

/** Signs as the agent's key would, with parameters and components as a test wants them. */
async function sendCustom(custom: Custom): Promise<Response> {
  const { method = "GET", path = "/v1/whoami", body, headers: more = {}, keyid = agent.key_id } = custom;
  const { created = nowSeconds(), nonce = randomSecret(), alg, signer = key } = custom;
  const headers = new Headers(more);
  if (body !== undefined) headers.set("Content-Digest", await contentDigest(utf8(body)));
  const components = custom.components ?? ["@method", "@target-uri", ...(body ? ["content-digest"] : [])];
  const expires = custom.expires === undefined ? created + 60 : custom.expires;
  const parameters = {
    created,
    ...(expires !== null && { expires }),
    ...(nonce !== null && { nonce }),
    ...(keyid !== null && { keyid }),
    ...(alg !== undefined && { alg }),
  };
  const message = { method, url: new URL(path, ORIGIN).href, headers };
  const signed = await signHttpMessage(message, signer, { label: "sig", components, ...parameters });
  headers.set("Signature-Input", signed.signature_input);
  headers.set("Signature", signed.signature);
  return send(path, { method, headers: Object.fromEntries(headers), ...(body !== undefined && { body }) });
}

let custom_agent: Agent;
let key: { algorithm: "ed25519"; key: CryptoKey };
beforeAll(async () => {
  const { privateKey, publicKey } = await generateSigningKeys("ed25519");
  const body = { name: "custom-signer", public_jwk: await publicJwkOf(publicKey) };
  const { worker, key_id } = (await ada.client.registerWorker({ body })).body;
  key = { algorithm: "ed25519", key: privateKey };
  custom_agent = new Agent({ id: worker.id, name: worker.name, workspace: "main" }, { key_id, ...key });
});
const sendAs = (custom: Custom): Promise<Response> => sendCustom({ keyid: custom_agent.key_id, ...custom });

it("a signed request says whom it stands for, and needs nothing else", async () => {
  const { principal } = (await agent.client.whoAmI()).body;
  expect(principal).toMatchObject({ id: agent.id, workspace: "main", roles: ["WORKER"] });
  expect(principal.worker).toMatchObject({ capacity: 1, paused: false });
  expect(principal.permissions).toEqual([
    "project:read",
    "project:list",
    "task:read",
    "task:update",
    "task:claim",
  ]);
  expect((await sendAs({})).status).toBe(200);
});

describe("altered on the way", () => {
  const alterations: [string, (sent: Sending & { headers: Record<string, string> }) => [string, Sending]][] =
    [
      ["the method", (sent) => [listPath(), { ...sent, method: "GET", body: undefined as never }]],
      ["the path", (sent) => [`/v1/projects/${project_id}/tasks/bulk`, sent]],
      ["the query", (sent) => [`${listPath()}?limit=1`, sent]],
      ["the body", (sent) => [listPath(), { ...sent, body: JSON.stringify({ ...TASK, title: "Other" }) }]],
      ["the body, by a byte", (sent) => [listPath(), { ...sent, body: `${sent.body} ` }]],
      ["the body, away", (sent) => [listPath(), { ...sent, body: "" }]],
      ["a covered header", (sent) => [listPath(), withHeader(sent, "idempotency-key", "another")]],
      ["a covered header, away", (sent) => [listPath(), withHeader(sent, "idempotency-key", null)]],
      [
        "the digest of an altered body",
        (sent) => [listPath(), withHeader(sent, "content-digest", WRONG_DIGEST)],
      ],
      ["the digest, away", (sent) => [listPath(), withHeader(sent, "content-digest", null)]],
      ["the signature", (sent) => [listPath(), spoilt(sent)]],
      ["the time", (sent) => [listPath(), inHeader(sent, "signature-input", /created=\d/u, "created=2")]],
      ["the nonce", (sent) => [listPath(), withAnotherNonce(sent)]],
      ["the host", (sent) => [`https://another.test${listPath()}`, sent]],
    ];

  it.each(alterations)("%s is refused, and spends nothing", async (_, alter) => {
    const before = await nonces();
    const sent = await agent.signed(listPath(), { json: TASK, headers: { "Idempotency-Key": "one" } });
    const [path, altered] = alter(sent);
    await expectRefused(await send(path, altered));
    expect(await nonces()).toBe(before);
  });
});

const WRONG_DIGEST = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";

function withHeader(sent: Sending & { headers: Record<string, string> }, name: string, value: string | null) {
  const { [name]: _old, ...headers } = sent.headers;
  return { ...sent, headers: value === null ? headers : { ...headers, [name]: value } };
}

/** Another first character of the signature, whichever it has. */
function spoilt(sent: Sending & { headers: Record<string, string> }) {
  const other = sent.headers.signature!.includes(":A") ? ":B" : ":A";
  return inHeader(sent, "signature", /:./u, other);
}

/** Another first character of the nonce, whichever it has. */
function withAnotherNonce(sent: Sending & { headers: Record<string, string> }) {
  const other = sent.headers["signature-input"]!.includes('nonce="A') ? "B" : "A";
  return inHeader(sent, "signature-input", /nonce="./u, `nonce="${other}`);
}

function inHeader(
  sent: Sending & { headers: Record<string, string> },
  name: string,
  pattern: RegExp,
  by: string,
) {
  return withHeader(sent, name, sent.headers[name]!.replace(pattern, by));
}

describe("a signature over too little", () => {
  it.each([
    ["no method", ["@target-uri"]],
    ["no target", ["@method"]],
    ["the path without the host", ["@method", "@path"]],
    ["nothing", []],
    ["a target by parameters alone", ["@method", "@authority", '"@query-param";name="limit"']],
  ])("%s is refused although it holds", async (_, components) => {
    await expectRefused(await sendAs({ path: "/v1/projects?limit=5", components }));
  });

  it("a query must be covered where there is one", async () => {
    const components = ["@method", "@authority", "@path"];
    await expectRefused(await sendAs({ path: "/v1/projects?limit=5", components }));
    const whole = await sendAs({ path: "/v1/projects?limit=5", components: [...components, "@query"] });
    expect(whole.status).toBe(200);
    expect((await sendAs({ path: "/v1/projects", components })).status).toBe(200);
    const target = ["@method", "@authority", "@request-target"];
    expect((await sendAs({ path: "/v1/projects?limit=5", components: target })).status).toBe(200);
  });

  it("a body must be covered by its digest", async () => {
    const body = JSON.stringify({ public_jwk: { kty: "OKP" } });
    const path = `/v1/workers/${custom_agent.id}/keys`;
    const headers = { "Content-Type": "application/json" };
    const uncovered = { method: "POST", path, body, headers, components: ["@method", "@target-uri"] };
    await expectRefused(await sendAs(uncovered));
    const covered = await sendAs({ method: "POST", path, body, headers });
    expect(covered.status, "understood, and found to be no key").toBe(422);
  });

  it.each(["if-match", "idempotency-key"])("the header %s must be covered where it is sent", async (name) => {
    const headers = { [name]: name === "if-match" ? '"v1"' : "key-1" };
    await expectRefused(await sendAs({ headers }));
    const components = ["@method", "@target-uri", name];
    expect((await sendAs({ headers, components })).status).toBe(200);
  });

  it.each([
    ["created", { created: undefined as never }],
    ["expires", { expires: null }],
    ["nonce", { nonce: null }],
    ["keyid", { keyid: null }],
  ] as [string, Custom][])("the parameter %s must be there", async (name, change) => {
    if (name !== "created") return expectRefused(await sendAs(change));
    const sent = await custom_agent.signed("/v1/whoami");
    await expectRefused(await send("/v1/whoami", inHeader(sent, "signature-input", /;created=\d+/u, "")));
  });
});

describe("time", () => {
  it.each([
    ["created 61 seconds ahead", { created: 61 }, false],
    ["created 60 seconds ahead", { created: 60 }, true],
    ["created 300 seconds ago", { created: -300, expires: 5 }, true],
    ["created 301 seconds ago", { created: -301, expires: 5 }, false],
    ["created 361 seconds ago", { created: -361, expires: 5 }, false],
    ["expired 61 seconds ago", { created: -100, expires: -61 }, false],
    ["expired before it was created", { created: 0, expires: -1 }, false],
  ] as [string, { created: number; expires?: number }, boolean][])("%s", async (_, times, accepted) => {
    const { created, expires = created + 60 } = times;
    const now = nowSeconds();
    const answer = await sendAs({ created: now + created, expires: now + expires });
    if (accepted) expect(answer.status).toBe(200);
    else await expectRefused(answer);
  });

  it.each([999_999_999_999_999, -1, 0])("created %d is refused", async (created) => {
    await expectRefused(await sendAs({ created, expires: nowSeconds() + 60 }));
  });
});

describe("the nonce", () => {
  it.each([
    ["short", "A".repeat(42)],
    ["long", "A".repeat(131)],
    ["with parameters inside", `${"A".repeat(43)}";keyid="another`],
    ["with a line inside", `${"A".repeat(43)}\\";created=1`],
    ["of other characters", `${"A".repeat(43)} %27 OR 1=1`],
  ])("one that is %s is refused, and stays text", async (_, nonce) => {
    const before = await nonces(custom_agent);
    await expectRefused(await sendAs({ nonce }));
    expect(await nonces(custom_agent)).toBe(before);
  });

  it("one that closes its quotes in the field injects no parameter", async () => {
    const sent = await custom_agent.signed("/v1/whoami");
    const injected = inHeader(sent, "signature-input", /nonce="([^"]+)"/u, 'nonce="$1";created=1;nonce="$1"');
    await expectRefused(await send("/v1/whoami", injected));
  });

  it("of a refused request is not spent: only what took effect counts", async () => {
    const sent = await custom_agent.signed("/v1/projects");
    await expectRefused(await send("/v1/whoami", sent));
    expect((await send("/v1/projects", sent)).status).toBe(200);
    await expectRefused(await send("/v1/projects", sent));
  });

  it("counts for the worker: another key or operation does not make it fresh", async () => {
    const nonce = randomSecret();
    expect((await sendAs({ nonce })).status).toBe(200);
    await expectRefused(await sendAs({ nonce }));
    await expectRefused(await sendAs({ nonce, path: "/v1/projects" }));
    await expectRefused(await sendAs({ nonce, created: nowSeconds() + 30 }));
  });
});

describe("the key", () => {
  it("of another agent does not sign for this one", async () => {
    const other = await newAgent(ada);
    const mixed = new Agent(
      { id: agent.id, name: agent.username, workspace: "main" },
      { key_id: other.key_id, ...key },
    );
    await expectRefused(await mixed.send("/v1/whoami"));
    expect(await nonces(other)).toBe(0);
  });

  it("of another workspace does not either, nor does its name lead anywhere", async () => {
    const gwen = await admin("other");
    const theirs = await newAgent(gwen);
    const { principal } = (await theirs.client.whoAmI()).body;
    expect(principal.workspace).toBe("other");
    const answer = await theirs.send(listPath());
    expect(answer.status, "their key opens their workspace alone").toBe(404);
    await expectRefused(await sendAs({ keyid: theirs.key_id }));
    const moved = theirs.key_id.replace(".other.", ".main.");
    await expectRefused(await sendAs({ keyid: moved }));
  });

  it("chooses the algorithm; a message may only repeat it", async () => {
    expect((await sendAs({ alg: "ed25519" })).status).toBe(200);
    for (const alg of ["rsa-pss-sha512", "hmac-sha256", "none", ""])
      await expectRefused(await sendAs({ alg }));
    const { privateKey } = await generateSigningKeys("ecdsa-p256-sha256");
    const swapped = { algorithm: "ecdsa-p256-sha256" as const, key: privateKey };
    await expectRefused(await sendAs({ signer: swapped, alg: "ecdsa-p256-sha256" }));
    await expectRefused(await sendAs({ signer: swapped }));
  });

  it.each([0, 1, 63, 65, 256, 512])("takes no signature of %d bytes", async (length) => {
    const sent = await custom_agent.signed("/v1/whoami");
    const signature = `sig=:${btoa("\x01".repeat(length))}:`;
    await expectRefused(await send("/v1/whoami", withHeader(sent, "signature", signature)));
  });

  it("once revoked signs nothing more, and the others go on", async () => {
    const { privateKey, publicKey } = await generateSigningKeys("ed25519");
    const params = { worker_id: agent.id };
    const public_jwk = await publicJwkOf(publicKey);
    const added = (await agent.client.addKey({ params, body: { public_jwk } })).body.key;
    const signed = { key_id: added.key_id, algorithm: "ed25519" as const, key: privateKey };
    const rotated = new Agent({ id: agent.id, name: agent.username, workspace: "main" }, signed);
    expect((await rotated.client.whoAmI()).status).toBe(200);
    const { keys } = (await rotated.client.listKeys({ params })).body;
    expect(keys.map(({ last_used_at }) => last_used_at !== null)).toEqual([true, true]);
    expect(keys.map(({ key_id }) => key_id).sort()).toEqual([agent.key_id, rotated.key_id].sort());
    await agent.client.revokeKey({ params: { ...params, key_id: added.id } });
    await expectRefused(await rotated.send("/v1/whoami"));
    expect((await agent.client.whoAmI()).status).toBe(200);
  });
});

describe("two credentials, or none", () => {
  it("a signature beside a token is ambiguous", async () => {
    const sent = await agent.signed("/v1/whoami");
    for (const headers of [
      { ...sent.headers, Authorization: `Bearer ${ada.token}` },
      { ...sent.headers, Cookie: `__Host-taskward-session=${ada.token}` },
    ]) {
      expect(await open(await send("/v1/whoami", { headers }))).toMatchObject({
        status: 400,
        reason: "ambiguous_credentials",
      });
    }
  });

  it("none is told how to sign; half of one is refused", async () => {
    await expectRefused(await send("/v1/whoami"), "authentication_required");
    const { headers } = await agent.signed("/v1/whoami");
    const { signature, "signature-input": input, ...rest } = headers;
    await expectRefused(await send("/v1/whoami", { headers: { ...rest, signature: signature! } }));
    await expectRefused(await send("/v1/whoami", { headers: { ...rest, "signature-input": input! } }));
    for (const field of ["", "sig", "sig=", "sig=()", "sig=:AAAA:", "sig=(;created=1", "(((("]) {
      await expectRefused(
        await send("/v1/whoami", { headers: { Signature: field, "Signature-Input": field } }),
      );
    }
  });

  it("of two signatures neither counts", async () => {
    const { headers } = await agent.signed("/v1/whoami");
    const twice = (field: string) => `${field}, ${field.replace("sig=", "sig2=")}`;
    const both = {
      ...headers,
      signature: twice(headers.signature!),
      "signature-input": twice(headers["signature-input"]!),
    };
    await expectRefused(await send("/v1/whoami", { headers: both }));
  });

  it("operations that are not for programs refuse one that holds", async () => {
    for (const path of ["/v1/session", "/v1/sessions", "/v1/tokens", "/v1/notices"]) {
      expect(await open(await agent.send(path)), path).toMatchObject({
        status: 403,
        reason: "permission_denied",
      });
    }
    const { password: _password, ...fresh } = ada.proof();
    const step_up = await agent.send("/v1/session/step-up", { json: { password: "x", ...fresh } });
    expect(step_up.status).toBe(403);
  });
});

it("a flood with forged key ids reaches no object, makes none and leaves no row", async () => {
  const objects = (await allOf("PRINCIPAL")).length;
  const created = await createdObjects();
  const spent = await nonces(custom_agent);
  const [version, ring, workspace, worker, id, mac] = custom_agent.key_id.split(".") as string[];
  const forgeries = [
    [version, ring, workspace, randomId("wrk_"), id, mac],
    [version, ring, workspace, worker, randomId("key_"), mac],
    [version, ring, "another", worker, id, mac],
    [version, "k0", workspace, worker, id, mac],
    ["twk_2", ring, workspace, worker, id, mac],
    [version, ring, workspace, ada.id, id, mac],
    [version, ring, workspace, worker, id, "A".repeat(43)],
    [version, ring, workspace, worker, id, mac, mac],
    [version, ring, workspace, worker, id],
  ].map((parts) => parts.join("."));
  const others = ["", ".", ".....", "twk_1", ada.token, forged(custom_agent.key_id), "x".repeat(4_000)];
  const flood = Array.from({ length: 200 }, () => custom_agent.key_id.replace(worker!, randomId("wrk_")));
  for (const keyid of [...forgeries, ...others, ...flood]) await expectRefused(await sendAs({ keyid }));
  expect((await allOf("PRINCIPAL")).length).toBe(objects);
  expect(await createdObjects()).toEqual(created);
  expect(await nonces(custom_agent)).toBe(spent);
  expect(await tablesOf(objectOf("PRINCIPAL", `another/${worker}`))).toEqual([]);
});

it("whoever only knows the key's id takes no token from the worker's bucket", async () => {
  const { headers } = await custom_agent.signed("/v1/whoami");
  const before = (await open(await custom_agent.send("/v1/whoami"))).headers.get("ratelimit");
  const sent = spoilt({ headers });
  for (let count = 0; count < 20; count += 1) await expectRefused(await send("/v1/whoami", sent));
  const after = (await open(await custom_agent.send("/v1/whoami"))).headers.get("ratelimit");
  const left = (field: string | null) => Number(/r=(\d+)/.exec(field!)![1]);
  expect(left(before) - left(after)).toBe(1);
});

it("an oversized body is refused by its size, before anything is asked", async () => {
  const body = JSON.stringify({ title: "x".repeat(70_000) });
  const answer = await agent.send(listPath(), { method: "POST", body });
  expect(await open(answer)).toMatchObject({ status: 413, reason: "body_too_large" });
});

it("what was signed in pieces is read in one piece", async () => {
  const sent = await agent.signed(`/v1/workers/${agent.id}/heartbeat`, { method: "POST" });
  const answer = await open(await send(`/v1/workers/${agent.id}/heartbeat`, sent));
  expect(answer.body).toMatchObject({ worker: { id: agent.id, status: "active" } });
  expect(answer.headers.get("audit-event")).toMatch(/^evt_/);
});

it("bad signatures, replays and what a worker may not do stand in the audit", async () => {
  const lone = await newAgent(ada);
  const sent = await lone.signed("/v1/whoami");
  await send("/v1/whoami", spoilt(sent));
  await send("/v1/whoami", sent);
  await send("/v1/whoami", sent);
  expect((await lone.send("/v1/users")).status).toBe(403);
  expect((await lone.send(listPath())).status).toBe(404);
  const refused = await audited("main", { type: "access.refused", user_id: lone.id, count: 2 });
  expect(ruleCounts(refused)).toMatchObject({ wrong_signature: 1, role_lacks: 1 });
  const [replay] = await audited("main", { type: "replay.refused", user_id: lone.id });
  expect(replay).toMatchObject({ rule: "nonce_replayed", decision: "deny", severity: "error" });
});

it("the typed client signs whatever it sends: query, body, version", async () => {
  const client = agent.client;
  const params = { project_id };
  const { task } = (await ada.client.createTask({ params, body: TASK })).body;
  expect((await client.listTasks({ params, query: { limit: "5" } })).body.tasks).toHaveLength(1);
  const read = await client.readTask({ params: { ...params, task_id: task.id } });
  expect(read.etag).toBe('"v1"');
  const request = requestTo("/v1/whoami");
  const signer = createSigner({ key_id: agent.key_id, ...key, now_ms: () => clock.now_ms() });
  await signer({ method: request.method, url: request.url, headers: request.headers });
  expect(request.headers.get("signature-input")).toMatch(
    /^sig=\("@method" "@target-uri"\);created=\d+;expires=/,
  );
});
