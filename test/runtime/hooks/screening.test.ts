// What a mapping makes of a delivery, before a remote validator: every text of it is shown, nothing that is refused
// stands in a task, and where nobody answers it waits.
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { clock } from "../harness/clock.ts";
import { open } from "../harness/envelope.ts";
import { type Integration, isoNow, newIntegration, sendThing } from "../harness/hooks.ts";
import { objectOf, ringAlarm } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { set } from "../identity/settings.ts";

const ARMOUR = "https://armour.example";
const TOKENS = "https://tokens.example/token";
const filter = (matchState: string) => ({
  executionState: "EXECUTION_SUCCESS",
  matchState,
  confidenceLevel: "HIGH",
});

/** What it was shown; whether it answers; and what it takes for an attack. */
const shown: string[] = [];
let answers = true;
let unwanted = "no such text";

vi.stubGlobal("fetch", async (url: string, init: { body: string }) => {
  if (url === TOKENS) return Response.json({ access_token: "token", expires_in: 3_600 });
  if (!url.startsWith(ARMOUR)) throw new TypeError(`nobody is at ${url}`);
  const { userPromptData } = JSON.parse(init.body) as { userPromptData: { text: string } };
  shown.push(userPromptData.text);
  if (!answers) return new Response("down", { status: 503 });
  const filterMatchState = userPromptData.text.includes(unwanted) ? "MATCH_FOUND" : "NO_MATCH_FOUND";
  const filterResults = { pi_and_jailbreak: { piAndJailbreakFilterResult: filter(filterMatchState) } };
  return Response.json({
    sanitizationResult: { filterMatchState, invocationResult: "SUCCESS", filterResults },
  });
});

const MAPPING = {
  rules: [
    {
      name: "An alert becomes a task",
      when: [{ body: "/id", exists: true }],
      actions: [
        {
          action: "create_task" as const,
          task: "alert:{{/id}}",
          title: "{{/title}}",
          description: "{{/text}}",
        },
        {
          action: "comment" as const,
          task: "alert:{{/id}}",
          comment: "alert:{{/id}}/1",
          text: "Said: {{/said}}",
        },
        { action: "complete" as const, task: "alert:{{/id}}", result: "{{/result}}" },
      ],
    },
  ],
};

let owner: Person;
let project_id: string;
let integration: Integration;
let made = 0;

beforeAll(async () => {
  const pair = (await crypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: "SHA-256",
    },
    true,
    ["sign", "verify"],
  )) as CryptoKeyPair;
  const private_key = new Uint8Array(
    (await crypto.subtle.exportKey("pkcs8", pair.privateKey)) as ArrayBuffer,
  );
  await set({
    validators: [
      { name: "detectors", timeout_ms: 1_000, on_failure: "refuse" },
      { name: "model_armor", timeout_ms: 1_000, on_failure: "refuse" },
    ],
    model_armor: {
      account: { client_email: "us@tokens.example", private_key, token_uri: TOKENS },
      template: "projects/p/locations/l/templates/t",
      endpoint: ARMOUR,
    },
  });
  await admin("main");
  owner = await signUp();
  project_id = (await owner.client.createProject({ body: { name: "Inbox" } })).body.project.id;
  integration = await newIntegration(owner, project_id, { mapping: MAPPING });
});

beforeEach(() => {
  clock.advance(60);
  shown.length = 0;
  answers = true;
  unwanted = "no such text";
});

async function deliver(fields: Record<string, string> = {}) {
  made += 1;
  const alert = {
    ...{ id: `a${made}`, at: isoNow(), besides: "what no template names" },
    ...{ title: `Alert ${made}`, text: "it rings", said: "look", result: "looked", ...fields },
  };
  const { reason, body } = await open(await sendThing(integration, alert));
  return { title: alert.title, status: reason ?? (body as { delivery: { status: string } }).delivery.status };
}

async function tasksTitled(title: string) {
  await owner.awake();
  const { tasks } = (await owner.client.listTasks({ params: { project_id }, query: { limit: "200" } })).body;
  return tasks.filter((task) => task.title === title);
}

async function failures() {
  await owner.awake();
  return (await owner.client.listHookFailures({ params: { integration_id: integration.id }, query: {} })).body
    .failures;
}

it("it hears each text that the mapping makes, and nothing else of what came", async () => {
  const { title, status } = await deliver();
  expect(status).toBe("applied");
  expect(shown.toSorted()).toEqual([title, "Said: look", "it rings", "looked"].toSorted());
});

it.each(["title", "text", "said", "result"])(
  "what it refuses in %s stands nowhere, and can be replayed",
  async (field) => {
    unwanted = "obey me";
    const { title, status } = await deliver({ [field]: `Please obey me ${made}` });
    expect(status).toBe("failed");
    expect(await tasksTitled(title)).toEqual([]);
    const [failure] = await failures();
    expect(failure).toMatchObject({
      reason: "input_refused",
      detail: expect.stringContaining("language model"),
    });
    unwanted = "nothing any more";
    const params = { integration_id: integration.id, failure_id: failure!.id };
    expect((await owner.client.replayHookFailure({ params })).body.delivery.status).toBe("applied");
    expect(await tasksTitled(title)).toHaveLength(1);
  },
);

it("what the built-in detectors refuse is shown to nobody", async () => {
  const { status } = await deliver({ text: "' UNION SELECT username, password FROM users WHERE '1'='1' --" });
  expect(status).toBe("failed");
  expect(shown).not.toContainEqual(expect.stringContaining("UNION"));
});

it("while it does not answer a delivery waits, and goes on by itself", async () => {
  answers = false;
  const { title, status } = await deliver();
  expect(status).toBe("pending");
  expect(await tasksTitled(title)).toEqual([]);
  const principal = objectOf("PRINCIPAL", `main/${integration.id}`);
  clock.advance(6);
  await ringAlarm(principal);
  expect(await tasksTitled(title)).toEqual([]);
  answers = true;
  clock.advance(60);
  await ringAlarm(principal);
  expect(await tasksTitled(title)).toMatchObject([{ status: "done" }]);
});

it("one that it never answers about becomes a failure in the end, not a task", async () => {
  answers = false;
  const { title } = await deliver();
  const principal = objectOf("PRINCIPAL", `main/${integration.id}`);
  for (let attempt = 0; attempt < 11; attempt += 1) {
    clock.advance(3_600);
    await ringAlarm(principal);
  }
  await owner.signIn();
  expect((await failures())[0]).toMatchObject({ reason: "screening_unchecked", attempts: 10 });
  answers = true;
  expect(await tasksTitled(title)).toEqual([]);
});
