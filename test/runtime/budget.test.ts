// Each operation declares how many calls to Durable Objects it costs at worst. This counts them, on requests that
// succeed, and on refusals: a dearer path than declared is a defect, since capacity is computed from the table.
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { beforeAll, expect, it } from "vitest";
import { operationList } from "../../src/api/operations/index.ts";
import worker from "../../src/worker.ts";
import { outcome, SUBJECTS, type Subject } from "./authorization/oracle.ts";
import { samples } from "./authorization/samples.ts";
import { pathOf } from "./authorization/shot.ts";
import { createWorld, type World } from "./authorization/world.ts";
import { clock } from "./harness/clock.ts";
import { KINDS } from "./harness/objects.ts";
import { env, newAddress, requestTo } from "./harness/worker.ts";
import { Agent } from "./harness/workers.ts";

let calls: string[] = [];

/** What all reads of a second share, however many they are: `objects/reads` holds that. */
const isShared = (call: string, [batch]: unknown[]): boolean =>
  call === "STRANGERS.keepReads" ||
  (call === "AUDIT_LOG.append" && (batch as { source: string }).source === "reads");

/** The environment with namespaces that count what is called on their objects. */
const counted = {
  ...env,
  ...Object.fromEntries(
    KINDS.map((kind) => {
      const getByName = (name: string) =>
        new Proxy(env[kind].getByName(name) as object, {
          get(stub, method) {
            if (method === "then") return undefined; // a stub is no promise
            return (...given: unknown[]) => {
              const call = `${kind}.${String(method)}`;
              if (!isShared(call, given)) calls.push(call);
              return (stub as Record<string | symbol, (...all: unknown[]) => unknown>)[method]!(...given);
            };
          },
        });
      return [kind, { getByName }];
    }),
  ),
};

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

it.each(operationList)("%s costs no more calls to objects than the table says", async (id, operation) => {
  clock.advance(30);
  await world.owner.client.currentSession(); // which would else be idle for too long
  const able = SUBJECTS.filter((subject: Subject) => outcome(id, operation, subject) < 400 && !subject.token);
  const { name, role } =
    able.find((subject) => subject.role === "ADMIN") ?? able.find((each) => each.role !== null)!;
  const as = world.people[name]!;
  if (operation.caller === "session") await as.awake();
  if (operation.recent_authentication) await as.recent();
  const shot = await samples[id](world, as);
  const anonymous = operation.caller !== "session" || role === null;
  const sending = {
    method: operation.method,
    token: anonymous ? null : as.token,
    address: anonymous ? newAddress() : as.address,
    headers: {
      "User-Agent": as.user_agent,
      ...(shot.if_match && { "If-Match": shot.if_match }),
      ...shot.headers,
    },
    ...(shot.body !== undefined && { json: shot.body }),
  };
  const path = pathOf(operation, shot);
  const request = requestTo(path, as instanceof Agent ? await as.signed(path, sending) : sending);
  calls = [];
  const context = createExecutionContext();
  const answer = await worker.fetch(request, counted, context);
  await waitOnExecutionContext(context); // what is done after the answer counts, too
  expect(answer.status, await answer.clone().text()).toBe(operation.reply.status);
  const made = calls;
  await shot.restore?.(
    answer.headers.get("content-type") === "application/json" ? await answer.json() : undefined,
  );
  expect(made.length, made.join(", ")).toBeLessThanOrEqual(operation.calls_max);
});

it("a forged token costs no call at all", async () => {
  calls = [];
  const request = requestTo("/v1/session", { token: `${world.owner.token.slice(0, -1)}!` });
  expect((await worker.fetch(request, counted)).status).toBe(401);
  expect(calls).toEqual([]);
});

it("a refusal at admission costs the one call that found it", async () => {
  const { token, address, user_agent } = await world.people["OBSERVER editor"]!.signIn();
  calls = [];
  const headers = { "User-Agent": user_agent };
  const request = requestTo("/v1/users", { token, address, headers });
  expect((await worker.fetch(request, counted)).status).toBe(403);
  expect(calls).toEqual(["PRINCIPAL.admit"]);
});
