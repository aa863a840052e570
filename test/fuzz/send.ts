// One request, as it is drawn, to the server: with what holds in the world at that moment, and its answer held to what
// any answer must be.
import { Webhook } from "standardwebhooks";
import type { Operation } from "../../src/api/operation.ts";
import { live, liveIds, type Seen } from "./live.ts";
import type { FuzzedRequest } from "./requests.ts";
import type { World } from "./world.ts";

export interface Answered {
  readonly status: number;
  /** Of a refusal. */
  readonly reason: string | null;
  readonly headers: Headers;
  /** Empty for a stream. */
  readonly text: string;
}

/** In a text for a path: the id that is there from the beginning. */
export const CURRENT = "current";

/** Streams that never end by themselves are let go once they have begun. */
const ANSWER_MS = 20_000;

/** Throws where the answer is none that the service may give. */
export async function send(
  operation: Operation,
  request: FuzzedRequest,
  origin: string,
  world: World,
  seen: Seen,
): Promise<Answered> {
  const caller = world.callers[request.caller];
  const body = bodyOf(request, world, seen);
  const headers = new Headers({ "CF-Connecting-IP": caller.address() });
  const url = origin + pathOf(operation, request, world, seen);
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, value);
  if (operation.raw_body) signHook(headers, world, body ?? "");
  else await caller.authorize({ method: operation.method, url, headers, ...(body !== null && { body }) });
  // What is drawn wins over the caller's own: a spoilt credential stays spoilt.
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, value);
  const answer = await fetch(url, {
    method: operation.method,
    headers,
    ...(body !== null && { body }),
    redirect: "manual",
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (answer.headers.get("Content-Type") === "text/event-stream") {
    await answer.body?.cancel();
    return { status: answer.status, reason: null, headers: answer.headers, text: "" };
  }
  const text = await answer.text();
  if (answer.status < 300) seen.learn(text);
  return check(answer, text);
}

function check({ status, headers }: Response, text: string): Answered {
  if (status >= 500) throw new Error(`${status}: ${text.slice(0, 300)}`);
  if (status < 400) return { status, reason: null, headers, text };
  if (headers.get("Content-Type") !== "application/problem+json") throw new Error(`${status} is no problem`);
  const problem = JSON.parse(text) as { type: string; status?: number; request_id?: string };
  if (problem.status !== status || !problem.request_id) throw new Error(`${status}: ${text.slice(0, 300)}`);
  return { status, reason: problem.type.slice(problem.type.lastIndexOf("/") + 1), headers, text };
}

function bodyOf({ operation, body, caller }: FuzzedRequest, world: World, seen: Seen): string | null {
  if (body === null) return null;
  return "text" in body ? body.text : JSON.stringify(live(operation, body.json, caller, world, seen));
}

function pathOf({ path }: Operation, { params, query }: FuzzedRequest, world: World, seen: Seen): string {
  let at = 0;
  const filled = path.replaceAll(/\{\+?(\w+)\}/gu, (_, name: string) => {
    const value = params[at++]!;
    const home = world.params[name] ?? "0";
    if (typeof value === "string") return safely(value.replaceAll(CURRENT, home));
    return /^[a-z]{3}_/u.test(home) ? seen.id(home, value) : home;
  });
  const search = new URLSearchParams(liveIds(query, world) as Record<string, string>).toString();
  return search === "" ? filled : `${filled}?${search}`;
}

/** One segment, whatever is in it; what is encoded already stays. */
const safely = (text: string): string =>
  /^[\w%.~-]+$/u.test(text) ? text : encodeURIComponent(text.toWellFormed()) || "x";

/** As the other side of an integration signs. */
function signHook(headers: Headers, { hook_secret }: World, body: string): void {
  const [id, at] = [`msg_${crypto.randomUUID()}`, new Date()];
  headers.set("webhook-id", id);
  headers.set("webhook-timestamp", String(Math.floor(at.getTime() / 1000)));
  headers.set("webhook-signature", new Webhook(hook_secret).sign(id, at, body));
}
