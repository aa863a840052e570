// Every operation of the table for every role and place: it does what it promises for those who may, and refuses
// everybody else, as an oracle that never asks the product foretells (authorization/oracle.ts).
import * as v from "valibot";
import { beforeAll, describe, expect, it } from "vitest";
import { isChange, type Operation } from "../../src/api/operation.ts";
import { type OperationId, operationList } from "../../src/api/operations/index.ts";
import { admission, callersOf, outcome, type Subject } from "./authorization/oracle.ts";
import { samples } from "./authorization/samples.ts";
import { madeUp, shoot, unlisted } from "./authorization/shot.ts";
import { createWorld, type World } from "./authorization/world.ts";
import { clock } from "./harness/clock.ts";
import type { Opened } from "./harness/envelope.ts";
import { shipAll } from "./harness/objects.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

/** What changes said of their events: the id, and what the log must hold under it. */
const promised = new Map<string, { event_type: string; request_id: string | null; user_id: string | null }>();

it("every operation of the table has a fixture, and every fixture an operation", () => {
  expect(Object.keys(samples).sort()).toEqual(operationList.map(([id]) => id).sort());
});

describe.each(operationList)("%s", (id, operation) => {
  // Refills the buckets: what is tested here is not the limits.
  beforeAll(() => clock.advance(120));

  it.each(
    callersOf(operation).map((subject): [string, number, Subject] => [
      subject.name,
      outcome(id, operation, subject),
      subject,
    ]),
  )("is for %s answered with %i", async (_, expected, subject) => {
    const as = world.people[subject.name]!;
    const known = admission(operation, subject) === 200;
    if (operation.recent_authentication && known) await as.recent();
    const shot = known ? await samples[id](world, as) : madeUp(operation);
    const token = world.tokens[subject.name];
    const opened = await shoot(operation, shot, subject.role === null ? null : as, {
      ...(token && { token }),
    });
    expect(opened, opened.text).toMatchObject({ status: expected });
    if (expected >= 400) return checkReason(opened, expected);
    checkSuccess(id, operation, opened, subject.role === null ? null : as.id, shot.whose);
    await shot.restore?.(opened.body);
  });
});

it("every change named an event of its own that the audit log now holds", async () => {
  await shipAll();
  clock.advance(60);
  const { client } = world.people["AUDITOR viewer"]!;
  const held = new Map<string, unknown>();
  let cursor: string | undefined;
  do {
    const { body } = await client.listEvents({ query: { limit: "200", ...(cursor && { cursor }) } });
    for (const event of body.events) held.set(event.id, event);
    cursor = body.next_cursor ?? undefined;
  } while (cursor);
  const changes = operationList.filter(([, operation]) => isChange(operation));
  expect(new Set([...promised.values()].map(({ event_type }) => event_type))).toEqual(
    new Set(changes.map(([, { event }]) => event)),
  );
  for (const [event_id, promise] of promised) {
    expect(held.get(event_id), promise.event_type).toMatchObject({ ...promise, decision: "allow" });
  }
});

it("no operation refused with a reason that its contract does not list", () => {
  expect([...unlisted]).toEqual([]);
});

const REASONS: Readonly<Record<number, readonly string[]>> = {
  401: ["authentication_required"],
  403: ["permission_denied"],
  404: ["not_found"],
  409: ["conflict"],
};

function checkReason({ reason, headers }: Opened, status: number): void {
  expect(REASONS[status]).toContain(reason);
  expect(headers.get("etag")).toBeNull();
  expect(headers.has("ratelimit"), "limits are told to whoever is known").toBe(status !== 401);
}

/** The reply is exactly what the table declares: no other status, and no field that it does not name. */
function checkSuccess(
  id: OperationId,
  operation: Operation,
  opened: Opened,
  caller: string | null,
  whose?: string | null,
): void {
  const { reply } = operation;
  const { body, headers } = opened;
  if (reply.schema) expect(v.parse(reply.schema, body)).toEqual(body);
  else expect(body).toBeUndefined();
  if (reply.etag) expect(headers.get("etag")).toMatch(/^"v[1-9][0-9]*"$/);
  expect(headers.get("ratelimit-policy")).toMatch(new RegExp(`^"${operation.rate.class}";q=\\d+;w=\\d+$`));
  expect(headers.get("ratelimit")).toMatch(new RegExp(`^"${operation.rate.class}";r=\\d+;t=\\d+$`));
  const event_id = headers.get("audit-event");
  if (!isChange(operation)) {
    expect(event_id).toBeNull();
    return;
  }
  expect(event_id, `${id} names its event`).toMatch(/^evt_[0-9a-z]{26}$/);
  expect(promised.has(event_id!), "an event of its own").toBe(false);
  const user_id =
    operation.caller === "session"
      ? caller
      : whose === undefined
        ? (body as { user: { id: string } }).user.id
        : whose;
  promised.set(event_id!, { event_type: operation.event!, request_id: headers.get("request-id"), user_id });
}
